import fc from 'fast-check';
import { decodeFromCompressedBase64, Float64Histogram, JsHistogram } from 'hdr-histogram-js';
import { type CountUs, hdrIndexOf, hdrLength, Histogram, histogramCodec, maxHdrUs, slotLowestUs } from '../../../src/stats/histogram.ts';
import { histogramOf } from '../../support/histogramOf.ts';

// The same cases on every run; another seed is another search.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 2026) });

/** The package's own scheme, with the bounds that the project uses. */
class Reference extends Float64Histogram {
  indexOf(valueUs: number): number {
    return (this as unknown as { countsArrayIndex: (value: number) => number }).countsArrayIndex(valueUs);
  }
  get length(): number {
    return (this as unknown as { countsArrayLength: number }).countsArrayLength;
  }
}
const reference = new Reference(1, maxHdrUs, 3);

test('the reference has as many slots', () => {
  expect(reference).toBeInstanceOf(JsHistogram);
  expect(hdrLength).toBe(reference.length);
});

test('every whole microsecond has the slot that hdr-histogram-js gives it', () => {
  const edges = Array.from({ length: 32 }, (_, power) => [2 ** power - 1, 2 ** power, 2 ** power + 1]).flat();
  for (const valueUs of [...edges, maxHdrUs - 1, maxHdrUs]) {
    if (valueUs <= maxHdrUs) expect([valueUs, hdrIndexOf(valueUs / 1000)]).toEqual([valueUs, reference.indexOf(valueUs)]);
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maxHdrUs }), (valueUs) => {
      expect(hdrIndexOf(valueUs / 1000)).toBe(reference.indexOf(valueUs));
    }),
    { numRuns: 5_000 },
  );
});

test('fractions of a microsecond go to the nearest one', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5_000_000, noNaN: true }), (elapsedMs) => {
      const valueUs = Math.min(maxHdrUs, Math.floor(elapsedMs * 1000 + 0.5));
      expect(hdrIndexOf(elapsedMs)).toBe(reference.indexOf(valueUs));
    }),
    { numRuns: 2_000 },
  );
});

test('a histogram filled by slots equals one filled by values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: maxHdrUs }), { minLength: 1, maxLength: 50 }), (valuesUs) => {
      const ours = histogramOf(valuesUs.map((valueUs) => valueUs / 1000));
      const theirs = new Float64Histogram(1, maxHdrUs, 3);
      for (const valueUs of valuesUs) theirs.recordValue(valueUs);
      for (const percent of [0.1, 50, 90, 99, 100]) {
        expect(ours.percentileMs(percent)).toBe(Math.min(maxHdrUs, theirs.getValueAtPercentile(percent)) / 1000);
      }
    }),
    { numRuns: 60 },
  );
});

test('percentiles are those of hdr-histogram-js', () => {
  const counts = fc.dictionary(fc.nat(hdrIndexOf(3_600_000)).map(String), fc.integer({ min: 1, max: 2 ** 33 }), { maxKeys: 30 });
  const percent = fc.oneof(fc.constantFrom(0, 50, 66, 99, 99.99, 100), fc.double({ min: 0, max: 100, noNaN: true }));
  fc.assert(
    fc.property(counts, percent, (bySlot, asked) => {
      const pairs = Object.entries(bySlot).map(([slot, count]) => [Number(slot), count] as const);
      const theirs = new Float64Histogram(1, maxHdrUs, 3);
      for (const [slot, count] of pairs) theirs.recordValueWithCount(slotLowestUs(slot), count);
      const expected = pairs.length === 0 ? null : Math.min(maxHdrUs, theirs.getValueAtPercentile(asked)) / 1000;
      expect(new Histogram(new Map(pairs)).percentileMs(asked)).toBe(expected);
    }),
    { numRuns: 100 },
  );
});

test('what files hold is read again, by us and by hdr-histogram-js', async () => {
  const { encoded, decoded } = await histogramCodec();
  const counts = fc.dictionary(fc.nat(hdrIndexOf(3_600_000)).map(String), fc.integer({ min: 1, max: 2 ** 45 }), { maxKeys: 30 });
  fc.assert(
    fc.property(counts, (bySlot) => {
      const histogram = new Histogram(new Map(Object.entries(bySlot).map(([slot, count]): CountUs => [Number(slot), count])));
      const text = encoded(histogram.countsUs());
      expect(decoded(text)).toEqual(histogram.countsUs());
      const theirs = decodeFromCompressedBase64(text, 64);
      expect([theirs.totalCount, Math.min(maxHdrUs, theirs.getValueAtPercentile(95)) / 1000]).toEqual([histogram.count, histogram.percentileMs(95) ?? 0]);
    }),
    { numRuns: 100 },
  );
  for (const strange of ['', 'HISTFAAA', 'no base64 at all', encoded([[1, 1]]).slice(0, -8)]) expect(decoded(strange)).toBeNull();
});
