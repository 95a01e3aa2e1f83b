/** Thresholds over a sliding window, on a clock that the test moves. */
import type { Lateness } from '../../../../src/engine/shared/pace.ts';
import type { ArrivalCounts, ThresholdResult } from '../../../../src/report/runView.ts';
import { ThresholdJudge } from '../../../../src/report/thresholdJudge.ts';
import { parseThresholds } from '../../../../src/report/thresholds.ts';
import type { Recorder } from '../../../../src/stats/recorder.ts';
import { bookScene } from '../../outputs/bookScene.ts';

type Watch = {
  /** What was recorded since the last look, then a look; returns the expression that ends the run. */
  readonly second: (record?: (recorder: Recorder, metrics: Recorder) => void, more?: { readonly isEnding?: boolean; readonly arrivals?: ArrivalCounts; readonly lateness?: Lateness; readonly elapsedMs?: number; readonly sinceMs?: number }) => string | null;
  readonly results: () => readonly ThresholdResult[];
  readonly judge: ThresholdJudge;
};

function watch(table: Record<string, unknown>): Watch {
  const { book, recorder, metricRecorder, lookAt } = bookScene();
  const judge = new ThresholdJudge(parseThresholds({ typed: [], exported: table, fromFile: null }));
  let countedMs = 0;
  let arrivals: ArrivalCounts | null = null;
  const view = () => ({ stats: book.stats, fromSchedule: null, countedMs, arrivals });
  return {
    judge,
    second(record = () => undefined, { isEnding = false, elapsedMs, lateness = null, sinceMs = 1_000, ...more } = {}) {
      record(recorder, metricRecorder);
      countedMs += sinceMs;
      arrivals = more.arrivals ?? arrivals;
      const added = lookAt(countedMs, lateness);
      const aborting = judge.look(view(), added, { elapsedMs: elapsedMs ?? countedMs, isEnding });
      return aborting?.expression ?? null;
    },
    results: () => judge.results(view()),
  };
}

const get = (ms: number | null, times = 1, error: string | null = null) => (recorder: Recorder): void => {
  for (let index = 0; index < times; index++) recorder.record('GET', '/a', ms, 10, error, 0);
};

it('is missed when one full window missed it, however good the run was as a whole, and says which', () => {
  const { second, results } = watch({ 'GET /a': ['max<100 over 3s', 'max<500 over 3s', 'p(99)<100'] });
  for (let at = 0; at < 10; at++) second(get(at === 5 ? 300 : 10, at === 5 ? 1 : 200));
  const [missed, met, whole] = results();
  expect(missed).toEqual({ row: 'GET /a', expression: 'max<100 over 3s', measured: 300, passed: false, text: 'max=300 ms at worst, from 3s to 6s (3 of 8 windows missed)', window: { fromMs: 3_000, toMs: 6_000, measured: 8, missed: 3 } });
  expect(met).toMatchObject({ passed: true, text: 'max=300 ms at worst, from 3s to 6s (8 windows)' });
  expect(whole).toMatchObject({ passed: true });
  expect(whole).not.toHaveProperty('window');
});

