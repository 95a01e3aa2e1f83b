import { Aggregator } from '../../../src/stats/aggregator.ts';
import { preciseMsAt } from '../../../src/stats/histogram.ts';
import { Recorder } from '../../../src/stats/recorder.ts';
import { expectConsistent } from './reportChecks.ts';
import { SimulatedThread, wallOffsetMs } from './simulatedThread.ts';

const second = wallOffsetMs / 1000;

function setUp(): { aggregator: Aggregator; start: (key: string) => SimulatedThread; clock: { nowSec: number } } {
  const clock = { nowSec: second };
  const aggregator = new Aggregator({ nowSec: () => clock.nowSec });
  return { aggregator, clock, start: (key) => new SimulatedThread((message) => aggregator.define(key, message)) };
}

test('without threads or samples a report is all zeros', () => {
  const { aggregator, start } = setUp();
  for (const report of [aggregator.takeReport(), (start('0'), aggregator.takeReport())]) {
    expect(report.rows).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.total).toEqual({
      method: '', name: 'Aggregated', numRequests: 0, numNoneRequests: 0, numFailures: 0, totalResponseTimeMs: 0, minResponseTimeMs: null,
      maxResponseTimeMs: 0, totalContentLength: 0, startTimeSec: second, lastRequestSec: null,
      responseTimes: new Map(), timeBuckets: null, requestsPerSec: new Map(), failuresPerSec: new Map(),
    });
  }
  expect(aggregator.totals()).toEqual({ requests: 0, failures: 0, p95Ms: null });
});

test('rows and errors of all threads merge by their names, and the total is the sum of the rows', () => {
  const { aggregator, start } = setUp();
  const threads = [start('0'), start('1')];
  for (const [number, { recorder }] of threads.entries()) {
    recorder.record('GET', '/x', 10 + number, 5, null, number * 1_000);
    recorder.record('GET', '/x', 30, 5, 'e', 2_000 + number * 1_000);
    recorder.record('GET', `/own/${number}`, null, 1, null, 0);
  }
  const report = aggregator.takeReport();
  expectConsistent(report);
  expect(report.rows.map(({ name, numRequests }) => [name, numRequests])).toEqual([['/x', 4], ['/own/0', 1], ['/own/1', 1]]);
  expect(report.rows[0]).toMatchObject({
    totalResponseTimeMs: 81, minResponseTimeMs: 10, maxResponseTimeMs: 30, lastRequestSec: second + 3,
    responseTimes: new Map([[10, 1], [11, 1], [30, 2]]),
    requestsPerSec: new Map([[second, 1], [second + 1, 1], [second + 2, 1], [second + 3, 1]]),
  });
  expect(report.errors).toEqual([
    { method: 'GET', name: '/x', error: 'e', occurrences: 2, firstSeenSec: second + 2, lastSeenSec: second + 3 },
  ]);
  expect(aggregator.takeReport().rows).toEqual([]);
});

test('arrivals that were dropped are rows beside the requests, and in no total', () => {
  const { aggregator, start } = setUp();
  const { recorder } = start('0');
  recorder.record('GET', '/x', 10, 5, null, 0);
  recorder.record('arrivals', 'Shopper [dropped]', null, 0, null, 1_000);
  recorder.record('arrivals', 'Shopper [dropped]', null, 0, null, 2_000);
  recorder.record('arrivals', 'of the scenario', 1, 0, null, 0);
  const { rows, total, besides = [] } = aggregator.takeReport();
  expect(rows.map(({ name }) => name)).toEqual(['/x', 'of the scenario']);
  expect(total).toMatchObject({ numRequests: 2, lastRequestSec: second });
  expect(besides.map(({ method, name, numRequests, numNoneRequests, numFailures }) => [method, name, numRequests, numNoneRequests, numFailures])).toEqual([['arrivals', 'Shopper [dropped]', 2, 2, 0]]);
  expect(aggregator.totals()).toMatchObject({ requests: 2, failures: 0 });
  expect(aggregator.takeReport().besides).toBeUndefined();
});

