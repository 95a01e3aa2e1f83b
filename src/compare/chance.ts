/**
 * Quantiles of a histogram, and how much they would differ if the run were made again.
 *
 * The q-quantile of a bootstrap sample of n values is the empirical quantile function at an order statistic of n uniform
 * numbers (Hutson and Ernst, "The exact bootstrap mean and variance of an L-estimator", J. R. Statist. Soc. B 62, 2000), so
 * drawing that statistic is the bootstrap of the whole histogram, at the price of one number instead of n. It follows a beta
 * distribution, and that is a gamma variable over the sum of two.
 */
import type { Random } from '../util/random.ts';
import type { Slot } from './comparison.ts';

/** The quantiles of one histogram, and drawn ones of what it would be if the run were made again. */
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
    return ms > minMs ? ms : minMs;
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
    return { lowMs: Math.max(minMs, ms - doubt * (ms - lowMs)), highMs: Math.max(minMs, ms + doubt * (highMs - ms)) };
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
const minMs = 0.0005;

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

/*
 * Random numbers of other shapes than even, from a seeded stream.
 */

/** Not looked up a million times. */
const { floor, log, sqrt } = Math;

/** Draws from one seeded stream: the same seed gives the same comparison. */
export class Draws {
  readonly #random: Random;
  #spare: number | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + floor(this.#random.next() * (max - min + 1));
  }

  /** Of the standard normal distribution; Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#random.next() - 1;
      const y = 2 * this.#random.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = sqrt((-2 * log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** Of the gamma distribution of scale 1 and `shape` > 0 (NaN for what is no number); Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.#random.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - this.#random.next();
      // Asked this way round, a shape that is no number ends the loop too.
      if (!(log(u) >= 0.5 * x * x + d - d * v + d * log(v))) return d * v;
    }
  }
}

/*
 * Student's t distribution, for the few degrees of freedom that a handful of runs leave.
 */

/** With more degrees of freedom it is the normal distribution, for all that can be seen. */
const maxFreedom = 2_000;

/** The value that t with `freedom` (1, 2, …) degrees exceeds with `probability` (above 0, at most 0.5). */
export function upperT(freedom: number, probability: number): number {
  const degrees = Math.min(freedom, maxFreedom);
  let low = 0;
  let high = 1;
  while (tailOfT(degrees, high) > probability && high < 1e12) high *= 2;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (tailOfT(degrees, middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t): the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function tailOfT(freedom: number, t: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cos = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) sum += term *= (cos * cos * (k - 1)) / k;
  const inside = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return Math.max(0, (1 - inside) / 2);
}

/*
 * How much runs of the same build differ. Chance within a run is not all: where memory lies, what else the machine does and
 * what was compiled when differ from run to run, and no number of requests averages that out (Kalibera and Jones,
 * "Quantifying performance changes with effect size confidence intervals", 2012).
 *
 * With several base runs it is measured: the head would have to lie outside the prediction interval of one more base run,
 *
 *   |head − mean of K bases|  ≤  t √(1 + 1/K) s
 *
 * (Hahn and Meeker, "Statistical Intervals", 1991). K is small, so s is taken from all comparisons together, and from the one
 * in question where that is greater. How much the comparisons move together is unknown: t is the greater of what they need if
 * they all move as one (K − 1 degrees of freedom, one test) and if each moves by itself (all their degrees of freedom, all the
 * tests).
 */

/** Of all comparisons together: the risk that the same build lies outside, both sides taken. */
const risk = 0.05;

/** The levels of one comparison in the base runs; `isShared`: s of all comparisons may stand for its own. */
export type BaseLevels = { readonly levels: readonly number[]; readonly isShared: boolean };

/** For each comparison how far one more base run may lie from the mean; null for those with fewer than two levels. */
export function noiseBands(all: readonly BaseLevels[]): readonly (number | null)[] {
  const repeated = all.filter(({ levels }) => levels.length > 1);
  const shared = repeated.filter(({ isShared }) => isShared).map(({ levels }) => variance(levels));
  const sharedVariance = shared.length === 0 ? 0 : shared.reduce((sum, value) => sum + value, 0) / shared.length;
  return all.map(({ levels, isShared }) => {
    if (levels.length < 2) return null;
    const freedom = levels.length - 1;
    const t = Math.max(upperT(freedom, risk / 2), upperT(freedom * repeated.length, risk / 2 / repeated.length));
    const spread = Math.sqrt(Math.max(variance(levels), isShared ? sharedVariance : 0));
    return t * Math.sqrt(1 + 1 / levels.length) * spread;
  });
}

function variance(levels: readonly number[]): number {
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / (levels.length - 1);
}
