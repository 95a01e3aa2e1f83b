/** Runs made of given response times, for what shows them. */
import type { StatsRow } from '../../../../src/stats/report.ts';
import type { RunMoment, RunResult, RunStart, RunStats, TrustReport } from '../../../../src/report/runView.ts';
import { timedRow } from '../../../support/timedRow.ts';
import { aMoment, aResult, aStart, trusted } from '../runExamples.ts';

export const startSec = 1_800_000_000;

/** A row of requests that were spread over the first ten seconds, one after the other. */
export function row(method: string, name: string, timesMs: readonly number[], changes: Partial<StatsRow> = {}): StatsRow {
  const responseTimes = new Map<number, number>();
  const requestsPerSec = new Map<number, number>();
  timesMs.forEach((ms, index) => {
    responseTimes.set(ms, (responseTimes.get(ms) ?? 0) + 1);
    const second = startSec + (index % 10);
    requestsPerSec.set(second, (requestsPerSec.get(second) ?? 0) + 1);
  });
  return timedRow(method, name, timesMs, {
    startTimeSec: startSec,
    lastRequestSec: timesMs.length === 0 ? null : startSec + 10,
    responseTimes,
    requestsPerSec,
    ...changes,
  });
}

/** Nearest rank over exact times; counts how often it was asked. */
export function statsOf(rows: readonly StatsRow[], changes: Partial<RunStats> = {}): RunStats & { readonly asked: () => number } {
  let asked = 0;
  const times = rows.flatMap(({ responseTimes }) => [...responseTimes].flatMap(([ms, count]) => Array<number>(count).fill(ms)));
  const failures = rows.reduce((sum, { numFailures }) => sum + numFailures, 0);
  return {
    rows,
    total: row('', 'Aggregated', times, { numFailures: failures }),
    errors: [],
    exceptions: [],
    checks: [],
    metrics: [],
    percentileMs: ({ responseTimes, numRequests }, percent) => {
      asked++;
      let left = Math.max(1, Math.ceil((percent / 100) * numRequests));
      for (const [ms, count] of [...responseTimes].sort(([a], [b]) => a - b)) {
        left -= count;
        if (left <= 0) return ms;
      }
      return null;
    },
    histogramUs: () => [],
    ...changes,
    asked: () => asked,
  };
}

export const start: RunStart = aStart({
  version: '1.2.3',
  startSec,
  host: 'http://localhost:8080',
  classes: [
    { name: 'Shopper', weight: 3, fixedCount: 0 },
    { name: 'Admin', weight: 1, fixedCount: 2 },
  ],
  seed: 'abc',
  labels: {},
});

export const trust: TrustReport = { ...trusted, line: 'generator: on time (event loop 0.3 ms late at the 99th percentile)' };

const shopRows = [row('POST', '/login', [100, 100, 100, 100]), row('GET', '/users', [12, 20, 41, 41, 301], { numFailures: 1 })];

export function moment(changes: Partial<RunMoment> = {}): RunMoment {
  const stats = changes.stats ?? statsOf(shopRows);
  return aMoment({
    atSec: startSec + 15,
    elapsedMs: 15_000,
    userCounts: { Shopper: 8, Admin: 2 },
    progress: 0.25,
    delta: { rows: stats.rows, total: stats.total, errors: [] },
    stats,
    trust,
    ...changes,
  });
}

export function result(changes: Partial<RunResult> = {}): RunResult {
  return aResult({
    start,
    countedFromSec: startSec,
    endSec: startSec + 60,
    stats: statsOf([row('POST', '/login', [100, 100, 100, 100]), row('GET', '/users', [12, 20, 41, 41, 301])]),
    trust,
    ...changes,
  });
}

/** A run in which everything went wrong that a report can tell of. */
export function failedResult(): RunResult {
  const stats = statsOf([row('', 'prepare', [0.4]), row('GET', '/日本語/' + 'long'.repeat(20), [0.04, 0.42, 4.24, 42.4]), row('GET', '/bad\n\u001b[31mname', [12, 13], { numFailures: 2 })], {
    errors: [
      { method: 'GET', name: '/bad\n\u001b[31mname', error: "CatchResponseError('empty\ncart')", occurrences: 1, firstSeenSec: startSec + 1, lastSeenSec: startSec + 1 },
      { method: 'GET', name: '/bad\n\u001b[31mname', error: "HTTPError('500 Server Error')", occurrences: 12, firstSeenSec: startSec, lastSeenSec: startSec + 9 },
    ],
    exceptions: [
      {
        message: 'TypeError: cart is undefined',
        trace: `TypeError: cart is undefined\n${Array.from({ length: 8 }, (_, index) => `    at step${index} (shop.ts:${index}:3)`).join('\n')}`,
        occurrences: 3,
        firstSeenSec: startSec + 2,
        lastSeenSec: startSec + 4,
      },
    ],
  });
  return result({
    stats,
    fromSchedule: statsOf(stats.rows.map((own) => row(own.method, own.name, [...own.responseTimes.keys()].map((ms) => ms + 2000)))),
    thresholds: [
      { row: 'GET /users', expression: 'p(95)<200', measured: 187.2, text: 'p(95)=187.2 ms', passed: true },
      { row: 'Aggregated', expression: 'fail_ratio<0.01', measured: 0.28, text: 'fail_ratio=28 %', passed: false },
    ],
    arrivals: { perSec: 100, started: 990, dropped: 10, latestMs: 12.5, lateP99Ms: 4 },
    trust: { ...trust, isTrusted: false, line: 'generator: 12 % of the samples were taken late; give it more threads' },
    verdict: { passed: false, reasons: ['1 threshold not met', '2 of 7 requests failed'] },
    exitCode: 99,
  });
}
