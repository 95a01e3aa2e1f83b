/** A run's result made of samples that a test knows, without clocks and chance. */
import type { ErrorRow, StatsRow } from '../../../../src/stats/report.ts';
import type { ExceptionRow, HistoryPoint, RunResult, RunStats } from '../../../../src/report/runView.ts';
import { histogramOf } from '../../../support/histogramOf.ts';
import { timedRow } from '../../../support/timedRow.ts';
import { aResult, aStart } from '../runExamples.ts';

export type ExampleRow = {
  readonly method: string;
  readonly name: string;
  readonly timesMs: readonly number[];
  readonly failures?: number;
  readonly withoutTime?: number;
};

export const beganSec = 1_790_000_000;

/** `count` times around `medianMs`, spread as a log-normal distribution is: by its quantiles, so that they are always the same. */
export function spreadTimes(count: number, medianMs: number, sigma = 0.5): number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 0.5) / count;
    // The logistic distribution's quantile is close to the normal's, and has a formula.
    return medianMs * Math.exp(sigma * 0.55 * Math.log(share / (1 - share)));
  });
}

/** One point a second, with a dip in the middle. */
export function exampleHistory(seconds: number): HistoryPoint[] {
  return Array.from({ length: seconds }, (_, index) => {
    const wave = Math.sin(index / 9);
    const isDip = index > seconds * 0.6 && index < seconds * 0.65;
    return {
      atSec: beganSec + index + 1,
      elapsedMs: (index + 1) * 1000,
      userCount: Math.min(50, (index + 1) * 5),
      requestsPerSec: isDip ? 20 : Math.min(50, (index + 1) * 5) * 10 + 20 * wave,
      failuresPerSec: isDip ? 15 : index % 7,
      p50Ms: index === 0 ? null : 20 + 3 * wave,
      p95Ms: index === 0 ? null : (isDip ? 400 : 60) + 8 * wave,
      averageMs: index === 0 ? null : 27 + 4 * wave,
    };
  });
}

export type ExampleParts = {
  readonly rows: readonly ExampleRow[];
  /** Measured from the schedule; absent: nothing had one. */
  readonly scheduled?: readonly ExampleRow[];
  readonly errors?: readonly ErrorRow[];
  readonly exceptions?: readonly ExceptionRow[];
  readonly historySeconds?: number;
};

export function exampleResult({ rows, scheduled, errors = [], exceptions = [], historySeconds = 60 }: ExampleParts): RunResult {
  return aResult({
    start: aStart({
      version: '1.2.3',
      startSec: beganSec,
      classes: [{ name: 'Shopper', weight: 3, fixedCount: 0 }, { name: 'Admin', weight: 1, fixedCount: 2 }],
      plan: '50 users, 5 a second, for 1m',
      users: 50,
      labels: { branch: 'main' },
    }),
    countedFromSec: beganSec,
    endSec: beganSec + 60,
    stats: exampleStats(rows, errors, exceptions),
    fromSchedule: scheduled === undefined ? null : exampleStats(scheduled, [], []),
    history: exampleHistory(historySeconds),
    thresholds: [
      { row: 'GET /cart', expression: 'p(95)<200', measured: 187.2, text: 'p(95)=187.2 ms', passed: true },
      { row: 'Aggregated', expression: 'rate<0.01', measured: 0.0213, text: 'rate=2.13 %', passed: false },
    ],
    trust: {
      threads: [0, 1].map((threadIndex) => ({
        threadIndex,
        loopDelayP50Ms: 0.21,
        loopDelayP99Ms: 1.8,
        loopDelayMaxMs: 12.4,
        utilisation: 0.31,
        gcPauses: 84,
        gcPauseTotalMs: 61.2,
        gcPauseMaxMs: 3.1,
        samples: 15_000,
        lateSamples: 12,
      })),
      lateShare: 0.0008,
      ownFailures: [],
      isTrusted: true,
      line: 'generator: on time (loop delay p99 1.8 ms, 31 % busy)',
    },
    arrivals: scheduled === undefined ? null : { perSec: 100, started: 5_990, dropped: 10, latestMs: 12.5, lateP99Ms: 4 },
    verdict: { passed: false, reasons: ['1 threshold not met', '3 of 900 requests failed'] },
    exitCode: 99,
  });
}

function exampleStats(rows: readonly ExampleRow[], errors: readonly ErrorRow[], exceptions: readonly ExceptionRow[]): RunStats {
  const counted = rows.map((row) => ({ row: statsRow(row), timesMs: row.timesMs }));
  const timesMs = rows.flatMap((row) => row.timesMs);
  const sum = (valueOf: (row: ExampleRow) => number): number => rows.reduce((total, row) => total + valueOf(row), 0);
  const total = statsRow({ method: '', name: 'Aggregated', timesMs, failures: sum(({ failures = 0 }) => failures), withoutTime: sum(({ withoutTime = 0 }) => withoutTime) });
  const timesOf = new Map([...counted, { row: total, timesMs }].map((one) => [one.row, [...one.timesMs].sort((left, right) => left - right)]));
  return {
    rows: counted.map(({ row }) => row),
    total,
    errors,
    exceptions,
    checks: [],
    metrics: [],
    percentileMs: (row, percent) => nearestRank(timesOf.get(row) ?? [], percent),
    histogramUs: (row) => histogramOf(timesOf.get(row) ?? []).countsUs(),
  };
}

function statsRow({ method, name, timesMs, failures = 0, withoutTime = 0 }: ExampleRow): StatsRow {
  const numRequests = timesMs.length + withoutTime;
  return timedRow(method, name, timesMs, {
    numRequests,
    numNoneRequests: withoutTime,
    numFailures: failures,
    totalContentLength: numRequests * 512,
    startTimeSec: beganSec,
    lastRequestSec: beganSec + 60,
  });
}

function nearestRank(sortedMs: readonly number[], percent: number): number | null {
  return sortedMs[Math.max(1, Math.ceil((percent / 100) * sortedMs.length)) - 1] ?? null;
}
