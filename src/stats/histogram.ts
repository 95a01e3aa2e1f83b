/**
 * Response times in an HDR histogram of 1 µs … 1 hour with 3 significant digits: where one counts, and the one place that says
 * which of them a percentile is: tables, files, charts and thresholds all ask here. Few numbers a row, so that thousands of rows can be
 * asked at once. Indexes and percentiles are those of `hdr-histogram-js` (`JsHistogram` with lowest 1, highest 3.6e9, 3 digits), as property
 * tests hold; a load thread counts without the package, which writes and reads them for files. The file is its only owner.
 *
 *   index   0 … 2 047   each 1 µs
 *   then 1 024 slots for every doubling: 2 048 … 4 095 µs in steps of 2, 4 096 … 8 191 µs in steps of 4, …
 */

/** Response times above one hour count as one hour. */
export const maxHdrUs = 3_600_000_000;

/** Number of slots: 2 048 for the first 2 048 µs and 1 024 for each of the 21 doublings up to 2^32 µs. */
export const hdrLength: number = 2048 + 21 * 1024;

/** The slot of a response time in milliseconds (finite, not negative), rounded to whole microseconds; 0 µs is slot 0. */
export function hdrIndexOf(elapsedMs: number): number {
  const exactUs = elapsedMs * 1000 + 0.5;
  const elapsedUs = exactUs < maxHdrUs ? exactUs >>> 0 : maxHdrUs;
  if (elapsedUs < 2048) return elapsedUs;
  const doublings = 21 - Math.clz32(elapsedUs);
  return (doublings << 10) + (elapsedUs >>> doublings);
}

/** The least whole microseconds that count in the slot `index` (0 … `hdrLength` − 1). */
export function slotLowestUs(index: number): number {
  if (index < 2048) return index;
  const doublings = (index >> 10) - 1;
  return (index - (doublings << 10)) * 2 ** doublings;
}

/** The most whole microseconds that count in the slot `index` (0 … `hdrLength` − 1). */
export function slotHighestUs(index: number): number {
  return slotLowestUs(index + 1) - 1;
}

/** How many whole microseconds count in the slot `index` (0 … `hdrLength` − 1). */
export function slotWidthUs(index: number): number {
  return slotLowestUs(index + 1) - slotLowestUs(index);
}

/** Pairs of a slot's lowest value in microseconds and its count. */
export type CountUs = readonly [lowestUs: number, count: number];

/** The exact extremes of the samples that a histogram counts, in milliseconds; `minResponseTimeMs` null: none were timed. */
export type Extremes = { readonly minResponseTimeMs: number | null; readonly maxResponseTimeMs: number };

