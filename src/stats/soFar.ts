/**
 * The run so far, as a scenario is told of it (`environment.stats`, and `shape(moment)`), and the rows that it is kept in between reports.
 */
import { PairMap } from '../util/pairMap.ts';
import { type Histogram, locustPercentileMs } from './histogram.ts';
import type { CheckNumbers } from './metricNumbers.ts';
import type { PlainMetric } from './metrics.ts';
import { addRow, averageMs, currentPerSec, emptyRowSum, type RowSum, type StatsRow, toStatsRow } from './report.ts';

/** What is known of the requests of one row, or of all, since the test began. Times are in milliseconds, null as long as there is none. */
export type RowSoFar = {
  readonly requests: number;
  readonly failures: number;
  /** Failures a request, 0 … 1. */
  readonly failRatio: number;
  /** Of the last ten seconds, as Locust's table has it. */
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  readonly averageMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
};

/** All requests, and each row. */
export type RequestsSoFar = RowSoFar & {
  /** When they were read, in Unix seconds; null: not yet. */
  readonly atSec: number | null;
  /** By type and name: `GET /users`; the first 500 names. */
  readonly rows: Readonly<Record<string, RowSoFar>>;
};

/** The test so far. */
export type StatsSoFar = RequestsSoFar & {
  readonly checks: readonly CheckNumbers[];
  readonly metrics: readonly PlainMetric[];
  /** The users of all threads are gone: nothing more is counted. */
  readonly isFinal: boolean;
};

/** Before there is anything. */
export const noStats: StatsSoFar = {
  atSec: null, requests: 0, failures: 0, failRatio: 0, requestsPerSec: 0, failuresPerSec: 0, averageMs: null, minMs: null, maxMs: null, medianMs: null, p90Ms: null, p95Ms: null, p99Ms: null,
  rows: {}, checks: [], metrics: [], isFinal: false,
};

/** What is told of `row`; `total` tells the time. */
export function rowSoFar(row: StatsRow, total: StatsRow, percentileMs: (percent: number) => number | null): RowSoFar {
  const { numRequests, numFailures, minResponseTimeMs } = row;
  const isTimed = minResponseTimeMs !== null;
  return {
    requests: numRequests,
    failures: numFailures,
    failRatio: numRequests === 0 ? 0 : numFailures / numRequests,
    requestsPerSec: currentPerSec(row.requestsPerSec, total),
    failuresPerSec: currentPerSec(row.failuresPerSec, total),
    averageMs: isTimed ? averageMs(row) : null,
    minMs: minResponseTimeMs,
    maxMs: isTimed ? row.maxResponseTimeMs : null,
    medianMs: percentileMs(50),
    p90Ms: percentileMs(90),
    p95Ms: percentileMs(95),
    p99Ms: percentileMs(99),
  };
}

/** Rows that are told of one by one: more are a second's work to send. */
const maxRows = 500;
/** Of which rates are made, and some that are still under way. */
const keptSeconds = 30;

/** The rows of a run, added up. */
export class RowsSoFar {
  #total = emptyRowSum('', 'Aggregated');
  readonly #rows = new PairMap<RowSum>();
  #rowCount = 0;

  /** Adds what was recorded; `row` stays as it is. */
  add(row: RowSum): void {
    // Its times are in a histogram of their own.
    addRow(this.#total, { ...row, responseTimes: new Map(), timeBuckets: null });
    forgetSeconds(this.#total);
    const known = this.#rows.get(row.method, row.name);
    if (known === undefined && this.#rowCount >= maxRows) return;
    const into = known ?? this.#open(row);
    addRow(into, row);
    forgetSeconds(into);
  }

  clear(): void {
    this.#total = emptyRowSum('', 'Aggregated');
    this.#rows.clear();
    this.#rowCount = 0;
  }

  /** Of a run that began at `startSec`. A row without a histogram has Locust's percentiles, to two digits. */
  view(startSec: number, histogram: () => Histogram, rowHistogram: (method: string, name: string) => Histogram): Omit<RequestsSoFar, 'atSec'> {
    const total = toStatsRow(this.#total, startSec);
    const all = histogram();
    const rows = [...this.#rows.values()].map((sum): readonly [string, RowSoFar] => {
      const own = rowHistogram(sum.method, sum.name);
      const percentile = own.count > 0 ? (percent: number) => own.percentileMs(percent, sum) : locustPercentiles(sum);
      return [`${sum.method} ${sum.name}`.trim(), rowSoFar(toStatsRow(sum, startSec), total, percentile)];
    });
    return { ...rowSoFar(total, total, (percent) => all.percentileMs(percent, total)), rows: Object.fromEntries(rows) };
  }

  #open({ method, name }: RowSum): RowSum {
    const row = emptyRowSum(method, name);
    this.#rows.set(method, name, row);
    this.#rowCount++;
    return row;
  }
}

function locustPercentiles({ responseTimes, numRequests, numNoneRequests }: RowSum): (percent: number) => number | null {
  const descending = [...responseTimes].sort(([one], [other]) => other - one);
  const timed = numRequests - numNoneRequests;
  return (percent) => (timed === 0 ? null : locustPercentileMs(descending, timed, percent / 100));
}

/** A run may last for days. */
function forgetSeconds({ requestsPerSec, failuresPerSec, lastRequestSec }: RowSum): void {
  if (requestsPerSec.size <= 2 * keptSeconds || lastRequestSec === null) return;
  for (const perSec of [requestsPerSec, failuresPerSec]) for (const second of perSec.keys()) if (second < lastRequestSec - keptSeconds) perSec.delete(second);
}
