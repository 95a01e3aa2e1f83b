/** Thresholds over a sliding window, on a clock that the test moves. */
import type { ArrivalCounts, ThresholdResult } from '../../../../src/report/runView.ts';
import { ThresholdJudge } from '../../../../src/report/thresholdJudge.ts';
import { parseThresholds } from '../../../../src/report/thresholds.ts';
import type { Recorder } from '../../../../src/stats/recorder.ts';
import { bookScene } from '../../outputs/bookScene.ts';

type Watch = {
  /** What was recorded since the last look, then a look; returns the expression that ends the run. */
  readonly second: (record?: (recorder: Recorder) => void, more?: { readonly isEnding?: boolean; readonly arrivals?: ArrivalCounts; readonly elapsedMs?: number }) => string | null;
  readonly results: () => readonly ThresholdResult[];
  readonly judge: ThresholdJudge;
};

function watch(table: Record<string, unknown>): Watch {
  const { book, recorder, tickAt } = bookScene();
  const judge = new ThresholdJudge(parseThresholds({ typed: [], exported: table, fromFile: null }));
  let countedMs = 0;
  let arrivals: ArrivalCounts | null = null;
  const view = () => ({ stats: book.stats, fromSchedule: null, countedMs, arrivals });
  return {
    judge,
    second(record = () => undefined, { isEnding = false, elapsedMs, ...more } = {}) {
      record(recorder);
      countedMs += 1_000;
      arrivals = more.arrivals ?? arrivals;
      const counted = tickAt(countedMs);
      const aborting = judge.look(view(), { counted, scheduled: { ...counted, rows: [] } }, { elapsedMs: elapsedMs ?? countedMs, isEnding });
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