it.each([
  ['p(90)<11 over 2s', 'p(90)=50 ms at worst, from 0s to 2s'],
  ['med<11 over 2s', 'med=30.015 ms at worst, from 0s to 2s'],
  ['avg<11 over 2s', 'avg=30 ms at worst, from 0s to 2s'],
  ['min<11 over 2s', 'min=10 ms at worst, from 0s to 2s'],
  ['count>6 over 2s', 'count=5 at worst, from 0s to 2s'],
  ['rps>6 over 2s', 'rps=2.5/s at worst, from 0s to 2s'],
  ['fail_ratio<0.1 over 2s', 'fail_ratio=50 % at worst, from 1s to 3s'],
  ['count==5 over 2s', 'count=8 at worst, from 2s to 4s'],
])('%s measures each window by itself', (expression, text) => {
  const { second, results } = watch({ '*': expression });
  second((recorder) => [10, 20].forEach((ms) => get(ms)(recorder)));
  second((recorder) => [30, 40, 50].forEach((ms) => get(ms)(recorder)));
  second(get(10, 3, 'no'));
  second(get(10, 5));
  expect(results()[0]?.text.replace(/ \(.*/u, '')).toBe(text);
});

it('a row that is called with a star stays that row in a second without it', () => {
  const { second, results } = watch({ '/item/*': 'count>=1 over 1s', '/i*': 'count>=3 over 1s' });
  const record = (...names: readonly string[]) => (recorder: Recorder): void => names.forEach((name) => recorder.record('GET', name, 1, 0, null, 0));
  second(record('/item/*', '/item/7', '/item/8'));
  second(record('/item/7', '/item/7', '/item/7'));
  expect(results().map(({ text }) => text)).toEqual(['count=0 at worst, from 1s to 2s (1 of 2 windows missed)', 'count=3 at worst, from 0s to 1s (2 windows)']);
});

it('judges no window before it is full, and none of a run that was shorter', () => {
  const { second, results } = watch({ '*': { threshold: 'max<5', over: '3s', abortOnFail: true } });
  expect([second(get(10)), second(get(10))]).toEqual([null, null]);
  expect(results()).toEqual([{ row: '*', expression: 'max<5 over 3s', measured: null, passed: false, text: 'no window of 3s: only 2s were counted' }]);
  expect(second(get(10))).toBe('max<5 over 3s');
});

it('ends a run on the newest window alone, after its delay', () => {
  const { second, results } = watch({ '*': { threshold: 'max<50 over 2s', abortOnFail: true, delayAbortEval: '4s' } });
  expect([get(90), get(10), get(10), get(10), get(90)].map((record) => second(record))).toEqual([null, null, null, null, 'max<50 over 2s']);
  expect(results()[0]?.passed).toBe(false);
});

it('counts a window without requests as 0, from the first request on, and knows no time of it', () => {
  const { second, results } = watch({ 'GET /a': ['rps>0.1 over 2s', 'p(95)<50 over 2s'] });
  second();
  second();
  second(get(10));
  second();
  second();
  expect(results().map(({ text, passed }) => [text, passed])).toEqual([
    ['rps=0/s at worst, from 3s to 5s (1 of 3 windows missed)', false],
    ['p(95)=10 ms at worst, from 1s to 3s (2 windows)', true],
  ]);
});

it.each([['GET /b: p(95)<9 over 1s'], ['GET /b: rps<9 over 1s'], ['dropped: count<9 over 1s'], ['GET /a [from schedule]: max<9 over 1s']])('%s fails: there is nothing to measure', (line) => {
  const [row = '', expression = ''] = line.split(': ');
  const { second, results } = watch({ [row]: { threshold: expression, abortOnFail: true } });
  expect(second(get(1))).toBeNull();
  expect(results()).toMatchObject([{ measured: null, passed: false, text: expect.stringMatching(/^no request of this name|^nothing had|^dropped are counted/u) as string }]);
});

it('does not blame rates for users that leave, but times', () => {
  const { second, results } = watch({ '*': ['rps>5 over 2s', 'max<50 over 2s'] });
  for (let at = 0; at < 3; at++) second(get(10, 10));
  second(get(90), { isEnding: true });
  second(undefined, { isEnding: true });
  expect(results().map(({ passed }) => passed)).toEqual([true, false]);
});

it('has a window that is as long as the run, though the users leave by then', () => {
  const { second, results } = watch({ '*': 'rps>5 over 2s' });
  second(get(10, 10));
  second(get(10, 10), { isEnding: true });
  expect(results()[0]).toMatchObject({ passed: true, text: 'rps=10/s at worst, from 0s to 2s (1 window)' });
});

it('forgets what the warm-up had', () => {
  const { second, results, judge } = watch({ '*': 'max<50 over 2s' });
  second();
  second();
  judge.startCounting();
  second(get(10));
  second(get(10));
  expect(results()[0]?.passed).toBe(true);
});

it('knows how many arrivals were dropped in a window', () => {
  const { second, results } = watch({ dropped: ['rate<0.2 over 1s', 'count<5 over 1s'], iterations: 'rate>=10 over 1s' });
  second(undefined, { arrivals: { perSec: 10, started: 10, dropped: 0, latestMs: 0, lateP99Ms: 0 } });
  second(undefined, { arrivals: { perSec: 10, started: 16, dropped: 4, latestMs: 0, lateP99Ms: 0 } });
  expect(results().map(({ text, passed }) => [text.replace(/ at worst.*/u, ''), passed])).toEqual([['rate=40 %', false], ['count=4', true], ['rate=6/s', false]]);
});

describe('checks and metrics of a scenario\'s own', () => {
  it('a check, a rate and a counter are what was added in the window', () => {
    const { second, results } = watch({ fine: 'rate>0.8 over 2s', 'checks': 'rate>0.8 over 2s', 'items sold': ['count>=2 over 2s', 'rate>9 over 2s'], hit: 'fail_ratio<0.1 over 2s' });
    const add = (passes: number, fails: number, sum: number) => (_: Recorder, metrics: Recorder): void => {
      for (let index = 0; index < passes + fails; index++) metrics.row('check', 'fine').pass(index < passes, 1);
      for (let index = 0; index < passes; index++) metrics.row('check', 'other').pass(true, 1);
      metrics.row('rate', 'hit').pass(fails === 0, 1);
      metrics.row('counter items', 'items sold').add(sum, 1);
    };
    for (const record of [add(5, 0, 1), add(5, 0, 1), add(1, 1, 1), add(19, 0, 1)]) second(record);
    expect(results().map(({ passed, text }) => [passed, text])).toEqual([
      [true, 'rate=85.714 % at worst, from 1s to 3s (3 windows)'],
      [true, 'rate=92.308 % at worst, from 1s to 3s (3 windows)'],
      [true, 'count=2 items at worst, from 0s to 2s (3 windows)'],
      [false, 'rate=1/s at worst, from 0s to 2s (3 of 3 windows missed)'],
      [false, 'fail_ratio=50 % at worst, from 1s to 3s (2 of 3 windows missed)'],
    ]);
  });

  it('a trend has the values of the window, in its unit', () => {
    const { second, results } = watch({ render: ['p(50)<90 over 2s', 'avg<1 over 2s', 'min<1 over 2s', 'count<1 over 2s'], size: 'max<1 over 2s' });
    for (const value of [10, 20, 90, 30]) second((_, metrics) => {
      metrics.row('trend', 'render').success(value, 0, 1);
      metrics.row('trend bytes', 'size').success((1_000_003 * value) / 1_000, 0, 1);
    });
    expect(results().map(({ text }) => text.replace(/ \(.*/u, ''))).toEqual([
      'p(50)=30.015 ms at worst, from 2s to 4s', 'avg=60 ms at worst, from 2s to 4s', 'min=30 ms at worst, from 2s to 4s', 'count=2 at worst, from 0s to 2s', 'max=90000000 bytes at worst, from 1s to 3s',
    ]);
  });

  it('a gauge goes on being what it was set to, and its extremes with it', () => {
    const { second, results } = watch({ queue: ['value<3 over 2s', 'max<3 over 2s', 'min>3 over 2s', 'value>0 over 1s'] });
    const set = (...values: readonly number[]) => (_: Recorder, metrics: Recorder): void => values.forEach((value) => metrics.row('gauge', 'queue').set(value, 1));
    for (const record of [set(9, 1), undefined, undefined, set(-4, -2), undefined]) second(record);
    expect(results().map(({ text }) => text)).toEqual([
      'value=1 at worst, from 0s to 2s (4 windows)',
      'max=9 at worst, from 0s to 2s (1 of 4 windows missed)',
      'min=-4 at worst, from 2s to 4s (4 of 4 windows missed)',
      'value=-2 at worst, from 3s to 4s (2 of 5 windows missed)',
    ]);
  });

  it('ends the run on a trend or a gauge, and not for a window without a value', () => {
    const { second } = watch({ render: { threshold: 'p(95)<50', over: '1s', abortOnFail: true }, queue: { threshold: 'value<5', over: '1s', abortOnFail: true } });
    const seconds: ((recorder: Recorder, metrics: Recorder) => void)[] = [(_, metrics) => metrics.row('trend', 'render').success(10, 0, 1), () => undefined, (_, metrics) => metrics.row('gauge', 'queue').set(7, 1), (_, metrics) => metrics.row('trend', 'render').success(70, 0, 1)];
    expect(seconds.map((record) => second(record))).toEqual([null, null, 'value<5 over 1s', 'p(95)<50 over 1s']);
  });

  it('begins anew where a request comes that has the name of a metric', () => {
    const { second, results } = watch({ look: 'max<50 over 2s' });
    second((_, metrics) => metrics.row('trend', 'look').success(700, 0, 1));
    second((_, metrics) => metrics.row('trend', 'look').success(700, 0, 1));
    for (let at = 0; at < 3; at++) second((recorder) => recorder.record('GET', 'look', 10, 0, null, 1));
    expect(results()[0]).toMatchObject({ passed: true, text: 'max=10 ms at worst, from 1s to 3s (3 windows)' });
  });

  it('the requests of a scenario are in no window of its checks, however late its first check comes', () => {
    const { second, results } = watch({ checks: ['rate>0.95 over 2s', 'rate>0.95'], 'checks{name:fine}': 'rate>0.95 over 2s' });
    for (let at = 0; at < 3; at++) second((recorder) => [get(10, 5)(recorder), get(10, 5, 'no')(recorder)]);
    for (let at = 0; at < 3; at++) second((_, metrics) => metrics.row('check', 'fine').pass(true, 1));
    expect(results().map(({ text }) => text)).toEqual(['rate=100 % at worst, from 2s to 4s (3 windows)', 'rate=100 %', 'rate=100 % at worst, from 2s to 4s (3 windows)']);
  });

  it('one that is never written is named, with what there is', () => {
    const { second, results } = watch({ 'quue': 'value<5 over 1s' });
    second((_, metrics) => metrics.row('gauge', 'queue').set(7, 1));
    expect(results()[0]).toMatchObject({ passed: false, measured: null, text: 'no request, check or metric of this name: did you mean "queue"?' });
  });
});

it('lateness is that of the arrivals in the window', () => {
  const { second, results } = watch({ lateness: ['p(99)<5 over 2s', { threshold: 'max<50', over: '1s', abortOnFail: true }] });
  const late = (started: number, ...ms: readonly number[]) => ({
    arrivals: { perSec: 10, started, dropped: 0, latestMs: 80, lateP99Ms: 80 },
    lateness: { counts: ms.map((one) => [1_000 * one, 1] as const), latestMs: Math.max(0, ...ms) },
  });
  expect([late(2, 1, 2), late(3, 80), late(3), late(5, 1, 1)].map((more) => second(undefined, more))).toEqual([null, 'max<50 over 1s', null, null]);
  expect(results().map(({ text }) => text)).toEqual(['p(99)=80 ms at worst, from 0s to 2s (2 of 3 windows missed)', 'max=80 ms at worst, from 1s to 2s (1 of 3 windows missed)']);
});

it('the lateness of 99 of 100 arrivals in a window is not that of the latest', () => {
  const { second, results } = watch({ lateness: ['p(99)<50 over 1s', 'max<50 over 1s'] });
  second(undefined, { arrivals: { perSec: 1_000, started: 1_001, dropped: 0, latestMs: 80, lateP99Ms: 1 }, lateness: { counts: [[1_000, 1_000], [80_000, 1]], latestMs: 80 } });
  expect(results().map(({ text, passed }) => [text.replace(/ at worst.*/u, ''), passed])).toEqual([['p(99)=1 ms', true], ['max=80 ms', false]]);
});

it('a look that came seconds late counts nothing, as its window is no longer the one that was asked for; shares and rates it has', () => {
  const { second, results } = watch({ '*': ['count<=10 over 1s', 'rps<=10 over 1s', 'max<=10 over 1s'] });
  second(get(10, 10));
  second(get(10, 30), { sinceMs: 3_000 });
  second(get(10, 10));
  expect(results().map(({ text }) => text)).toEqual(['count=10 at worst, from 0s to 1s (2 windows)', 'rps=10/s at worst, from 0s to 1s (3 windows)', 'max=10 ms at worst, from 0s to 1s (3 windows)']);
});
