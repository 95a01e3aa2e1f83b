/** Checks and metrics of all threads together, counted by real recorders. */
import { MetricAggregator, type MetricKind, metricType, ofMetricType } from '../../../src/stats/metrics.ts';
import { SimulatedThread } from './simulatedThread.ts';

function setUp(threads = 1): { metrics: MetricAggregator; threads: readonly SimulatedThread[]; thread: SimulatedThread } {
  const metrics = new MetricAggregator();
  const all = Array.from({ length: threads }, (_, index) => new SimulatedThread((message) => metrics.define(String(index), message)));
  const [thread] = all;
  if (thread === undefined) throw new Error('no thread');
  return { metrics, threads: all, thread };
}

test.each<[MetricKind, string, string]>([
  ['check', '', 'check'],
  ['counter', 'items', 'counter items'],
  ['trend', 'ms', 'trend'],
  ['trend', '', 'trend '],
  ['gauge', 'open sockets', 'gauge open sockets'],
])('a %s of "%s" is a row of the type "%s", and is read from it', (kind, unit, type) => {
  expect(metricType(kind, unit)).toBe(type);
  expect(ofMetricType(type)).toEqual({ kind, unit });
});

test('checks, by name, over all threads', () => {
  const { metrics, threads: [one, other] } = setUp(2);
  one?.recorder.row('check', 'b').pass(true, 1);
  other?.recorder.row('check', 'b').pass(false, 1);
  other?.recorder.row('check', 'a').pass(true, 1);
  expect(metrics.checks()).toEqual([{ kind: 'check', name: 'a', passes: 1, fails: 0 }, { kind: 'check', name: 'b', passes: 1, fails: 1 }]);
  expect(metrics.metrics()).toEqual([]);
});

test('each kind of metric has what its kind has', () => {
  const { metrics, thread: { recorder } } = setUp();
  for (const amount of [0.1, 0.2, 5]) recorder.row('counter items', 'sold').add(amount, 1);
  for (const value of [3, -7.5, 0]) recorder.row('gauge', 'queue').set(value, 1);
  for (const isTrue of [true, true, false]) recorder.row('rate', 'hit').pass(isTrue, 1);
  for (const value of [10, 20, 90]) recorder.row('trend', 'render').success(value, 0, 1);
  const [hit, queue, render, sold] = metrics.metrics();
  expect(hit).toEqual({ kind: 'rate', name: 'hit', passes: 2, fails: 1 });
  expect(queue).toEqual({ kind: 'gauge', name: 'queue', unit: '', value: 0, min: -7.5, max: 3 });
  expect(render).toMatchObject({ kind: 'trend', unit: 'ms', count: 3, average: 40, min: 10, max: 90 });
  expect(render?.kind === 'trend' ? [0, 50, 100].map(render.percentile) : []).toEqual([10, 20.015, 90]);
  expect(sold).toEqual({ kind: 'counter', name: 'sold', unit: 'items', sum: 0.1 + 0.2 + 5 });
});

test('bytes of a trend are whole and may be millions', () => {
  const { metrics, thread: { recorder } } = setUp();
  for (const bytes of [1, 2_000, 30_000_007]) recorder.row('trend bytes', 'size').success(bytes / 1000, 0, 1);
  const [size] = metrics.metrics();
  expect(size).toMatchObject({ unit: 'bytes', min: 1, max: 30_000_007, average: 10_000_669.3333 });
  expect(size?.kind === 'trend' ? [size.percentile(50), size.percentile(100)] : []).toEqual([2_000, 30_000_007]);
});

test('a gauge that was always below 0 has no 0 as its largest', () => {
  const { metrics, thread: { recorder } } = setUp();
  for (const value of [-3, -8]) {
    recorder.row('gauge', 'g').set(value, 1);
    metrics.takeReport();
  }
  expect(metrics.metrics()).toEqual([{ kind: 'gauge', name: 'g', unit: '', value: -8, min: -8, max: -3 }]);
});

test('a gauge has what was set last, in whichever thread and however often it was read in between', () => {
  const { metrics, threads: [one, other] } = setUp(2);
  one?.recorder.row('gauge', 'g').set(5, 1_000);
  other?.recorder.row('gauge', 'g').set(1, 3_000);
  expect(metrics.metrics()).toEqual([{ kind: 'gauge', name: 'g', unit: '', value: 1, min: 1, max: 5 }]);
  one?.recorder.row('gauge', 'g').set(9, 2_000);
  expect(metrics.metrics()).toMatchObject([{ value: 1, min: 1, max: 9 }]);
  one?.recorder.row('gauge', 'g').set(4, 4_000);
  expect(metrics.metrics()).toMatchObject([{ value: 4 }]);
});

test('what a thread has counted stays when it is gone, percentiles too', () => {
  const { metrics, thread } = setUp();
  thread.recorder.row('trend', 't').success(50, 0, 1);
  metrics.takeReport();
  thread.recorder.row('trend', 't').success(70, 0, 1);
  thread.recorder.row('check', 'c').pass(true, 1);
  metrics.removeThread('0');
  const [trend] = metrics.metrics();
  expect(trend?.kind === 'trend' ? [trend.count, trend.percentile(50), trend.percentile(100)] : []).toEqual([2, 50.015, 70]);
  expect(metrics.checks()).toHaveLength(1);
});

test('reports add up to the run; one that nobody took comes again with the next', () => {
  const { metrics, thread: { recorder } } = setUp();
  recorder.row('counter', 'c').add(2, 1);
  expect(metrics.takeReport()).toMatchObject([{ method: 'counter', name: 'c', numRequests: 1, totalContentLength: 2 }]);
  recorder.row('counter', 'c').add(3, 1);
  metrics.metrics();
  const lost = metrics.takeReport();
  metrics.putBack(lost);
  recorder.row('counter', 'c').add(4, 1);
  expect(metrics.takeReport()).toMatchObject([{ numRequests: 2, totalContentLength: 7 }]);
  expect(metrics.takeReport()).toEqual([]);
  expect(metrics.metrics()).toMatchObject([{ sum: 9 }]);
});

test('a new run begins with nothing', () => {
  const { metrics, thread } = setUp();
  thread.recorder.row('trend', 't').success(50, 0, 1);
  thread.recorder.row('gauge', 'g').set(50, 1);
  metrics.clear();
  expect(metrics.metrics()).toEqual([]);
  thread.recorder.row('trend', 't').success(1, 0, 1);
  const [trend] = metrics.metrics();
  expect(trend?.kind === 'trend' ? [trend.count, trend.percentile(100)] : []).toEqual([1, 1]);
});