test.each([[50, true], [51, false]])('of %d rows each has its times to three digits, if asked for: %s; the total always', (names, areRowsPrecise) => {
  const aggregator = new Aggregator({ nowSec: () => second, isPrecise: true });
  const threads = ['0', '1'].map((key) => new SimulatedThread((message) => aggregator.define(key, message)));
  for (let name = 0; name < names; name++) for (const { recorder } of threads) recorder.record('GET', `/${name}`, 145.3, 0, null, 0);
  for (let report = 0; report < 2; report++) {
    const { rows, total } = aggregator.takeReport();
    const timesOf = (buckets: ReadonlyMap<number, number> | null): readonly (readonly [number, number])[] | undefined => buckets === null ? undefined : Array.from(buckets, ([bucket, count]) => [preciseMsAt(bucket, false), count]);
    expect(new Set(rows.map(({ timeBuckets }) => timeBuckets !== null))).toEqual(new Set(report === 0 ? [areRowsPrecise] : []));
    if (report > 0) continue;
    expect(timesOf(total.timeBuckets)).toEqual([[145, 2 * names]]);
    expect(total.responseTimes).toEqual(new Map([[150, 2 * names]]));
    expect(timesOf(rows[0]?.timeBuckets ?? null)).toEqual(areRowsPrecise ? [[145, 2]] : undefined);
    expect(rows[0]?.responseTimes).toEqual(new Map([[150, 2]]));
  }
});

test('a report begins where the one before it ended, and never before the run', () => {
  const { aggregator, start, clock } = setUp();
  const { recorder } = start('0');
  const startOfNext = (): readonly number[] => {
    recorder.record('GET', '/x', 1, 0, null, 0);
    const { rows, total } = aggregator.takeReport();
    return [...rows.map(({ startTimeSec }) => startTimeSec), total.startTimeSec];
  };
  clock.nowSec = second + 3;
  expect(startOfNext()).toEqual([second, second]);
  clock.nowSec = second + 6;
  expect(startOfNext()).toEqual([second + 3, second + 3]);
  clock.nowSec = second + 8;
  aggregator.clear();
  clock.nowSec = second - 100;
  expect(startOfNext()).toEqual([second + 8, second + 8]);
  expect(startOfNext()).toEqual([second + 8, second + 8]);
});

test('what a removed thread left is in the next report, once, and stays in the totals', () => {
  const { aggregator, start } = setUp();
  const dead = start('0');
  dead.recorder.record('GET', '/x', 100, 0, 'e', 0);
  aggregator.takeReport();
  dead.recorder.record('GET', '/x', 300, 0, null, 0);
  aggregator.removeThread('0');
  aggregator.removeThread('0');
  aggregator.removeThread('never there');
  start('1').recorder.record('GET', '/x', 200, 0, null, 0);
  expect(aggregator.takeReport().total).toMatchObject({ numRequests: 2, totalResponseTimeMs: 500 });
  expect(aggregator.takeReport().total.numRequests).toBe(0);
  // A slot's upper end, within 3 significant digits.
  expect(aggregator.totals()).toEqual({ requests: 3, failures: 1, p95Ms: 300.031 });
  expect(aggregator.rowHistogram('GET', '/x').count).toBe(3);
});

test('totals are those of the moment, and what they read still comes with the next report', () => {
  const { aggregator, start } = setUp();
  const { recorder } = start('0');
  for (let elapsedMs = 1; elapsedMs <= 100; elapsedMs++) {
    recorder.record('GET', elapsedMs <= 40 ? '/a' : '/b', elapsedMs, 0, elapsedMs <= 10 ? 'e' : null, elapsedMs * 100);
    expect(aggregator.totals().requests).toBe(elapsedMs);
  }
  const { requests, failures, p95Ms } = aggregator.totals();
  expect([requests, failures]).toEqual([100, 10]);
  expect(p95Ms).toBeCloseTo(95, 0);
  expect(aggregator.rowHistogram('GET', '/a').percentileMs(50)).toBeCloseTo(20, 0);
  expect(aggregator.rowHistogram('GET', '/unknown').percentileMs(50)).toBeNull();
  const report = aggregator.takeReport();
  expectConsistent(report);
  expect(report.total).toMatchObject({ numRequests: 100, minResponseTimeMs: 1, maxResponseTimeMs: 100, totalResponseTimeMs: 5_050 });
  expect(aggregator.totals().requests).toBe(100);
});

