/** What a scenario says of its own samples, however wrong, changes no other number of the run. */
import { Pulse } from '../../../../../src/engine/shared/pulse.ts';
import { Turn } from '../../../../../src/engine/thread/pacing/turn.ts';
import { SampleStamps } from '../../../../../src/engine/thread/recording/sampleStamps.ts';
import { ThreadHost } from '../../../../../src/engine/thread/hosting/threadHost.ts';
import { UserSamples } from '../../../../../src/engine/thread/users/userSamples.ts';
import { perSecOfRun } from '../../../../../src/stats/report.ts';
import { constructWith, type UserContext } from '../../../../../src/scenario/userContext.ts';
import { recordFailure, recordSuccess, installScenarioHost } from '../../../../../src/scenario/scenarioHost.ts';
import type { RequestRecord } from '../../../../../src/scenario/requestRecord.ts';
import { User } from '../../../../../src/scenario/user.ts';
import { Aggregator } from '../../../../../src/stats/aggregator.ts';
import { Recorder } from '../../../../../src/stats/recorder.ts';

const wallOffsetMs = performance.timeOrigin;

class Plain extends User {}

/** A run that began two seconds ago, in which ten requests took 10 ms each. */
function scene() {
  const problems: string[] = [];
  const problem = (text: string): void => void problems.push(text);
  const beganSec = (wallOffsetMs + performance.now()) / 1000 - 2;
  let nowSec = beganSec;
  const aggregator = new Aggregator({ nowSec: () => nowSec });
  const recorder = new Recorder({ sink: (message) => aggregator.define('0', message), problem, wallOffsetMs });
  const stamps = new SampleStamps({ problem, wallOffsetMs });
  const samples = new UserSamples({ sink: recorder, scheduleSink: recorder, turn: new Turn(), stamps, pulse: new Pulse() });
  const user = constructWith({ samples } as unknown as UserContext, () => new Plain());
  installScenarioHost(new ThreadHost({
    post: () => undefined,
    services: { attribution: { owner: () => ({ samples }) } } as never,
    runner: { state: 'running' },
    pace: { setLimiter: () => undefined },
    recording: { metric: () => undefined },
    problem,
  }));
  for (let request = 0; request < 10; request++) user.record({ type: 'GET', name: '/x', elapsedMs: 10 });
  const report = () => {
    nowSec = (wallOffsetMs + performance.now()) / 1000;
    return aggregator.takeReport();
  };
  return { user, stamps, problems, report };
}

const wallMs = (): number => wallOffsetMs + performance.now();

test.each([
  ['Date.now()', () => wallMs(), /startedAt \d+(?:\.\d+)? is wall-clock time in milliseconds \(Date\.now\(\)\); expected performance\.now\(\)/u],
  ['Date.now() of an hour ago', () => wallMs() - 3_600_000, /wall-clock time in milliseconds/u],
  ['Date.now() / 1000', () => wallMs() / 1000, /wall-clock time in seconds/u],
  ['an hour ahead', () => performance.now() + 3_600_000, /in the future/u],
  ['before the run', () => -5_000, /no moment of this run/u],
  ['NaN', () => NaN, /NaN is no moment of this run/u],
  ['Infinity', () => Infinity, /Infinity is in the future/u],
  ['a text', () => '12:30' as unknown as number, /"12:30" is not a number of milliseconds/u],
  ['a Date', () => new Date(0) as unknown as number, /is not a number of milliseconds/u],
])('startedAt: %s dates the sample now, with one warning', (_, startedAt, warning) => {
  const { user, problems, report } = scene();
  for (let time = 0; time < 3; time++) {
    user.record({ type: 'job', name: 'by hand', elapsedMs: 5, startedAt: startedAt() });
    user.record({ type: 'job', name: 'by hand', startedAt: startedAt() });
  }
  const { total, rows } = report();
  expect(problems).toEqual([expect.stringMatching(warning)]);
  expect(problems[0]).toMatch(/^"job" "by hand": startedAt/u);
  expect(rows.map(({ name, numRequests, numNoneRequests }) => [name, numRequests, numNoneRequests])).toEqual([['/x', 10, 0], ['by hand', 6, 3]]);
  expect(perSecOfRun(total.numRequests, total)).toBeGreaterThan(5);
  const seconds = [...total.requestsPerSec.keys()];
  expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThanOrEqual(1);
});

