/**
 * The report: what every consumer of numbers (the Locust master, the status line, files) is handed.
 *
 * A report is a delta: it covers what was recorded since the report before it, so that the sum over all reports of a
 * run is the run. Times are milliseconds, stamps are Unix seconds (floats), sizes are bytes.
 */
import type { Extremes } from './histogram.ts';

/** The numbers of one request row, or of the total over all rows. */
export type StatsRow = {
  /** Request type, Locust's `method`: `GET`, `redis`, … Empty in the total. */
  readonly method: string;
  /** Request name; `Aggregated` in the total. */
  readonly name: string;
  /** Requests, failed ones and ones without a response time included. */
  readonly numRequests: number;
  /** Of those, requests without a response time. */
  readonly numNoneRequests: number;
  readonly numFailures: number;
  /** Exact sum of the unrounded response times. */
  readonly totalResponseTimeMs: number;
  /** Unrounded; null when no request had a response time. */
  readonly minResponseTimeMs: number | null;
  /** Unrounded; 0 when no request had a response time. */
  readonly maxResponseTimeMs: number;
  readonly totalContentLength: number;
  /** When counting for this report began. */
  readonly startTimeSec: number;
  /** Completion of the last request; null when there was none. */
  readonly lastRequestSec: number | null;
  /** Locust's rounded milliseconds → number of timed requests (Locust stats.py, `response_times`). */
  readonly responseTimes: ReadonlyMap<number, number>;
  /** The same by bucket of histogram.ts, to three digits; null where nobody asked for it, or there were too many rows. */
  readonly timeBuckets: ReadonlyMap<number, number> | null;
  /** Whole Unix second of completion → requests. */
  readonly requestsPerSec: ReadonlyMap<number, number>;
  /** Whole Unix second of completion → failures. */
  readonly failuresPerSec: ReadonlyMap<number, number>;
};

/** One distinct failure of one row. */
export type ErrorRow = {
  readonly method: string;
  readonly name: string;
  readonly error: string;
  readonly occurrences: number;
  readonly firstSeenSec: number;
  readonly lastSeenSec: number;
};

/** What all threads recorded since the report before. */
export type Report = {
  /** Rows with requests or failures since the last report. */
  readonly rows: readonly StatsRow[];
  /** The sum of `rows`, field by field; all zeros when idle. */
  readonly total: StatsRow;
  readonly errors: readonly ErrorRow[];
  /** Rows that `total` does not hold (see besides.ts); absent: none. */
  readonly besides?: readonly StatsRow[];
};

/** A `StatsRow` that can still grow, while a report is put together. */
export type RowSum = {
  readonly method: string;
  readonly name: string;
  numRequests: number;
  numNoneRequests: number;
  numFailures: number;
  totalResponseTimeMs: number;
  minResponseTimeMs: number | null;
  maxResponseTimeMs: number;
  totalContentLength: number;
  lastRequestSec: number | null;
  readonly responseTimes: Map<number, number>;
  timeBuckets: Map<number, number> | null;
  readonly requestsPerSec: Map<number, number>;
  readonly failuresPerSec: Map<number, number>;
};

/** A row without requests. */
export function emptyRowSum(method: string, name: string): RowSum {
  return {
    method,
    name,
    numRequests: 0,
    numNoneRequests: 0,
    numFailures: 0,
    totalResponseTimeMs: 0,
    minResponseTimeMs: null,
    maxResponseTimeMs: 0,
    totalContentLength: 0,
    lastRequestSec: null,
    responseTimes: new Map(),
    timeBuckets: null,
    requestsPerSec: new Map(),
    failuresPerSec: new Map(),
  };
}

/** Adds `other` field by field; its names do not matter. */
export function addRow(into: RowSum, other: Omit<StatsRow, 'startTimeSec'>): void {
  into.numRequests += other.numRequests;
  into.numNoneRequests += other.numNoneRequests;
  into.numFailures += other.numFailures;
  into.totalResponseTimeMs += other.totalResponseTimeMs;
  into.maxResponseTimeMs = maxTimeOf(into, other);
  into.minResponseTimeMs = minOf(into.minResponseTimeMs, other.minResponseTimeMs);
  into.totalContentLength += other.totalContentLength;
  into.lastRequestSec = maxOf(into.lastRequestSec, other.lastRequestSec);
  addCounts(into.responseTimes, other.responseTimes);
  if (into.timeBuckets !== null && other.timeBuckets !== null) addCounts(into.timeBuckets, other.timeBuckets);
  else into.timeBuckets = null;
  addCounts(into.requestsPerSec, other.requestsPerSec);
  addCounts(into.failuresPerSec, other.failuresPerSec);
}

