import { ResponseTimeHistogram } from '../../../src/stats/hdr.ts';
import { hdrIndexOf, hdrLength } from '../../../src/stats/hdrIndex.ts';

const histogramOf = (elapsedMs: readonly number[]): ResponseTimeHistogram => {
  const histogram = new ResponseTimeHistogram();
  for (const each of elapsedMs) histogram.add(hdrIndexOf(each), 1);
  return histogram;
};

test('percentiles are exact to 3 significant digits', () => {
  const histogram = histogramOf(Array.from({ length: 1000 }, (_, index) => (index + 1) * 1.5));
  expect(histogram.count).toBe(1000);
  for (const percent of [1, 50, 66, 95, 99, 99.9, 100]) {
    const exactMs = Math.ceil(percent * 10) * 1.5;
    expect(Math.abs((histogram.percentileMs(percent) ?? 0) - exactMs) / exactMs).toBeLessThan(0.001);
  }
});

test('0 µs counts in the lowest slot, more than an hour as an hour', () => {
  expect(hdrIndexOf(0)).toBe(0);
  expect(histogramOf([0, 0]).percentileMs(50)).toBe(0);
  expect(hdrIndexOf(3_600_000)).toBe(hdrIndexOf(1e12));
  expect(hdrIndexOf(3_600_000)).toBeLessThan(hdrLength);
  expect(histogramOf([1e12]).percentileMs(100)).toBe(3_600_000);
});

test('counts beyond 32 bits stay exact', () => {
  const histogram = new ResponseTimeHistogram();
  histogram.add(hdrIndexOf(1), 2 ** 33);
  histogram.add(hdrIndexOf(2), 2 ** 33 + 1);
  expect(histogram.count).toBe(2 ** 34 + 1);
  expect(histogram.percentileMs(50)).toBe(2);
});

test('no samples, no percentile', () => {
  expect(new ResponseTimeHistogram().percentileMs(95)).toBeNull();
});
