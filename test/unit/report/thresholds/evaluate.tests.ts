import { ThresholdJudge } from '../../../../src/report/thresholdJudge.ts';
import { evaluateThresholds, type ThresholdView } from '../../../../src/report/thresholdVerdicts.ts';
import { parseThresholds } from '../../../../src/report/thresholds.ts';
import { nothingBeside, runStats, type Row } from './runStats.ts';

const upTo = (count: number, factor = 1): number[] => Array.from({ length: count }, (_, index) => factor * (index + 1));
const rows: readonly Row[] = [
  { name: '/users', timesMs: upTo(100), failures: 5 },
  { method: 'POST', name: '/users', timesMs: upTo(100, 10) },
  { method: 'redis', name: 'GET key', timesMs: [0.25, 0.75] },
  { name: '/silent', untimed: 4, failures: 1 },
];
const view: ThresholdView = { stats: runStats(rows), fromSchedule: null, countedMs: 10_000, arrivals: null };
const nothingAdded = { counted: { rows: [], total: view.stats.total, errors: [] }, scheduled: { rows: [], total: view.stats.total, errors: [] }, ...nothingBeside };
const results = (lines: readonly string[], seen: ThresholdView = view) => evaluateThresholds(parseThresholds({ typed: lines, exported: null, fromFile: null }), seen);

it.each([
  ['GET /users: p(95)<95.5', 95.039, 'p(95)=95.039 ms', true],
  ['GET /users: p(100)<=100', 100, 'p(100)=100 ms', true],
  ['GET /users: avg<50.5', 50.5, 'avg=50.5 ms', false],
  ['GET /users: med==50.015', 50.015, 'med=50.015 ms', true],
  ['redis GET key: min>=0.25', 0.25, 'min=0.25 ms', true],
  ['GET key: max<0.5', 0.75, 'max=0.75 ms', false],
  ['GET /users: count===100', 100, 'count=100', true],
  ['GET /users: rps>10', 10, 'rps=10/s', false],
  ['GET /users: rate<0.05', 0.05, 'rate=5 %', false],
  ['GET /users: fail_ratio<=0.05', 0.05, 'fail_ratio=5 %', true],
  ['/users: count!=200', 200, 'count=200', false],
  ['/users: max<1000.5', 1000, 'max=1000 ms', true],
  ['*: count>205', 206, 'count=206', true],
  ['http_req_failed: rate<0.03', 6 / 204, 'rate=2.9412 %', true],
  ['http_reqs: rate>20', 20.4, 'rate=20.4/s', true],
  ['checks: rate>0.99', 1 - 6 / 206, 'rate=97.087 %', false],
  ['http_reqs{method:POST}: count==100', 100, 'count=100', true],
])('%s', (line, measured, text, passed) => {
  const [row, expression] = [line.slice(0, line.lastIndexOf(':')), line.slice(line.lastIndexOf(':') + 2)];
  expect(results([line])).toEqual([{ row, expression, measured, text, passed }]);
});

it.each([
  ['GET *: count==100', true, 'count=100'],
  ['*users: count==200', true, 'count=200'],
  ['*/users*: p(100)<=1000', true, 'p(100)=1000 ms'],
  ['http_reqs{name:/u*}: count==200', true, 'count=200'],
  ['http_reqs{name:/u*,method:POST}: count==100', true, 'count=100'],
  ['GET /us.rs*: count>0', false, 'no request of this name: did you mean "GET /users"?'],
])('%s takes the rows together that look so', (line, passed, text) => {
  expect(results([line.replace('GET *', 'GET /u*')])).toMatchObject([{ passed, text }]);
});

it('a row that is called with a star is that row, and blanks around names do not matter', () => {
  const odd: ThresholdView = { ...view, stats: runStats([{ name: '/item/*', timesMs: [1] }, { name: '/item/7', timesMs: [2, 2] }, { name: ' /edge ', timesMs: [3] }, { method: '', name: 'GET a: {b} ü', timesMs: [4] }, { method: 'GET', name: '', timesMs: [5] }]) };
  expect(results(['GET /item/*: count==1', '/item/*: count==1', '/item*: count==3', 'http_reqs{name:/item/*}: count==1', 'GET  /edge: max==3', '/edge: max==3', 'GET a: {b} ü: max==4', 'GET: max==5'], odd).map(({ passed }) => passed)).toEqual(Array.from({ length: 8 }, () => true));
});