/** The row as a report shows it. */
export function toStatsRow(sum: RowSum, startTimeSec: number): StatsRow {
  return { ...sum, startTimeSec };
}

/** A row to grow again, apart from the report's. */
export function toRowSum(row: StatsRow): RowSum {
  return {
    ...row,
    responseTimes: new Map(row.responseTimes),
    timeBuckets: row.timeBuckets === null ? null : new Map(row.timeBuckets),
    requestsPerSec: new Map(row.requestsPerSec),
    failuresPerSec: new Map(row.failuresPerSec),
  };
}

/** Adds `count` at `key`; a count of 0 leaves no entry. */
export function addCount(counts: Map<number, number>, key: number, count: number): void {
  if (count !== 0) counts.set(key, (counts.get(key) ?? 0) + count);
}

function minOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/** The 0 of a row without times is none: what a gauge was set to may all be below it. */
function maxTimeOf(one: Extremes, other: Extremes): number {
  if (one.minResponseTimeMs === null || other.minResponseTimeMs === null) return one.minResponseTimeMs === null ? other.maxResponseTimeMs : one.maxResponseTimeMs;
  return Math.max(one.maxResponseTimeMs, other.maxResponseTimeMs);
}

function maxOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function addCounts(into: Map<number, number>, other: ReadonlyMap<number, number>): void {
  for (const [key, count] of other) addCount(into, key, count);
}

/*
 * What Locust derives from a row, by its own formulas (stats.py, `StatsEntry`).
 */

/** The shares of requests that Locust's tables show, in percent. */
export const reportedPercents = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100] as const;

/** `avg_response_time` in milliseconds; 0 when nothing was timed. */
export function averageMs({ totalResponseTimeMs, numRequests, numNoneRequests }: StatsRow): number {
  return numRequests === numNoneRequests ? 0 : totalResponseTimeMs / (numRequests - numNoneRequests);
}

/** `total_rps` and `total_fail_per_sec`: `count` over the time from the run's start to the last request of all rows: the rates of Locust's tables, and of the report that has such a one. */
export function perSecOfRun(count: number, { startTimeSec, lastRequestSec }: StatsRow): number {
  const seconds = lastRequestSec === null ? 0 : lastRequestSec - startTimeSec;
  return seconds > 0 ? count / seconds : 0;
}

/** A second of what was counted, over `countedMs`; of no time at all, as of its first millisecond. The rates of thresholds, of the summary and of `load()`. */
export function perCountedSec(count: number, countedMs: number): number {
  return (1000 * count) / Math.max(1, countedMs);
}

/**
 * `current_rps` and `current_fail_per_sec`: the mean of ten seconds that ended two seconds before the last request of
 * all rows, when reports of all workers have come in. `perSec` are the counts of a row; `total` tells the time.
 */
export function currentPerSec(perSec: ReadonlyMap<number, number>, { startTimeSec, lastRequestSec }: StatsRow): number {
  if (lastRequestSec === null) return 0;
  const last = Math.trunc(lastRequestSec);
  const first = Math.max(last - 12, Math.trunc(startTimeSec));
  let sum = 0;
  for (let second = first; second < last - 2; second++) sum += perSec.get(second) ?? 0;
  return sum / Math.max(1, last - 2 - first);
}

/** The mean of the ten seconds before `atSec`, or of those since `startTimeSec`: of a run that waits for no other worker's report, and where nothing comes any more. */
export function recentPerSec(perSec: ReadonlyMap<number, number>, startTimeSec: number, atSec: number): number {
  const now = Math.floor(atSec);
  const first = Math.max(now - 9, Math.floor(startTimeSec));
  let sum = 0;
  for (let second = first; second <= now; second++) sum += perSec.get(second) ?? 0;
  return sum / Math.max(0.1, atSec - Math.max(first, startTimeSec));
}
