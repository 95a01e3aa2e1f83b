import { junitSuites, junitXml } from '../../../../src/outputs/junit.ts';
import type { RunResult, ThresholdResult } from '../../../../src/report/runView.ts';
import { bookScene } from '../bookScene.ts';
import { aResult } from '../runExamples.ts';

const failed = { verdict: { passed: false, reasons: ['2 of 3 requests failed', 'more'] }, exitCode: 1 };

function threshold(row: string, expression: string, passed = true): ThresholdResult {
  return { row, expression, measured: 0.5, text: `${expression} was 0.5`, passed };
}

/** A run in which `GET /bad` failed twice and `GET /good` never. */
function run(changes: Partial<RunResult>): RunResult {
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', '/good', 250, 0, null, 0);
  recorder.record('GET', '/bad', 100, 0, 'status 500', 0);
  recorder.record('GET', '/bad', 100, 0, 'status 502', 0);
  recorder.record('GET', '/bad', 100, 0, 'status 502', 0);
  tickAt(1_000);
  return aResult({ stats: book.stats, ...failed, ...changes });
}

const failedCases = (result: RunResult): string[] => junitSuites(result).flatMap(({ cases }) => cases).filter(({ failure }) => failure !== null).map(({ name }) => name);

test('a row with failures fails, with its commonest errors first, and so does the verdict', () => {
  const suites = junitSuites(run({}));
  expect(suites.map(({ name, cases }) => [name, cases.length])).toEqual([['thresholds', 0], ['requests', 2], ['verdict', 1]]);
  expect(suites[1]?.cases[0]).toEqual({
    className: 'boomer-node.requests', name: 'GET /bad', timeSec: 0.1,
    failure: { message: '3 of 3 requests failed', text: '2 × status 502\n1 × status 500' },
  });
  expect(suites[2]?.cases[0]?.failure).toEqual({ message: '2 of 3 requests failed', text: '2 of 3 requests failed\nmore\nexit code 1' });
});

test('a run that passed with something to know says it in its verdict', () => {
  const [, , verdict] = junitSuites(run({ verdict: { passed: true, reasons: ['6 of 10 arrivals dropped'] }, exitCode: 0 }));
  expect(verdict?.cases).toMatchObject([{ failure: null, note: '6 of 10 arrivals dropped' }]);
  expect(junitXml([{ name: 'v', cases: [...(verdict?.cases ?? []), { className: 'c', name: 'n', timeSec: null, failure: null, skipped: 'too few' }] }])).toMatch(/skipped="1"[^]*<system-out>6 of 10 arrivals dropped<\/system-out>[^]*<skipped message="too few"\/>/u);
});

test.each([
  ['a threshold on failures of the row', run({ thresholds: [threshold('GET /bad', 'rate<0.9')] }), ['verdict']],
  ['a threshold on failures of its name', run({ thresholds: [threshold('/bad', 'fail_ratio<0.1', false)] }), ['/bad: fail_ratio<0.1', 'verdict']],
  ['a threshold on failures of all rows', run({ thresholds: [threshold('Aggregated', 'rate < 0.9')] }), ['verdict']],
  ['a threshold on times, which judges no failures', run({ thresholds: [threshold('GET /bad', 'p(95)<200')] }), ['GET /bad', 'verdict']],
  ['a threshold on another row', run({ thresholds: [threshold('GET /good', 'rate<0.1')] }), ['GET /bad', 'verdict']],
  ['a threshold on failures of rows that look so', run({ thresholds: [threshold('GET /b*', 'fail_ratio<0.5')] }), ['verdict']],
  ['a threshold on failures of rows with tags', run({ thresholds: [threshold('http_req_failed{name:/bad}', 'rate<0.5')] }), ['verdict']],
  ['a threshold on failures of other rows with tags', run({ thresholds: [threshold('http_req_failed{method:POST}', 'rate<0.5', false)] }), ['http_req_failed{method:POST}: rate<0.5', 'GET /bad', 'verdict']],
  ['a threshold on how many requests did well', run({ thresholds: [threshold('checks', 'rate>0.5')] }), ['verdict']],
  ['a threshold on how many requests there were a second', run({ thresholds: [threshold('http_reqs', 'rate>0.5')] }), ['GET /bad', 'verdict']],
  ['a threshold on a window', run({ thresholds: [threshold('/bad', 'rate<0.5 over 10s')] }), ['verdict']],
  ['a run that passed all the same', run({ verdict: { passed: true, reasons: [] }, exitCode: 0 }), []],
])('what fails with %s', (_name, result, cases) => {
  expect(failedCases(result)).toEqual(cases);
});

test('a threshold on HTTP requests says nothing of other rows, nor one on checks of any requests', () => {
  const { book, recorder, metricRecorder, lookAt } = bookScene();
  recorder.record('redis', 'get', 1, 0, 'no', 0);
  recorder.record('GET', '/', 1, 0, 'no', 0);
  metricRecorder.row('check', 'fine').pass(true, 1);
  lookAt(1_000);
  const cases = (...thresholds: readonly ThresholdResult[]): string[] => failedCases(aResult({ stats: book.stats, ...failed, thresholds }));
  expect(cases(threshold('http_req_failed', 'rate<0.9'))).toEqual(['redis get', 'verdict']);
  expect(cases(threshold('checks', 'rate>0.9'), threshold('fine', 'rate>0.9'))).toEqual(['GET /', 'redis get', 'verdict']);
});