test('clear begins a new run in every number', () => {
  const { aggregator, start } = setUp();
  const { recorder } = start('0');
  start('1').recorder.record('GET', '/x', 5_000, 0, 'e', 0);
  aggregator.removeThread('1');
  recorder.record('GET', '/x', 5_000, 0, 'e', 0);
  aggregator.totals();
  recorder.record('GET', '/x', 5_000, 0, 'e', 0);
  aggregator.clear();
  expect(aggregator.totals()).toEqual({ requests: 0, failures: 0, p95Ms: null });
  expect(aggregator.rowHistogram('GET', '/x').count).toBe(0);
  recorder.record('GET', '/x', 7, 0, null, 0);
  const report = aggregator.takeReport();
  expect(report.total).toMatchObject({ numRequests: 1, numFailures: 0, totalResponseTimeMs: 7 });
  expect(report.errors).toEqual([]);
  expect(aggregator.totals()).toEqual({ requests: 1, failures: 0, p95Ms: 7.003 });
});

test('a thread that begins a new ledger hands over what its former one still holds, once', () => {
  const { aggregator, start } = setUp();
  const thread = start('0');
  thread.recorder.record('GET', '/before', 10, 1, 'e', 0);
  aggregator.takeReport();
  aggregator.clear();
  // The thread has not heard of the new run yet.
  thread.recorder.record('GET', '/late', 20, 2, 'late', 0);
  thread.beginRun();
  thread.recorder.record('GET', '/now', 30, 3, null, 0);
  const report = aggregator.takeReport();
  expectConsistent(report);
  expect(report.rows.map(({ name, numRequests, numFailures }) => [name, numRequests, numFailures])).toEqual([['/late', 1, 1], ['/now', 1, 0]]);
  expect(report.errors).toMatchObject([{ name: '/late', error: 'late', occurrences: 1 }]);
  expect(aggregator.totals()).toMatchObject({ requests: 2, failures: 1 });
  expect([aggregator.histogram().count, aggregator.rowHistogram('GET', '/late').count, aggregator.rowHistogram('GET', '/before').count]).toEqual([2, 1, 0]);
  expect(aggregator.takeReport().rows).toEqual([]);
});

test('memory of many names is garbage once a new ledger has taken the place of theirs, or their thread has ended', () => {
  let gone = 0;
  const aggregator = new Aggregator({ nowSec: () => second, onLargeGone: () => gone++ });
  const thread = new SimulatedThread((message) => aggregator.define('0', message));
  const record = (names: number): void => {
    for (let name = 0; name < names; name++) thread.recorder.record('GET', `/${name}`, 1, 0, null, 0);
  };
  record(1_001);
  expect(thread.recorder.isLarge).toBe(true);
  thread.beginRun();
  expect(gone).toBe(1);
  record(1_000);
  expect(thread.recorder.isLarge).toBe(false);
  thread.beginRun();
  expect(gone).toBe(1);
  record(1_001);
  aggregator.removeThread('0');
  expect(gone).toBe(2);
});

test('rows without histograms have all numbers but their own percentiles', () => {
  const aggregator = new Aggregator({ nowSec: () => second });
  const pages: string[] = [];
  const recorder = new Recorder({
    sink: (message) => {
      if (message.kind === 'ledgerPage') pages.push(message.holds);
      aggregator.define('0', message);
    },
    problem: () => undefined,
    wallOffsetMs,
    hasRowHistograms: false,
  });
  recorder.record('GET', '/x', 100, 5, null, 0);
  expect(pages).toEqual(['control', 'rows']);
  expect(aggregator.takeReport().rows).toMatchObject([{ name: '/x', numRequests: 1, responseTimes: new Map([[100, 1]]) }]);
  expect(aggregator.rowHistogram('GET', '/x').count).toBe(0);
  expect(aggregator.totals().p95Ms).toBeCloseTo(100, 0);
  aggregator.removeThread('0');
  expect(aggregator.totals().p95Ms).toBeCloseTo(100, 0);
  aggregator.clear();
  expect(aggregator.totals().p95Ms).toBeNull();
});

