/**
 * The response times of one row, or of all, at one moment: few numbers a row, so that thousands of rows can be asked at
 * once. (A histogram of `hdr-histogram-js` takes 190 KB; a property test holds its percentiles and these equal.)
 */
import { longestHdrUs, slotHighestUs, slotLowestUs } from './hdrIndex.ts';

/** Pairs of a slot's lowest value in microseconds and its count. */
export type CountUs = readonly [lowestUs: number, count: number];

export class Distribution {
  /** Samples counted. */
  readonly count: number;
  readonly #slots: Uint16Array;
  readonly #counts: Float64Array;

  /** From counts by slot (see hdrIndex.ts), in any order. */
  constructor(counts: ReadonlyMap<number, number>) {
    this.#slots = Uint16Array.from(counts.keys()).sort();
    this.#counts = Float64Array.from(this.#slots, (slot) => counts.get(slot) ?? 0);
    this.count = this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * The response time in milliseconds that `percent` (0 … 100) of the samples do not exceed, to 3 significant digits:
   * the highest of its slot; null when there are no samples.
   */
  percentileMs(percent: number): number | null {
    if (this.count === 0) return null;
    let left = rankOf(Math.min(percent, 100), this.count);
    let place = 0;
    while (place < this.#slots.length - 1 && (left -= this.#counts[place] ?? 0) > 0) place++;
    const slot = this.#slots[place] ?? 0;
    return (percent === 0 ? slotLowestUs(slot) : Math.min(slotHighestUs(slot), longestHdrUs)) / 1000;
  }

  /** All counts, ascending. */
  countsUs(): readonly CountUs[] {
    return Array.from(this.#slots, (slot, place) => [slotLowestUs(slot), this.#counts[place] ?? 0]);
  }
}

/**
 * How many samples the percentile covers, rounded up, at least one. The share times the count may come out a rounding
 * error above a whole number (0.07 × 100), which must not cost a sample: JsHistogram.getValueAtPercentile.
 */
function rankOf(percent: number, count: number): number {
  const exact = (percent / 100) * count;
  return Math.max(1, Math.ceil(exact - exact * Number.EPSILON));
}
