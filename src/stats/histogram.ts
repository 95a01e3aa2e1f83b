/**
 * Response times by HDR slot (see hdrIndex.ts), and the one place that says which of them a percentile is: tables, files, charts
 * and thresholds all ask here. Few numbers a row, so that thousands of rows can be asked at once. The percentiles are
 * those of `hdr-histogram-js`, as a property test holds.
 */
import { hdrIndexOf, longestHdrUs, slotHighestUs, slotLowestUs } from './hdrIndex.ts';

/** Pairs of a slot's lowest value in microseconds and its count. */
export type CountUs = readonly [lowestUs: number, count: number];

/** The exact extremes of the samples that a histogram counts, in milliseconds; `minResponseTimeMs` null: none were timed. */
export type Extremes = { readonly minResponseTimeMs: number | null; readonly maxResponseTimeMs: number };

export class Histogram {
  /** Samples counted. */
  readonly count: number;
  readonly #slots: Uint16Array;
  readonly #counts: Float64Array;

  /** From counts by slot, in any order. */
  constructor(counts: ReadonlyMap<number, number>) {
    this.#slots = Uint16Array.from(counts.keys()).sort();
    this.#counts = Float64Array.from(this.#slots, (slot) => counts.get(slot) ?? 0);
    this.count = sumOf(this.#counts);
  }

  /** From what `countsUs` gave, of one histogram or of several, which are added up. */
  static ofCountsUs(counts: Iterable<CountUs>): Histogram {
    const bySlot = new Map<number, number>();
    for (const [lowestUs, count] of counts) {
      const slot = hdrIndexOf(lowestUs / 1000);
      bySlot.set(slot, (bySlot.get(slot) ?? 0) + count);
    }
    return new Histogram(bySlot);
  }

  /**
   * The response time in milliseconds that `percent` (0 … 100) of the samples do not exceed, to 3 significant digits:
   * the highest of its slot, but never beyond `extremes`, as nobody believes a p99 above the maximum; null when there are no samples.
   */
  percentileMs(percent: number, extremes?: Extremes): number | null {
    if (this.count === 0) return null;
    const slot = this.#slots[placeOf(rankOf(percent, this.count), this.#counts)] ?? 0;
    return within(percent === 0 ? slotLowestUs(slot) : slotEndUs(slot), extremes);
  }

  /** The same for each of `percents` (ascending, above 0), in one pass; empty when there are no samples. */
  percentilesMs(percents: readonly number[], extremes?: Extremes): readonly number[] {
    if (this.count === 0) return [];
    let place = -1;
    let passed = 0;
    return percents.map((percent) => {
      const rank = rankOf(percent, this.count);
      while (passed < rank && place < this.#slots.length - 1) passed += this.#counts[++place] ?? 0;
      return within(slotEndUs(this.#slots[place] ?? 0), extremes);
    });
  }

  /** All counts, ascending. */
  countsUs(): readonly CountUs[] {
    return Array.from(this.#slots, (slot, place) => [slotLowestUs(slot), this.#counts[place] ?? 0]);
  }
}

/**
 * Which sample, counted from the fastest (1 … `count`), is the percentile: the first one with which at least `percent` (0 … 100) of all
 * are covered. The share times the count may come out a rounding error above a whole number (0.07 × 100), which must not
 * cost a sample (hdr-histogram-js, `JsHistogram.getValueAtPercentile`).
 */
export function rankOf(percent: number, count: number): number {
  const exact = (Math.min(percent, 100) / 100) * count;
  return Math.max(1, Math.ceil(exact - exact * Number.EPSILON));
}

/** Index of the entry of `counts` in which the sample of this rank lies; the last one when there are fewer samples. */
export function placeOf(rank: number, counts: Float64Array): number {
  let left = rank;
  let place = 0;
  while (place < counts.length - 1 && (left -= counts[place] ?? 0) > 0) place++;
  return place;
}

/**
 * Locust's own percentile of its rounded response times, for what shows the same as its charts (Locust stats.py,
 * `calculate_response_time_percentile`): where the share covers a whole number of samples, it is the next slower one.
 * `descending` are pairs of milliseconds and count, the slowest first; `fraction` is 0 … 1. 0 when there are none.
 */
export function locustPercentileMs(descending: readonly (readonly [ms: number, count: number])[], timedCount: number, fraction: number): number {
  const faster = Math.floor(timedCount * fraction);
  let seen = 0;
  for (const [ms, count] of descending) {
    seen += count;
    if (timedCount - seen <= faster) return ms;
  }
  return 0;
}

function slotEndUs(slot: number): number {
  return Math.min(slotHighestUs(slot), longestHdrUs);
}

function within(us: number, extremes: Extremes | undefined): number {
  const ms = us / 1000;
  const leastMs = extremes?.minResponseTimeMs ?? null;
  return extremes === undefined || leastMs === null ? ms : Math.min(extremes.maxResponseTimeMs, Math.max(leastMs, ms));
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
