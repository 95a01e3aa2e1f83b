/** The shape of a row's response times from its HDR counts: a percentile curve as exact as HDR is, and buckets to look at. */

/** HDR counts: the slot's lowest value in microseconds and its count, ascending. */
export type HdrPairs = readonly (readonly [lowestUs: number, count: number])[];

/**
 * The response times in milliseconds that each of `percents` (ascending, above 0, at most 100) of the samples do not exceed,
 * in one pass; empty without samples. The same rule as `ResponseTimeHistogram.percentileMs` (hdr-histogram-js,
 * `JsHistogram.getValueAtPercentile`).
 */
export function curveMs(pairs: HdrPairs, percents: readonly number[]): number[] {
  const total = pairs.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  let next = 0;
  let passed = 0;
  let reachedUs = 0;
  return percents.map((percent) => {
    const exactRank = (percent / 100) * total;
    // 99.9 % of 1000 samples is 999.0000000000001: the unit in the last place must not ask for one sample more.
    const rank = Math.max(1, Math.ceil(exactRank - exactRank * Number.EPSILON));
    while (passed < rank && next < pairs.length) {
      const [lowestUs, count] = pairs[next] ?? [0, 0];
      reachedUs = highestOfSlotUs(lowestUs);
      passed += count;
      next += 1;
    }
    return reachedUs / 1000;
  });
}

/**
 * The counts in `perDecade` buckets a decade, ascending, empty ones left out: bucket `i` begins at 10^(i ÷ perDecade) µs.
 * What took no measurable time counts as 1 µs.
 */
export function logBuckets(pairs: HdrPairs, perDecade: number): [index: number, count: number][] {
  const buckets: [number, number][] = [];
  for (const [lowestUs, count] of pairs) {
    // The small addend keeps 1000 µs in the bucket that begins there although log10 is rounded.
    const index = Math.floor(Math.log10(Math.max(1, lowestUs)) * perDecade + 1e-9);
    const last = buckets.at(-1);
    if (last?.[0] === index) last[1] += count;
    else buckets.push([index, count]);
  }
  return buckets;
}

/** Slots are 1 µs wide below 2 048 µs, and twice as wide with each doubling above (src/stats/hdrIndex.ts). */
function highestOfSlotUs(lowestUs: number): number {
  const doublings = Math.max(0, Math.floor(Math.log2(Math.max(1, lowestUs))) - 10);
  return lowestUs + 2 ** doublings - 1;
}
