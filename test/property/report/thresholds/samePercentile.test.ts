/** A threshold judges the percentile that tables and documents print, whichever rows it selects. */
import fc from 'fast-check';
import { resultData } from '../../../../src/outputs/html/resultData.ts';
import { summaryOf } from '../../../../src/outputs/summary.ts';
import { parseThresholds } from '../../../../src/report/thresholds.ts';
import { ThresholdJudge } from '../../../../src/report/thresholdJudge.ts';
import { evaluateThresholds, type ThresholdView } from '../../../../src/report/thresholdVerdicts.ts';
import { histogramCodec, Histogram } from '../../../../src/stats/histogram.ts';
import { type BookScene, bookScene } from '../../../unit/outputs/bookScene.ts';
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

const isHttp = ({ method }: Sample): boolean => method !== 'redis';

/** What a threshold is written for, and the samples that it is about. */
const selections: readonly [row: string, isSelected: (sample: Sample) => boolean][] = [
  ['Aggregated', () => true],
  ['http_req_duration', (one) => isHttp(one)],
  ...names.map((name): [string, (sample: Sample) => boolean] => [name, (one) => one.name === name]),
  ...methods.map((method): [string, (sample: Sample) => boolean] => [`http_req_duration{method:${method}}`, (one) => isHttp(one) && one.method === method]),
  ...names.map((name): [string, (sample: Sample) => boolean] => [`http_req_duration{name:${name}}`, (one) => isHttp(one) && one.name === name]),
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

test('a window as long as the run measures what the same threshold measures without one, and shorter ones what a table of their seconds prints', () => {
  const times = ['p(95)<1', 'p(99.9)<1', 'med<1', 'avg<1', 'min<1', 'max<1'];
  const lines = selections.flatMap(([row]) => [...times, ...(row.startsWith('http_') ? [] : ['count<0', 'rps<0', 'fail_ratio<0', 'rate<0'])].map((expression) => `${row}: ${expression}`));
  fc.assert(
    fc.property(fc.array(fc.array(sample, { maxLength: 20 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (seconds, width) => {
      const over = Math.min(width, seconds.length);
      const { windows, view } = watched(seconds, lines.flatMap((line) => [`${line} over ${seconds.length}s`, ...(over === seconds.length ? [] : [`${line} over ${over}s`])]));
      const whole = measuredOf(view, lines);
      expect(lines.map((line) => [line, windows.get(`${line} over ${seconds.length}s`)])).toEqual(lines.map((line, index) => [line, whole[index]]));
      const tables = Array.from({ length: seconds.length - over + 1 }, (_, from) => measuredOf(watched(seconds.slice(from, from + over), []).view, lines));
      for (const [index, line] of lines.entries()) {
        // A window without requests, in a run that had some, has none of them and no times.
        const orElse = /: (?:count|rps)/u.test(line) && whole[index] !== null ? 0 : -1;
        const worst = Math.max(...tables.map((measured) => measured[index] ?? orElse));
        // What averages are added up in differs in its last digits.
        expect([line, windows.get(`${line} over ${over}s`) ?? -1]).toEqual([line, expect.closeTo(worst, 6)]);
      }
    }),
    { numRuns: 25 },
  );
});

/** What a scenario did with its metrics within one second: values of a trend and of one of bytes, and what a gauge was set to. */
const metricSecond = fc.record({
  times: fc.array(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.double({ min: 0, max: 4_000_000, noNaN: true })), { maxLength: 12 }),
  bytes: fc.array(fc.integer({ min: 0, max: 5_000_000 }), { maxLength: 5 }),
  gauge: fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 3 }),
});

test('a window of a metric measures what its values in these seconds are, and one as long as the run what is measured without it', () => {
  const percent = fc.oneof(fc.constantFrom(0, 50, 90, 95, 99.9, 100), fc.double({ min: 0, max: 100, noNaN: true }).map((value) => Number(value.toFixed(3))));
  fc.assert(
    fc.property(fc.array(metricSecond, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 6 }), percent, (seconds, width, asked) => {
      const over = Math.min(width, seconds.length);
      const ofTrends = [`p(${asked})`, 'med', 'avg', 'min', 'max', 'count'].flatMap((word) => [`time: ${word}<-101`, `size: ${word}<-101`]);
      const ofGauge = ['value', 'max'].map((word) => `queue: ${word}<-101`);
      const lines = [...ofTrends, ...ofGauge];
      const { windows, view } = watchedMetrics(seconds, lines.flatMap((line) => [`${line} over ${seconds.length}s`, `${line} over ${over}s`]));
      const whole = measuredOf(view, lines);
      expect(lines.map((line) => [line, windows.get(`${line} over ${seconds.length}s`)])).toEqual(lines.map((line, index) => [line, whole[index] === null ? null : (expect.closeTo(whole[index] ?? 0, 6) as number)]));
      const starts = Array.from({ length: seconds.length - over + 1 }, (_, from) => from);
      for (const [index, line] of ofTrends.entries()) {
        const measured = starts.map((from) => measuredOf(watchedMetrics(seconds.slice(from, from + over), []).view, ofTrends)[index] ?? null);
        const worst = Math.max(...measured.map((value) => value ?? (line.includes('count') && whole[index] !== null ? 0 : -Infinity)));
        expect([line, windows.get(`${line} over ${over}s`) ?? -Infinity]).toEqual([line, Number.isFinite(worst) ? (expect.closeTo(worst, 5) as number) : worst]);
      }
      const held = starts.map((from) => seconds.slice(0, from).flatMap(({ gauge }) => gauge).slice(-1));
      const values = starts.map((from) => [...(held[from] ?? []), ...seconds.slice(from, from + over).flatMap(({ gauge }) => gauge)]);
      const expected = [values.map((all) => all.at(-1) ?? -Infinity), values.map((all) => Math.max(...all))].map((list) => Math.max(...list));
      expect(ofGauge.map((line) => windows.get(`${line} over ${over}s`) ?? -Infinity)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

function watchedMetrics(seconds: readonly { readonly times: readonly number[]; readonly bytes: readonly number[]; readonly gauge: readonly number[] }[], typed: readonly string[]): { readonly windows: ReadonlyMap<string, number | null>; readonly view: ThresholdView } {
  return watchedSeconds(typed, seconds.map(({ times, bytes, gauge }) => ({ metricRecorder }) => {
    for (const value of times) metricRecorder.row('trend', 'time').success(value, 0, 1);
    for (const value of bytes) metricRecorder.row('trend bytes', 'size').success(value / 1000, 0, 1);
    for (const value of gauge) metricRecorder.row('gauge', 'queue').set(value, 1);
  }));
}

function measuredOf(view: ThresholdView, typed: readonly string[]): readonly (number | null)[] {
  return evaluateThresholds(parseThresholds({ typed, exported: null, fromFile: null }), view).map(({ measured }) => measured);
}

function watched(seconds: readonly (readonly Sample[])[], typed: readonly string[]): { readonly windows: ReadonlyMap<string, number | null>; readonly view: ThresholdView } {
  return watchedSeconds(typed, seconds.map((samples) => ({ recorder }) => {
    for (const { method, name, elapsedMs } of samples) recorder.record(method, name, elapsedMs, 0, elapsedMs === null ? 'no' : null, 0);
  }));
}

function watchedSeconds(typed: readonly string[], seconds: readonly ((scene: BookScene) => void)[]): { readonly windows: ReadonlyMap<string, number | null>; readonly view: ThresholdView } {
  const scene = bookScene();
  const { book, lookAt } = scene;
  const judge = new ThresholdJudge(parseThresholds({ typed, exported: null, fromFile: null }));
  const viewAt = (countedMs: number): ThresholdView => ({ stats: book.stats, fromSchedule: null, countedMs, arrivals: null });
  for (const [index, record] of seconds.entries()) {
    record(scene);
    const elapsedMs = 1000 * (index + 1);
    const added = lookAt(elapsedMs);
    judge.look(viewAt(elapsedMs), added, { elapsedMs, isEnding: false });
  }
  const view = viewAt(1000 * seconds.length);
  return { windows: new Map(judge.results(view).map(({ row, expression, measured }) => [`${row}: ${expression}`, measured])), view };
}

function tableOf(samples: readonly Sample[]): ReturnType<typeof bookScene>['book'] {
  const { book, recorder, tickAt } = bookScene();
  for (const { method, name, elapsedMs } of samples) recorder.record(method, name, elapsedMs, 0, null, 0);
  tickAt(1000);
  return book;
}
