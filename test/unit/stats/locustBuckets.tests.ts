import { bucketCount, bucketIndexOf, bucketMsAt } from '../../../src/stats/histogram.ts';

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

test('every bucket rounds to itself, and they ascend', () => {
  for (let index = 0; index < bucketCount; index++) {
    expect(bucketIndexOf(bucketMsAt(index))).toBe(index);
    if (index > 0) expect(bucketMsAt(index)).toBeGreaterThan(bucketMsAt(index - 1));
  }
  expect(bucketMsAt(bucketCount - 1)).toBe(3_600_000);
});
