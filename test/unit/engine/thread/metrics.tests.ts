/** Checks and metrics from the scenario's function to the numbers of the run, in one thread. */
import { Recording } from '../../../../src/engine/thread/recording/recording.ts';
import { ThreadHost } from '../../../../src/engine/thread/hosting/threadHost.ts';
import { check, Counter, Gauge, Rate, Trend } from '../../../../src/scenario/metrics.ts';
import { installScenarioHost } from '../../../../src/scenario/scenarioHost.ts';
import { MetricAggregator } from '../../../../src/stats/metrics.ts';

function setUp({ warmsUp = false } = {}) {
  const metrics = new MetricAggregator();
  const problems: string[] = [];
  const runner: { state: 'ready' | 'running' } = { state: 'running' };
  const problem = (text: string): void => void problems.push(text);
  const recording = new Recording({
    post: (message) => {
      if (message.kind === 'metricLedger') metrics.define('0', message.message);
    },
    problem, onListenerError: () => undefined, wallOffsetMs: 1_700_000_000_000, warmsUp, hasRowHistograms: false, keepsSchedule: false, requestLog: null,
  });
  installScenarioHost(new ThreadHost({ post: () => undefined, services: {} as never, runner, pace: { setLimiter: () => undefined }, recording, problem }));
  return { metrics, problems, runner, recording };
}
afterEach(() => installScenarioHost(null));

test('all kinds reach the numbers of the run, in a ledger of their own that is there once somebody counts', () => {
  const { metrics, problems } = setUp();
  expect(metrics.takeReport()).toEqual([]);
  check('fine', true);
  new Counter('sold').add(0.5);
  new Gauge('queue').set(-2);
  new Rate('hit').add(false);
  new Trend('render').add(0);
  new Trend('size', { unit: 'bytes' }).add(4_000_000);
  expect(metrics.checks()).toEqual([{ kind: 'check', name: 'fine', passes: 1, fails: 0 }]);
  expect(metrics.metrics()).toMatchObject([
    { kind: 'rate', name: 'hit', passes: 0, fails: 1 }, { kind: 'gauge', name: 'queue', value: -2 }, { kind: 'trend', name: 'render', count: 1, max: 0 },
    { kind: 'trend', name: 'size', max: 4_000_000 }, { kind: 'counter', name: 'sold', sum: 0.5 },
  ]);
  expect(problems).toEqual([]);
});

test('what is no value is told of once, and does not count', () => {
  const { metrics, problems } = setUp();
  const sold = new Counter('sold');
  for (const value of [-1, Number.NaN, '3']) sold.add(value as number);
  check('fine', Promise.resolve(true) as unknown as boolean);
  new Trend('render').add(Infinity);
  new Rate('hit').add(1 as unknown as boolean);
  expect(problems).toEqual([
    "counter 'sold' expects a number of 0 or more, got -1; it does not count (said once)",
    "check 'fine' expects true or false, got a promise: await it; it does not count (said once)",
    "trend 'render' expects a number of 0 or more, got Infinity; it does not count (said once)",
    "rate 'hit' expects true or false, got 1; it does not count (said once)",
  ]);
  expect([metrics.checks(), metrics.metrics()]).toEqual([[], []]);
});

test('nothing counts between tests and in a warm-up, and a new run begins with nothing', () => {
  const { metrics, runner, recording } = setUp({ warmsUp: true });
  check('warm', true);
  recording.setCounting(true);
  check('counts', true);
  runner.state = 'ready';
  check('late', true);
  expect(metrics.checks().map(({ name }) => name)).toEqual(['counts']);
  recording.begin();
  metrics.clear();
  runner.state = 'running';
  check('counts', false);
  expect(metrics.checks()).toEqual([{ kind: 'check', name: 'counts', passes: 0, fails: 1 }]);
});

test('one name is one metric', () => {
  setUp();
  expect(new Counter('sold', { unit: 'items' }).name).toBe(new Counter('sold', { unit: 'items' }).name);
  expect(() => new Trend('sold')).toThrow("there are two metrics named 'sold', a counter items and a trend: give one another name");
});

test('names beyond the bound are counted together, and that is said', () => {
  const { metrics, problems } = setUp();
  for (let index = 0; index < 1_010; index++) check(`check ${index}`, true);
  check('check 1009', false);
  expect(metrics.checks()).toHaveLength(1_001);
  expect(metrics.checks()[0]).toEqual({ kind: 'check', name: '(more than 1000 names)', passes: 10, fails: 1 });
  expect(problems.filter((text) => text.startsWith('More than 1000 names'))).toHaveLength(1);
});
