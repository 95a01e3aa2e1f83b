import { hdrIndexOf, hdrLength, Histogram, locustPercentileMs, rankOf, slotHighestUs, slotLowestUs } from '../../../src/stats/histogram.ts';
import { histogramOf } from '../../support/histogramOf.ts';

test('percentiles are exact to 3 significant digits', () => {
  const histogram = histogramOf(Array.from({ length: 1000 }, (_, index) => (index + 1) * 1.5));
  expect(histogram.count).toBe(1000);
  for (const percent of [1, 50, 66, 95, 99, 99.9, 100]) {
    const exactMs = Math.ceil(percent * 10) * 1.5;
    expect(Math.abs((histogram.percentileMs(percent) ?? 0) - exactMs) / exactMs).toBeLessThan(0.001);
  }
});

test('a percentile is the first sample with which the share is covered', () => {
  const histogram = histogramOf([...Array.from({ length: 29 }, () => 10), 250, 250]);
  // 95 % of 31 samples are 29.45: 29 fast ones are not enough.
  expect(histogram.percentileMs(95)).toBeGreaterThanOrEqual(250);
  expect(histogram.percentileMs(93.5)).toBeLessThan(11);
  expect([rankOf(95, 31), rankOf(95, 20), rankOf(7, 100), rankOf(0, 9), rankOf(100, 9), rankOf(99.9, 1000)]).toEqual([30, 19, 7, 1, 9, 999]);
});

test('no percentile lies beyond what was measured', () => {
  const histogram = histogramOf([300.01, 300.02]);
  expect(histogram.percentileMs(50)).toBe(300.031);
  const extremes = { minResponseTimeMs: 300.01, maxResponseTimeMs: 300.02 };
  expect(histogram.percentileMs(50, extremes)).toBe(300.02);
  expect(histogram.percentileMs(0, extremes)).toBe(300.01);
  expect(histogram.percentilesMs([50, 100], extremes)).toEqual([300.02, 300.02]);
});

test.each([1, 2, 999, 1000, 12_345])('many percentiles at once are those asked for one by one, of %i samples', (count) => {
  const histogram = histogramOf(Array.from({ length: count }, (_, index) => 30 * 1.37 ** (index % 13)));
  const percents = [0.01, 25, 50, 90, 99, 99.9, 99.99, 99.9999, 100];
  expect(histogram.percentilesMs(percents)).toEqual(percents.map((percent) => histogram.percentileMs(percent)));
});

test('0 µs counts in the lowest slot, more than an hour as an hour', () => {
  expect(hdrIndexOf(0)).toBe(0);
  expect(histogramOf([0, 0]).percentileMs(50)).toBe(0);
  expect(hdrIndexOf(3_600_000)).toBe(hdrIndexOf(1e12));
  expect(hdrIndexOf(3_600_000)).toBeLessThan(hdrLength);
  expect(histogramOf([1e12]).percentileMs(100)).toBe(3_600_000);
});

test('counts beyond 32 bits stay exact', () => {
  const histogram = new Histogram(new Map([[hdrIndexOf(1), 2 ** 33], [hdrIndexOf(2), 2 ** 33 + 1]]));
  expect(histogram.count).toBe(2 ** 34 + 1);
  expect(histogram.percentileMs(50)).toBe(2);
});

test('slots follow each other without a gap, and hold what they say', () => {
  const wrong: number[] = [];
  for (let slot = 0; slot < hdrLength; slot++) {
    const [lowestUs, highestUs] = [slotLowestUs(slot), slotHighestUs(slot)];
    const isWhole = slotLowestUs(slot + 1) === highestUs + 1 && (highestUs > 3_600_000_000 || (hdrIndexOf(lowestUs / 1000) === slot && hdrIndexOf(highestUs / 1000) === slot));
    if (!isWhole) wrong.push(slot);
  }
  expect(wrong).toEqual([]);
});

test('gives its counts in ascending order, and several add up', () => {
  const histogram = new Histogram(new Map([[3_000, 2], [5, 7]]));
  expect(histogram.countsUs()).toEqual([[5, 7], [slotLowestUs(3_000), 2]]);
  expect(histogram.count).toBe(9);
  const both = Histogram.ofCountsUs([...histogram.countsUs(), ...histogram.countsUs(), [6, 1]]);
  expect(both.countsUs()).toEqual([[5, 14], [6, 1], [slotLowestUs(3_000), 4]]);
});

test('no samples, no percentile', () => {
  expect(new Histogram(new Map()).percentileMs(50)).toBeNull();
  expect(new Histogram(new Map()).percentilesMs([50, 95])).toEqual([]);
});

test('Locust takes the next slower sample where a share covers a whole number', () => {
  const descending = [[300, 1], [200, 1], [10, 18]] as const;
  expect(locustPercentileMs(descending, 20, 0.95)).toBe(300);
  expect(locustPercentileMs(descending, 20, 0.9)).toBe(200);
  expect(locustPercentileMs(descending, 20, 0.89)).toBe(10);
  expect(locustPercentileMs([], 0, 0.5)).toBe(0);
});
