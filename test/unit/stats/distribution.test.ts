import fc from 'fast-check';
import { Distribution } from '../../../src/stats/distribution.ts';
import { ResponseTimeHistogram } from '../../../src/stats/hdr.ts';
import { hdrIndexOf, hdrLength, slotHighestUs, slotLowestUs } from '../../../src/stats/hdrIndex.ts';

test('its percentiles are those of hdr-histogram-js', () => {
  const lastSlot = hdrIndexOf(3_600_000);
  const counts = fc.dictionary(fc.nat(lastSlot).map(String), fc.integer({ min: 1, max: 2 ** 33 }), { maxKeys: 30 });
  const percent = fc.oneof(fc.constantFrom(0, 50, 66, 99, 99.99, 100), fc.double({ min: 0, max: 100, noNaN: true }));
  fc.assert(
    fc.property(counts, percent, (bySlot, asked) => {
      const histogram = new ResponseTimeHistogram();
      for (const [slot, count] of Object.entries(bySlot)) histogram.add(Number(slot), count);
      const distribution = new Distribution(new Map(Object.entries(bySlot).map(([slot, count]) => [Number(slot), count])));
      expect(distribution.percentileMs(asked)).toBe(histogram.percentileMs(asked));
    }),
    { numRuns: 60 },
  );
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

test('gives its counts in ascending order', () => {
  const distribution = new Distribution(new Map([[3_000, 2], [5, 7]]));
  expect(distribution.countsUs()).toEqual([[5, 7], [slotLowestUs(3_000), 2]]);
  expect(distribution.count).toBe(9);
  expect(new Distribution(new Map()).percentileMs(50)).toBeNull();
});