test('totals with thousands of names since the last report are those of that: reading them each second would keep heartbeats waiting', () => {
  const { aggregator, start } = setUp();
  const { recorder } = start('0');
  const record = (names: number): void => {
    for (let index = 0; index < names; index++) recorder.record('GET', `/item/${index}`, 1, 0, null, 0);
  };
  record(1_001);
  expect(aggregator.totals().requests).toBe(0);
  aggregator.takeReport();
  expect(aggregator.totals().requests).toBe(1_001);
  record(1_000);
  expect(aggregator.totals().requests).toBe(2_001);
});

describe('a report in steps', () => {
  const names = 70;

  /** What happens in the `atStep`th pause; the sums of that report, and of the next one. */
  function interrupted(atStep: number, what: (parts: { aggregator: Aggregator; threads: readonly SimulatedThread[] }) => void): { steps: number; sums: readonly number[][] } {
    const { aggregator, start } = setUp();
    const threads = [start('0'), start('1')];
    const record = (): void => {
      for (const { recorder } of threads) for (let name = 0; name < names; name++) recorder.record('GET', `/${name}`, 1, 1, name % 2 === 0 ? `e${name}` : null, 0);
    };
    record();
    const reporting = aggregator.reportInSteps();
    // Both threads' halves are taken over at once: this belongs to the next report.
    record();
    let steps = 0;
    let step = reporting.next();
    for (; step.done !== true; step = reporting.next()) if (++steps === atStep) what({ aggregator, threads });
    const reports = [step.value, aggregator.takeReport(), aggregator.takeReport()];
    for (const report of reports) expectConsistent(report);
    expect(aggregator.totals()).toMatchObject({ requests: 4 * names, failures: 2 * names });
    return { steps, sums: reports.map(({ total, rows, errors }) => [total.numRequests, rows.length, errors.length]) };
  }

  const { steps } = interrupted(0, () => undefined);

  test('pauses after every few names, to read as to add up', () => expect(steps).toBeGreaterThan(8));

  test.each(Array.from({ length: steps }, (_, step) => step + 1))('holds each sample once whatever happens in pause %d', (pause) => {
    const expected = [[2 * names, names, names / 2], [2 * names, names, names / 2], [0, 0, 0]];
    expect(interrupted(pause, () => undefined).sums).toEqual(expected);
    expect(interrupted(pause, ({ aggregator }) => aggregator.totals()).sums).toEqual(expected);
    expect(interrupted(pause, ({ aggregator }) => aggregator.removeThread('1')).sums).toEqual(expected);
    expect(interrupted(pause, ({ threads }) => threads[1]?.beginRun()).sums).toEqual(expected);
  });

  test('that nobody got comes with the next one, from where it began', () => {
    const { aggregator, start, clock } = setUp();
    const { recorder } = start('0');
    recorder.record('GET', '/x', 100, 5, 'e', 0);
    recorder.record('arrivals', 'Shopper [dropped]', null, 0, null, 1_000);
    clock.nowSec = second + 3;
    const lost = aggregator.takeReport();
    aggregator.putBack(lost);
    recorder.record('GET', '/x', 300, 5, 'e', 4_000);
    const report = aggregator.takeReport();
    expectConsistent(report);
    expect(report).toMatchObject({
      total: { numRequests: 2, startTimeSec: second, totalResponseTimeMs: 400 },
      rows: [{ name: '/x', numRequests: 2, responseTimes: new Map([[100, 1], [300, 1]]) }],
      besides: [{ name: 'Shopper [dropped]', numRequests: 1 }],
      errors: [{ error: 'e', occurrences: 2, firstSeenSec: second, lastSeenSec: second + 4 }],
    });
    expect(lost.total.numRequests).toBe(1);
    expect(aggregator.totals()).toMatchObject({ requests: 2, failures: 2 });
  });
});
