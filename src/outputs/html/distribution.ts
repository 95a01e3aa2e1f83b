/** The shape of a row's response times: buckets to look at. */
import type { CountUs } from '../../stats/histogram.ts';

/**
 * The counts (ascending) in `perDecade` buckets a decade, ascending, empty ones left out: bucket `i` begins at 10^(i ÷ perDecade) µs.
 * What took no measurable time counts as 1 µs.
 */
export function logBuckets(pairs: readonly CountUs[], perDecade: number): [index: number, count: number][] {
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
