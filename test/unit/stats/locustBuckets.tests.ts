import { bucketCount, bucketIndexOf, bucketMsAt, preciseMsAt } from '../../../src/stats/histogram.ts';

const bucketOf = (elapsedMs: number): number => bucketMsAt(bucketIndexOf(elapsedMs));

test.each([
  // Results of Locust 2.47's bucket_response_time.
  [0, 0], [0.4, 0], [0.5, 0], [1.5, 2], [2.5, 2], [98.5, 98], [99.4, 99], [99.5, 100], [99.99, 100], [100, 100],
  [104.9, 100], [105, 100], [105.00000000000001, 110], [115, 120], [144.99999999999997, 140], [145, 140], [145.00000000000003, 150],
  [155, 160], [147, 150], [994.9999, 990], [995, 1000], [994.9999999999999, 990], [999.9, 1000],
  [1000, 1000], [1049.9, 1000], [1050, 1000], [1050.0000000000002, 1100], [1150, 1200], [1250, 1200], [3432, 3400], [9949.9, 9900], [9950, 10_000],
  [10_000, 10_000], [10_500, 10_000], [10_500.000000000002, 11_000], [11_500, 12_000], [58_760, 59_000], [3_599_500, 3_600_000], [3_600_000, 3_600_000],
])('%d ms counts as %d ms', (elapsedMs, expectedMs) => {
  expect(bucketOf(elapsedMs)).toBe(expectedMs);
});

test('what took more than an hour counts as an hour', () => {
  expect([3_600_000.1, 1e9, Number.MAX_SAFE_INTEGER, Infinity].map(bucketOf)).toEqual([3_600_000, 3_600_000, 3_600_000, 3_600_000]);
});

test('buckets ascend, by Locust\'s steps and by finer ones, and no two are the same in both', () => {
  const pairs = Array.from({ length: bucketCount }, (_, index) => [bucketMsAt(index), preciseMsAt(index, true)] as const);
  const wrong = pairs.filter(([locusts, precise], index) => {
    const [before, preciseBefore] = pairs[index - 1] ?? [-1, -1];
    const ascends = locusts >= before && precise >= preciseBefore && (locusts > before || precise > preciseBefore);
    const isFoundAgain = bucketMsAt(bucketIndexOf(locusts)) === locusts && preciseMsAt(bucketIndexOf(precise), true) === precise;
    return !ascends || !isFoundAgain || (locusts === precise && bucketIndexOf(precise) !== index);
  });
  expect(wrong).toEqual([]);
  expect(pairs.at(-1)).toEqual([3_600_000, 3_600_000]);
});

test.each([
  // milliseconds, to three digits, in tenths below 10 ms
  [0, 0, 0], [0.04, 0, 0], [0.06, 0, 0.1], [0.5, 0, 0.5], [0.54, 1, 0.5], [3.14159, 3, 3.1], [9.94, 10, 9.9], [9.96, 10, 10], [10.4, 10, 10], [99.4, 99, 99],
  [99.6, 100, 100], [100.4, 100, 100], [104.9, 105, 105], [145, 145, 145], [145.3, 145, 145], [299.6, 300, 300], [999.4, 999, 999], [999.6, 1000, 1000],
  [1004, 1000, 1000], [1234.5, 1230, 1230], [9994, 9990, 9990], [10_049, 10_000, 10_000], [12_345, 12_300, 12_300], [99_949, 99_900, 99_900], [123_456, 123_000, 123_000],
])('%d ms goes to a master as %d ms, or %d', (elapsedMs, wholeMs, inTenthsMs) => {
  const bucket = bucketIndexOf(elapsedMs);
  expect([preciseMsAt(bucket, false), preciseMsAt(bucket, true)]).toEqual([wholeMs, inTenthsMs]);
});
