/**
 * Locust's rounding of response times (Locust stats.py, `bucket_response_time`), as an index into an array of counters.
 *
 *   below 100 ms     nearest 1 ms       0 … 100        index 0 … 100
 *   below 1 000 ms   nearest 10 ms      110 … 1 000    index 101 … 190
 *   below 10 000 ms  nearest 100 ms     1 100 … 10 000 index 191 … 280
 *   from there on    nearest 1 000 ms   11 000 …       index 281 … 3 870 (one hour)
 *
 * A tie goes to the even multiple, as Python's `round` does. Python rounds the exact decimal value of the float, so the
 * arithmetic here stays exact too: the whole part and the fraction are compared apart, and nothing is divided that could
 * round up to a tie (144.99999999999997 is 140, 145 is 140, 145.00000000000003 is 150).
 */

/** Response times above one hour count as one hour. */
export const maxBucketMs = 3_600_000;

/** Number of buckets. */
export const bucketCount: number = 270 + maxBucketMs / 1000 + 1;

/** The bucket of a response time in milliseconds (finite, not negative): 0 … `bucketCount` − 1. */
export function bucketIndexOf(elapsedMs: number): number {
  if (elapsedMs >= maxBucketMs) return bucketCount - 1;
  const wholeMs = elapsedMs | 0;
  const hasFraction = elapsedMs !== wholeMs;
  if (wholeMs < 100) {
    const fraction = elapsedMs - wholeMs;
    return fraction > 0.5 || (fraction === 0.5 && (wholeMs & 1) === 1) ? wholeMs + 1 : wholeMs;
  }
  if (wholeMs < 1000) return 90 + roundedQuotient(wholeMs, 10, hasFraction);
  if (wholeMs < 10_000) return 180 + roundedQuotient(wholeMs, 100, hasFraction);
  return 270 + roundedQuotient(wholeMs, 1000, hasFraction);
}

/** The rounded milliseconds that the bucket `index` (0 … `bucketCount` − 1) stands for. */
export function bucketMsAt(index: number): number {
  if (index <= 100) return index;
  if (index <= 190) return (index - 90) * 10;
  if (index <= 280) return (index - 180) * 100;
  return (index - 270) * 1000;
}

function roundedQuotient(whole: number, stepMs: number, hasFraction: boolean): number {
  const quotient = (whole / stepMs) | 0;
  const rest = whole - quotient * stepMs;
  const half = stepMs >> 1;
  if (rest > half) return quotient + 1;
  if (rest < half) return quotient;
  return hasFraction || (quotient & 1) === 1 ? quotient + 1 : quotient;
}
