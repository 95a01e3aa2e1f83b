/** A comparison ends, and says something of finite numbers, whatever a file says: files are made by other programs too. */
import fc from 'fast-check';
import { comparedFile } from '../../../src/compare/comparedFile.ts';
import { compareRuns } from '../../../src/compare/compareRuns.ts';
import { compareTable } from '../../../src/compare/compareOutputs.ts';
import { Draws } from '../../../src/compare/chance.ts';
import { summaryFormat, summaryVersion } from '../../../src/outputs/summary.ts';
import { histogramCodec } from '../../../src/stats/histogram.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { Random } from '../../../src/util/random.ts';

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 2026) });

const codec = await histogramCodec();
const rules = { minChange: 0.02, assumedNoise: 0.01, seed: 'x' };

const odd = [0, 5e-324, 1e-300, 0.5, 1, 2, 1000.25, 2 ** 31, 2 ** 32, 3.6e9, 2 ** 53 - 1, 2 ** 53, 1e21, 1e100, 1e308, Number.MAX_VALUE, -0, -1, -1e308];
const plain = fc.integer({ min: 0, max: 5_000 });
/** Some files have odd numbers only, some none in most places. */
const number = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: fc.constantFrom(...odd) }, { weight: 1, arbitrary: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }) });
const likely = fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const anyOf = (one: fc.Arbitrary<number>) => ({
  counts: fc.array(fc.tuple(one, one), { maxLength: 6 }),
  seconds: fc.array(fc.tuple(one, one, one), { maxLength: 12 }),
});

const summary = (one: fc.Arbitrary<number>): fc.Arbitrary<unknown> => {
  const row = fc.record({ method: fc.constant('GET'), name: fc.constantFrom('/a', '/b'), numRequests: one, numFailures: one, histogramUs: anyOf(one).counts, perSecond: anyOf(one).seconds });
  return fc.record({
    format: fc.constant(summaryFormat),
    version: fc.constant(summaryVersion),
    meta: fc.record({ countedFromSec: one, countedMs: one }),
    total: row,
    rows: fc.array(row, { minLength: 1, maxLength: 3 }),
    history: fc.array(fc.record({ atSec: one, averageMs: one }), { maxLength: 12 }),
  });
};
const locustMap = (one: fc.Arbitrary<number>): fc.Arbitrary<Record<string, number>> => fc.dictionary(one.map(String), one, { maxKeys: 8 });
const locust = (one: fc.Arbitrary<number>): fc.Arbitrary<unknown> =>
  fc.array(
    fc.record({
      method: fc.constant('GET'), name: fc.constantFrom('/a', '/b'), num_requests: one, num_failures: one, start_time: one, last_request_timestamp: one,
      response_times: locustMap(one), num_reqs_per_sec: locustMap(one), num_fail_per_sec: locustMap(one),
    }),
    { minLength: 1, maxLength: 3 },
  );
const file = fc.oneof(...[plain, likely, number].flatMap((one) => [summary(one), locust(one)]));

test('two files of any numbers are compared, or refused with the place', () => {
  let compared = 0;
  fc.assert(
    fc.property(file, file, (base, head) => {
      try {
        const comparison = compareRuns([comparedFile(JSON.stringify(base), 'base.json', codec)], comparedFile(JSON.stringify(head), 'head.json', codec), rules);
        compared++;
        for (const { base: before, head: after, change, interval, noiseBand } of comparison.comparisons) {
          const numbers = [before, after, change, interval?.low ?? null, interval?.high ?? null, noiseBand].filter((value) => value !== null);
          expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
        }
        expect(compareTable(comparison)).not.toMatch(/NaN|Infinity|undefined/u);
      } catch (error) {
        if (!(error instanceof BoomerError)) throw error;
        expect(error.message).toMatch(/^(?:base|head)\.json/u);
      }
    }),
    { numRuns: 800 },
  );
  expect(compared).toBeGreaterThan(50);
});

test.each([1e308, Number.MAX_VALUE, 2 ** 53])('%p anywhere in a file is refused with the place where it stands', (huge) => {
  const row = { method: 'GET', name: '/a', numRequests: huge, numFailures: 0, histogramUs: [[1000, huge], [2000, huge]], perSecond: [] };
  const text = JSON.stringify({ format: summaryFormat, version: summaryVersion, meta: { countedFromSec: 0, countedMs: 1000 }, total: row, rows: [row] });
  expect(() => comparedFile(text, 'run.json', codec)).toThrow('run.json: total.numRequests: expected a whole number from 0 to 9007199254740991');
});

test('a run of a hundred million years needs no memory for its seconds', () => {
  const row = (name: string) => ({ method: 'GET', name, numRequests: 100, numFailures: 1, histogramUs: [[1000, 100]], perSecond: [[1e9, 60, 1], [2e15, 40, 0]] });
  const text = JSON.stringify({ format: summaryFormat, version: summaryVersion, meta: { countedFromSec: 0, countedMs: 3e15 }, total: row(''), rows: Array.from({ length: 1000 }, (_, index) => row(`/${index}`)) });
  const run = comparedFile(text, 'run.json', codec);
  expect(run.rows.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond.length, 0)).toBeLessThanOrEqual(10_000_000);
});

test.each([1e308, 2 ** 53 - 1, 1, 0.3, 1e-300, NaN, Infinity])('drawing of the gamma distribution of shape %p ends', (shape) => {
  const draws = new Draws(new Random('x'));
  for (let turn = 0; turn < 100; turn++) draws.gamma(shape);
});