test('a moment of the run dates the sample, and is warned of by nobody', () => {
  const { user, stamps, problems, report } = scene();
  const startedAt = performance.now() - 500;
  user.record({ type: 'job', name: 'by hand', elapsedMs: 5, startedAt });
  expect(report().rows[1]?.lastRequestSec).toBeCloseTo((wallOffsetMs + startedAt + 5) / 1000, 5);
  stamps.begin();
  user.record({ type: 'job', name: 'of this run', elapsedMs: 5, startedAt: performance.now() });
  expect(problems).toEqual([]);
  // Of the run before.
  user.record({ type: 'job', name: 'late', elapsedMs: 5, startedAt });
  expect(problems).toEqual([expect.stringContaining('no moment of this run')]);
});

test('what would end in the future has ended now', () => {
  const { user, problems, report } = scene();
  user.record({ type: 'job', name: 'by hand', elapsedMs: 5_000, startedAt: performance.now() - 10 });
  expect(problems).toEqual([expect.stringMatching(/startedAt [\d.]+ and elapsedMs 5000 end in the future/u)]);
  const { total } = report();
  expect((total.lastRequestSec ?? 0) - total.startTimeSec).toBeLessThan(4);
});

test('the clock is read once a second at most for samples that come one after the other', () => {
  let looks = 0;
  let nowMs = 0;
  const stamps = new SampleStamps({ problem: () => undefined, wallOffsetMs, nowMs: () => (looks++, nowMs) });
  stamps.begin();
  const wrong: number[] = [];
  for (; nowMs < 10_000; nowMs++) if (stamps.endOf(nowMs - 0.5, 0.5, 'x', 'y') !== nowMs) wrong.push(nowMs);
  expect(wrong).toEqual([]);
  expect(looks).toBeLessThanOrEqual(12);
});

test('so many rows are warned of, and no more', () => {
  const problems: string[] = [];
  const stamps = new SampleStamps({ problem: (text) => problems.push(text), wallOffsetMs });
  for (let row = 0; row < 1_000; row++) stamps.endOf(NaN, 1, 'GET', `/${row}`);
  expect(problems).toHaveLength(100);
});

const odd: readonly [elapsedMs: number, text: RegExp][] = [
  [NaN, /response time NaN is not a number of milliseconds/u],
  [Infinity, /response time Infinity is not a number/u],
  [-Infinity, /response time -Infinity is not a number/u],
  [-5, /response time -5 is not a number/u],
  [1e308, /response time 1e\+308 is not a number/u],
  [wallMs(), /wall-clock time in milliseconds \(Date\.now\(\)\), not a duration: subtract when it began/u],
  [wallMs() / 1000, /wall-clock time in seconds/u],
];

test.each(odd)('a response time of %p counts as none, whoever records it', (elapsedMs, text) => {
  const { user, problems, report } = scene();
  const record: RequestRecord = { type: 'a', name: 'record', elapsedMs };
  user.record(record);
  user.record({ ...record, startedAt: performance.now() });
  recordSuccess('a', 'success', elapsedMs, 10);
  recordFailure('a', 'failure', elapsedMs, 'no');
  const { total, rows } = report();
  expect(rows.map(({ name, numRequests, numNoneRequests }) => [name, numRequests, numNoneRequests])).toEqual([['/x', 10, 0], ['record', 2, 2], ['success', 1, 1], ['failure', 1, 1]]);
  expect(total).toMatchObject({ totalResponseTimeMs: 100, minResponseTimeMs: 10, maxResponseTimeMs: 10 });
  expect(problems).toEqual([expect.stringMatching(text), expect.stringMatching(text), expect.stringMatching(text)]);
});

test('a response time of two weeks is one: messages may be old', () => {
  const { user, problems, report } = scene();
  user.record({ type: 'a', name: 'age of a message', elapsedMs: 14 * 86_400_000 });
  expect(report().total.maxResponseTimeMs).toBe(14 * 86_400_000);
  expect(problems).toEqual([]);
});

test.each([NaN, Infinity, -1, 1e308, 2 ** 60, '7' as unknown as number])('a length of %p counts as 0, whoever records it', async (bytes) => {
  const { user, problems, report } = scene();
  user.record({ type: 'a', name: 'record', elapsedMs: 1, bytes });
  recordSuccess('a', 'success', 1, bytes);
  await user.measure('a', 'measure', () => 'result', () => bytes);
  const { total, rows } = report();
  expect(rows.map(({ name, numRequests }) => [name, numRequests])).toEqual([['/x', 10], ['record', 1], ['success', 1], ['measure', 1]]);
  expect(total).toMatchObject({ numFailures: 0, totalContentLength: 0 });
  expect(problems).toHaveLength(3);
  expect(problems[0]).toMatch(/^"a" "record": content length .* is not a number of bytes; counted as 0\.$/u);
});