it('a metric of HTTP requests with tags has what it has without: no other requests, and no arrivals that were dropped', () => {
  const mixed: ThresholdView = {
    ...view,
    stats: runStats([{ name: '/users', timesMs: upTo(100), failures: 5 }, { method: 'sql', name: '/users', timesMs: [3_000] }, { method: 'sql', name: '/orders', timesMs: [1] }, { method: 'arrivals', name: 'Shopper [dropped]', untimed: 900 }]),
  };
  const lines = ['http_req_failed{name:*}: rate<0.01', 'http_req_failed: rate<0.01', 'http_req_duration{name:/users}: max<=100', 'http_reqs{method:sql}: count==1', 'http_reqs{name:/orders}: count==1', 'checks{name:*}: rate<0.96', 'checks{method:sql}: rate==1'];
  expect(results(lines, mixed).map(({ text, passed }) => [text, passed])).toEqual([
    ['rate=5 %', false],
    ['rate=5 %', false],
    ['max=100 ms', true],
    ['no HTTP request of this name: there were GET /users', false],
    ['no HTTP request of this name: there were GET /users', false],
    ['rate=95.098 %', true],
    ['rate=100 %', true],
  ]);
});

it('merges the times of several rows within the resolution of their histograms', () => {
  const [half, most] = results(['/users: med<100', '/users: p(95)<900']);
  // Of 1 … 100 and 10, 20 … 1000, 91 and 9 are not above 91: half of 200.
  expect(Math.abs((half?.measured ?? 0) / 91 - 1)).toBeLessThan(0.001);
  expect(Math.abs((most?.measured ?? 0) / 900 - 1)).toBeLessThan(0.001);
});

it.each([
  ['GET /usres: p(95)<200', 'no request of this name: did you mean "GET /users"?'],
  ['/nowhere/to/be/found: count==0', 'no request of this name: there were GET /users, POST /users, redis GET key, GET /silent'],
  ['http_req_duration{name:/user}: p(95)<200', 'no HTTP request of this name: did you mean "/users"?'],
  ['/silent: p(95)<200', 'no request had a response time'],
  ['dropped_iterations: count==0', 'dropped_iterations are counted with --rate, static arrivals and replays only'],
  ['* [from schedule]: p(95)<200', 'nothing had a schedule: --rate, --max-rps, constantPacing and constantThroughput set one'],
])('%s fails, as there is nothing to measure', (line, text) => {
  expect(results([line])[0]).toMatchObject({ measured: null, text, passed: false });
});

it('fails when nothing was requested at all', () => {
  expect(results(['rate<0.01'], { ...view, stats: runStats([]) })[0]).toMatchObject({ measured: null, text: 'no request at all', passed: false });
});

it('measures arrivals and what had a schedule', () => {
  const open: ThresholdView = { ...view, arrivals: { perSec: 100, started: 990, dropped: 10, latestMs: 12.5, lateP99Ms: 4 }, fromSchedule: runStats([{ name: '/users', timesMs: [2000] }]) };
  expect(results(['dropped_iterations: count<10', 'dropped: count<10', 'dropped: rate<0.01', 'iterations: rate>98', 'GET /users [from schedule]: p(99)<1000', 'http_req_duration [from schedule]: max<3000', 'lateness: p(99)<4', 'lateness: max<13'], open).map(({ text, passed }) => [text, passed])).toEqual([
    ['count=10', false],
    ['count=10', false],
    ['rate=1 %', false],
    ['rate=99/s', true],
    ['p(99)=2000 ms', false],
    ['max=2000 ms', true],
    ['p(99)=4 ms', false],
    ['max=12.5 ms', true],
  ]);
});

describe('a threshold that ends the run', () => {
  const aborting = (expression: string, elapsedMs: number, seen = view, delayAbortEval = '10s') =>
    new ThresholdJudge(parseThresholds({ typed: ['avg<0'], exported: { '/users': [{ threshold: expression, abortOnFail: true, delayAbortEval }] }, fromFile: null })).look(seen, nothingAdded, { elapsedMs, isEnding: false });

  it('does so when it is not met, after its delay', () => {
    expect(aborting('avg<1', 9_999)).toBeNull();
    expect(aborting('avg<1', 10_000)?.expression).toBe('avg<1');
    expect(aborting('avg>1', 10_000)).toBeNull();
  });

  it('waits for its first request', () => {
    expect(aborting('avg<1', 10_000, { ...view, stats: runStats([]) })).toBeNull();
  });
});

it('judges several rows by the rank that the table has', () => {
  const fast = upTo(29).map(() => 10);
  const stats = runStats([{ name: '/x', timesMs: fast }, { method: 'POST', name: '/x', timesMs: [250, 250] }, { name: '/other', timesMs: [1] }]);
  const [result] = results(['/x: p(95)<200'], { ...view, stats });
  expect(result).toMatchObject({ measured: 250, passed: false });
});
