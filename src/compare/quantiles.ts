/**
 * Quantiles of a histogram, and how much they would differ if the run were made again.
 *
 * The q-quantile of a bootstrap sample of n values is the empirical quantile function at an order statistic of n uniform
 * numbers (Hutson and Ernst, "The exact bootstrap mean and variance of an L-estimator", J. R. Statist. Soc. B 62, 2000), so
 * drawing that statistic is the bootstrap of the whole histogram, at the price of one number instead of n. It follows a beta
 * distribution, and that is a gamma variable over the sum of two.
 */
import type { Slot } from './comparedRun.ts';
import type { Draws } from './draws.ts';

export class Quantiles {
  readonly count: number;
  readonly #slots: readonly Slot[];
  readonly #countsUpTo: Float64Array;

  constructor(slots: readonly Slot[]) {
    this.#slots = slots.filter(({ count }) => count > 0);
    this.#countsUpTo = new Float64Array(this.#slots.length);
    let sum = 0;
    for (const [index, { count }] of this.#slots.entries()) this.#countsUpTo[index] = sum += count;
    this.count = sum;
  }

  /** The time in milliseconds that the share `q` (0 … 1) of the samples does not exceed, within its slot by its rank; above 0. Needs samples. */
  atMs(q: number): number {
    const index = this.#slotOf(q);
    const slot = this.#slots[index];
    if (slot === undefined) throw new RangeError('quantiles need at least one sample');
    const part = 1 - ((this.#countsUpTo[index] ?? 0) - q * this.count) / slot.count;
    const ms = slot.lowMs + part * (slot.highMs - slot.lowMs);
    return ms > leastMs ? ms : leastMs;
  }

  /**
   * Between which times the quantile lies, as its slot says only which samples it has and not where in it they are. A slot of
   * all samples, as of those that Locust rounded to 0 ms, tells its edges and no more; the more samples lie beyond it, on
   * the side that has fewer, the evener are those in it, and the nearer the quantile is to where its rank puts it.
   */
  rangeMs(q: number): { readonly lowMs: number; readonly highMs: number } {
    const index = this.#slotOf(q);
    const ms = this.atMs(q);
    const { lowMs = ms, highMs = ms, count = 0 } = this.#slots[index] ?? {};
    const upTo = this.#countsUpTo[index] ?? 0;
    const doubt = count / (count + Math.min(upTo - count, this.count - upTo));
    return { lowMs: Math.max(leastMs, ms - doubt * (ms - lowMs)), highMs: Math.max(leastMs, ms + doubt * (highMs - ms)) };
  }

  #slotOf(q: number): number {
    const rank = q * this.count;
    let low = 0;
    let high = this.#slots.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#countsUpTo[middle] ?? 0) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Mean and variance over the samples. */
  moments(): { readonly meanMs: number; readonly variance: number } {
    const middle = ({ lowMs, highMs }: Slot): number => (lowMs + highMs) / 2;
    const meanMs = this.#slots.reduce((sum, slot) => sum + slot.count * middle(slot), 0) / this.count;
    return { meanMs, variance: this.#slots.reduce((sum, slot) => sum + slot.count * (middle(slot) - meanMs) ** 2, 0) / this.count };
  }
}

/** Logarithms need something above 0: half of what a clock of 1 µs tells apart. */
const leastMs = 0.0005;

/**
 * `replicates` logarithms of the quantile at `share` (between 0 and 1) in bootstrap samples of `effectiveCount` requests,
 * less the logarithm of the quantile itself.
 */
export function quantileDeviations(quantiles: Quantiles, effectiveCount: number, share: number, replicates: number, draws: Draws): Float64Array {
  const centre = Math.log(quantiles.atMs(share));
  return new Float64Array(replicates).map(() => {
    const below = draws.gamma(share * effectiveCount);
    return Math.log(quantiles.atMs(below / (below + draws.gamma((1 - share) * effectiveCount)))) - centre;
  });
}
