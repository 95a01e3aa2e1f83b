/** A threshold judges the percentile that tables and documents print, whichever rows it selects. */
import fc from 'fast-check';
import { resultData } from '../../../../src/outputs/html/resultData.ts';
import { summaryOf } from '../../../../src/outputs/summary.ts';
import { parseThresholds } from '../../../../src/report/thresholds.ts';
import { evaluateThresholds } from '../../../../src/report/thresholdVerdicts.ts';
import { histogramCodec, Histogram } from '../../../../src/stats/histogram.ts';
import { bookScene } from '../../../unit/outputs/bookScene.ts';
import { aResult } from '../../../unit/outputs/runExamples.ts';

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 2026) });

const methods = ['GET', 'POST', 'redis'];
const names = ['/a', '/b', '/c'];
const sample = fc.record({
  method: fc.constantFrom(...methods),
  name: fc.constantFrom(...names),
  elapsedMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.double({ min: 0, max: 4_000_000, noNaN: true }), fc.constant(null)),
});
type Sample = { readonly method: string; readonly name: string; readonly elapsedMs: number | null };

/** What a threshold is written for, and the samples that it is about. */
const selections: readonly [row: string, isSelected: (sample: Sample) => boolean][] = [
  ['Aggregated', () => true],
  ['http_req_duration', ({ method }) => method !== 'redis'],
  ...names.map((name): [string, (sample: Sample) => boolean] => [name, (one) => one.name === name]),
  ...methods.map((method): [string, (sample: Sample) => boolean] => [`http_req_duration{method:${method}}`, (one) => one.method === method]),
  ...methods.flatMap((method) => names.map((name): [string, (sample: Sample) => boolean] => [`${method} ${name}`, (one) => one.method === method && one.name === name])),
];

test('a threshold measures what a table of the selected samples prints', () => {
  const percent = fc.oneof(fc.constantFrom(0, 7, 50, 66, 90, 95, 99, 99.9, 100), fc.double({ min: 0, max: 100, noNaN: true }).map((value) => Number(value.toFixed(3))));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), percent, (samples, asked) => {
      const { stats } = tableOf(samples);
      for (const [row, isSelected] of selections) {
        const selected = samples.filter(isSelected).map((one) => ({ ...one, method: 'GET', name: '/all' }));
        const { stats: expected } = tableOf(selected);
        const printed = expected.rows[0] === undefined ? null : expected.percentileMs(expected.rows[0], asked);
        const results = evaluateThresholds(parseThresholds({ typed: [`${row}: p(${asked})<1`], exported: null, fromFile: null }), { stats, fromSchedule: null, countedMs: 1000, arrivals: null });
        expect([row, results[0]?.measured]).toEqual([row, printed]);
      }
    }),
    { numRuns: 60 },
  );
});

test('the summary, the HTML report and its curve have the percentiles that the threshold of their row measures', async () => {
  const codec = await histogramCodec();
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), (samples) => {
      const { stats } = tableOf(samples);
      const result = aResult({ stats, fromSchedule: null });
      const [page, summary] = [resultData(result), summaryOf(result, codec)];
      const documents = [...stats.rows.map((row, index) => ({ row, shown: page.rows[index], exported: summary.rows[index] })), { row: stats.total, shown: page.total, exported: summary.total }];
      for (const { row, shown, exported } of documents) {
        const extremes = { minResponseTimeMs: exported?.minMs ?? null, maxResponseTimeMs: exported?.maxMs ?? 0 };
        const ofFile = Histogram.ofCountsUs(codec.decoded(exported?.histogram ?? '') ?? []);
        for (const [index, percent] of page.percents.entries()) {
          const typed = `${row === stats.total ? 'Aggregated' : `${row.method} ${row.name}`}: p(${percent})<1`;
          const [judged] = evaluateThresholds(parseThresholds({ typed: [typed], exported: null, fromFile: null }), { stats, fromSchedule: null, countedMs: 1000, arrivals: null });
          const curve = shown?.times.curveMs[page.curvePercents.indexOf(percent)];
          expect([typed, shown?.times.percentilesMs[index], exported?.percentilesMs[String(percent)] ?? null, ofFile.percentileMs(percent, extremes)]).toEqual([typed, judged?.measured, judged?.measured, judged?.measured]);
          if (curve !== undefined) expect([typed, curve]).toEqual([typed, Math.round((judged?.measured ?? 0) * 1000) / 1000]);
        }
      }
    }),
    { numRuns: 30 },
  );
});

function tableOf(samples: readonly Sample[]): ReturnType<typeof bookScene>['book'] {
  const { book, recorder, tickAt } = bookScene();
  for (const { method, name, elapsedMs } of samples) recorder.record(method, name, elapsedMs, 0, null, 0);
  tickAt(1000);
  return book;
}
