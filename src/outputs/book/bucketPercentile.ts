/** Percentiles of Locust's rounded response times. */

/**
 * The rounded milliseconds that a share of the requests did not exceed (Locust stats.py,
 * `calculate_response_time_percentile`, with its rounding). `descending` are pairs of milliseconds and count, the slowest
 * first; `fraction` is 0 … 1. 0 when there are none.
 */
export function bucketPercentileMs(descending: readonly (readonly [ms: number, count: number])[], timedCount: number, fraction: number): number {
  const within = Math.floor(timedCount * fraction);
  let seen = 0;
  for (const [ms, count] of descending) {
    seen += count;
    if (timedCount - seen <= within) return ms;
  }
  return 0;
}