/** Counts by slot, and what percentiles they give. */
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
    return this.percentilesMs([percent], extremes)[0] ?? null;
  }

  /** The same for each of `percents` (ascending), in one pass; empty when there are no samples. */
  percentilesMs(percents: readonly number[], extremes?: Extremes): readonly number[] {
    if (this.count === 0) return [];
    let place = -1;
    let passed = 0;
    return percents.map((percent) => {
      const rank = rankOf(percent, this.count);
      while (passed < rank && place < this.#slots.length - 1) passed += this.#counts[++place] ?? 0;
      const slot = this.#slots[place] ?? 0;
      return within(percent === 0 ? slotLowestUs(slot) : slotEndUs(slot), extremes);
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
  return Math.min(slotHighestUs(slot), maxHdrUs);
}

function within(us: number, extremes: Extremes | undefined): number {
  const ms = us / 1000;
  const minMs = extremes?.minResponseTimeMs ?? null;
  return extremes === undefined || minMs === null ? ms : Math.min(extremes.maxResponseTimeMs, Math.max(minMs, ms));
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/*
 * The other counts of a row, for what goes to a master: buckets so fine that each belongs to one time of three digits and to one of
 * Locust's two (Locust stats.py, `bucket_response_time`), so that a report can tell either, exactly.
 *
 *                      three digits   Locust's       index
 *   below 10 ms        0.1 ms         1 ms           0 … 110
 *   below 100 ms       1 ms           1 ms           … 200
 *   below 1 000 ms     1 ms           10 ms          … 1 190
 *   below 10 000 ms    10 ms          100 ms         … 2 180
 *   below 100 000 ms   100 ms         1 000 ms       … 3 170
 *   from there on      1 000 ms       1 000 ms       … 6 670 (one hour)
 *
 * Where the two differ Locust's step lies in the middle of a finer one (105 ms belongs to 100, a little more to 110): that one has two
 * buckets, so that a decade of Locust's steps has 11 a step, and the index is the number of fine steps and of Locust's so far.
 *
 * A tie goes to the even multiple, as Python's `round` does. Python rounds the exact decimal value of the float, so Locust's steps are exact
 * here too: the whole part and the fraction are compared apart, and nothing is divided that could round up to a tie (144.99999999999997 is
 * 140, 145 is 140, 145.00000000000003 is 150).
 */

/** Response times above one hour count as one hour. */
export const maxBucketMs = 3_600_000;

/** From here on whole milliseconds; below tenths. */
const wholeFrom = 110;
/** The first bucket of each decade of Locust's coarser steps, and the first of those that are the same for both. */
const hundreds = 200;
const thousands: number = hundreds + 990;
const tenThousands: number = thousands + 990;
const sameAgain: number = tenThousands + 990;
const bucketsPerStep = 11;

/** Number of buckets. */
export const bucketCount: number = sameAgain + maxBucketMs / 1000 - 100 + 1;

/** The bucket of a response time in milliseconds (finite, not negative): 0 … `bucketCount` − 1. */
export function bucketIndexOf(elapsedMs: number): number {
  if (elapsedMs >= maxBucketMs) return bucketCount - 1;
  const wholeMs = elapsedMs | 0;
  const hasFraction = elapsedMs !== wholeMs;
  if (wholeMs < 100) {
    const nearestMs = hasFraction ? nearest(elapsedMs, wholeMs) : wholeMs;
    return wholeMs < 10 ? ((elapsedMs * 10 + 0.5) | 0) + nearestMs : wholeFrom - 10 + nearestMs;
  }
  if (wholeMs < 1000) return hundreds - 110 + (hasFraction ? nearest(elapsedMs, wholeMs) : wholeMs) + roundedQuotient(wholeMs, 10, hasFraction);
  if (wholeMs < 10_000) return thousands - 110 + roundedQuotient(wholeMs, 10, hasFraction) + roundedQuotient(wholeMs, 100, hasFraction);
  if (wholeMs < 100_000) return tenThousands - 110 + roundedQuotient(wholeMs, 100, hasFraction) + roundedQuotient(wholeMs, 1000, hasFraction);
  return sameAgain - 100 + roundedQuotient(wholeMs, 1000, hasFraction);
}

/** Locust's rounded milliseconds of the bucket `index` (0 … `bucketCount` − 1). */
export function bucketMsAt(index: number): number {
  if (index < wholeFrom) return coarseSteps(index);
  if (index < hundreds) return index - wholeFrom + 10;
  if (index < thousands) return 100 + 10 * coarseSteps(index - hundreds);
  if (index < tenThousands) return 1000 + 100 * coarseSteps(index - thousands);
  if (index < sameAgain) return 10_000 + 1000 * coarseSteps(index - tenThousands);
  return 100_000 + 1000 * (index - sameAgain);
}

/** Milliseconds to three digits of the bucket `index`: whole ones, and with `inTenths` tenths below 10 ms. */
export function preciseMsAt(index: number, inTenths: boolean): number {
  if (index < wholeFrom) return inTenths ? fineSteps(index) / 10 : coarseSteps(index);
  if (index < hundreds) return index - wholeFrom + 10;
  if (index < thousands) return 100 + fineSteps(index - hundreds);
  if (index < tenThousands) return 1000 + 10 * fineSteps(index - thousands);
  if (index < sameAgain) return 10_000 + 100 * fineSteps(index - tenThousands);
  return 100_000 + 1000 * (index - sameAgain);
}

/** Of so many buckets since the beginning of a decade, Locust's steps: each in the middle of its eleven. */
function coarseSteps(buckets: number): number {
  return Math.floor((buckets + bucketsPerStep - 6) / bucketsPerStep);
}

function fineSteps(buckets: number): number {
  return buckets - coarseSteps(buckets);
}

function nearest(elapsedMs: number, wholeMs: number): number {
  const fraction = elapsedMs - wholeMs;
  return fraction > 0.5 || (fraction === 0.5 && (wholeMs & 1) === 1) ? wholeMs + 1 : wholeMs;
}

function roundedQuotient(whole: number, stepMs: number, hasFraction: boolean): number {
  const quotient = (whole / stepMs) | 0;
  const rest = whole - quotient * stepMs;
  const half = stepMs >> 1;
  if (rest > half) return quotient + 1;
  if (rest < half) return quotient;
  return hasFraction || (quotient & 1) === 1 ? quotient + 1 : quotient;
}

/*
 * The form in which histograms leave this program: HdrHistogram's own (V2, compressed, base64), which its tools in every language read.
 */

/** Writes and reads that form. */
export type HistogramCodec = {
  /** `HISTFAAA…`, of whole microseconds: 1 … 3.6e9, 3 significant digits. `counts` are those of one histogram, as `countsUs` gives them. */
  readonly encoded: (counts: readonly CountUs[]) => string;
  /** The counts again; null for what is no such text. */
  readonly decoded: (text: string) => readonly CountUs[] | null;
};

/** Loads `hdr-histogram-js` for a file that is written or read: threads count, and a worker starts, without it. */
export async function histogramCodec(): Promise<HistogramCodec> {
  const { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } = await import('hdr-histogram-js');
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: maxHdrUs, numberOfSignificantValueDigits: 3, bitBucketSize: 64 });
  return {
    encoded(counts) {
      histogram.reset();
      for (const [lowestUs, count] of counts) histogram.recordValueWithCount(lowestUs, count);
      return encodeIntoCompressedBase64(histogram);
    },
    decoded(text) {
      try {
        const read = decodeFromCompressedBase64(text, 64, false, maxHdrUs);
        if (!(read instanceof JsHistogram) || read.numberOfSignificantValueDigits !== 3 || read.lowestDiscernibleValue !== 1) return null;
        return Array.from({ length: hdrLength }, (_, slot): CountUs => [slotLowestUs(slot), read.getCountAtIndex(slot)]).filter(([, count]) => count > 0);
      } catch {
        // The package says which byte it did not expect; whoever asked knows which file it was.
        return null;
      }
    },
  };
}
