/** A run's result as the data that the page draws; pure. */
import type { HistoryPoint, RunResult, RunStats } from '../../report/runView.ts';
import { type CountUs, Histogram } from '../../stats/histogram.ts';
import { averageMs, perSecOfRun, reportedPercents, type StatsRow } from '../../stats/report.ts';
import type { HistoryData, ReportData, RowData, TimesData } from './reportData.ts';

/** Points of the percentile curve: denser towards the tail, where the curve bends. */
const curvePercents = [
  1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 98.5, 99, 99.25, 99.5, 99.75, 99.9, 99.95, 99.99, 99.995, 99.999, 99.9999, 100,
];
const fineBucketsPerDecade = 20;
const coarseBucketsPerDecade = 10;
/** Above as many rows their distributions are drawn more coarsely, to keep the file to a few megabytes. */
const maxFineRows = 500;

/** Everything that the tables and charts show. */
export function resultData(result: RunResult): ReportData {
  const { stats, fromSchedule } = result;
  const bucketsPerDecade = stats.rows.length > maxFineRows ? coarseBucketsPerDecade : fineBucketsPerDecade;
  const scheduled = new Map(fromSchedule?.rows.map((row) => [rowKey(row), row]));
  const rowData = (row: StatsRow, scheduledRow: StatsRow | undefined): RowData => ({
    method: row.method,
    name: row.name,
    requests: row.numRequests,
    failures: row.numFailures,
    averageBytes: row.numRequests === 0 ? 0 : microRounded(row.totalContentLength / row.numRequests),
    requestsPerSec: microRounded(perSecOfRun(row.numRequests, stats.total)),
    failuresPerSec: microRounded(perSecOfRun(row.numFailures, stats.total)),
    times: timesData(stats, row, bucketsPerDecade),
    fromSchedule: fromSchedule === null || scheduledRow === undefined ? null : timesData(fromSchedule, scheduledRow, bucketsPerDecade),
  });
  return {
    history: historyData(result.history),
    rows: stats.rows.map((row) => rowData(row, scheduled.get(rowKey(row)))),
    total: rowData(stats.total, fromSchedule?.total),
    percents: reportedPercents,
    curvePercents,
    bucketsPerDecade,
    hasSchedule: fromSchedule !== null,
    failures: stats.errors.map((row) => {
      const { method, name, error, occurrences, firstSeenSec, lastSeenSec } = row;
      return { method, name, error, occurrences, firstSeenSec, lastSeenSec, sample: stats.failureSample?.(row) ?? null };
    }),
    exceptions: stats.exceptions.map(({ message, trace, occurrences, firstSeenSec, lastSeenSec }) => ({ message, trace, occurrences, firstSeenSec, lastSeenSec })),
  };
}

function timesData({ percentileMs, histogramUs }: RunStats, row: StatsRow, bucketsPerDecade: number): TimesData {
  const timed = row.numRequests - row.numNoneRequests;
  const pairs = histogramUs(row);
  return {
    timed,
    averageMs: timed === 0 ? null : microRounded(averageMs(row)),
    minMs: timed === 0 ? null : microRounded(row.minResponseTimeMs ?? 0),
    maxMs: timed === 0 ? null : microRounded(row.maxResponseTimeMs),
    percentilesMs: reportedPercents.map((percent) => percentileMs(row, percent)),
    curveMs: Histogram.ofCountsUs(pairs).percentilesMs(curvePercents, row).map(microRounded),
    buckets: logBuckets(pairs, bucketsPerDecade),
  };
}

function rowKey({ method, name }: StatsRow): string {
  return JSON.stringify([method, name]);
}

/** Milliseconds to whole microseconds; rates and sizes to three decimals. */
function microRounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/* A run's seconds as arrays to draw, thinned out when the run was long. */

/** More points than a wide screen has pixels show nothing more. */
export const maxPoints = 1500;

/**
 * At most `most` points. A long run is cut into stretches of equally many points: rates, users and the average are their
 * means, the median is the mean of the medians, and the 95th percentile is the stretch's highest, so that no spike is lost.
 */
export function historyData(history: readonly HistoryPoint[], most: number = maxPoints): HistoryData {
  const length = Math.max(1, Math.ceil(history.length / most));
  const stretches = Array.from({ length: Math.ceil(history.length / length) }, (_, index) => history.slice(index * length, (index + 1) * length));
  const atSec = stretches.map((points) => rounded(points.at(-1)?.atSec ?? 0));
  return {
    pointSec: usualStepSec(atSec),
    atSec,
    users: stretches.map((points) => mean(points.map(({ userCount }) => userCount)) ?? 0),
    requestsPerSec: stretches.map((points) => mean(points.map(({ requestsPerSec }) => requestsPerSec)) ?? 0),
    failuresPerSec: stretches.map((points) => mean(points.map(({ failuresPerSec }) => failuresPerSec)) ?? 0),
    p50Ms: stretches.map((points) => mean(known(points.map(({ p50Ms }) => p50Ms)))),
    p95Ms: stretches.map((points) => highest(known(points.map(({ p95Ms }) => p95Ms)))),
    averageMs: stretches.map((points) => mean(known(points.map(({ averageMs }) => averageMs)))),
  };
}

/** Between two points, in whole seconds: a history that came in thinned out has longer steps already. */
function usualStepSec(atSec: readonly number[]): number {
  const [first = 0, last = 0] = [atSec[0], atSec.at(-1)];
  return Math.max(1, Math.round((last - first) / Math.max(1, atSec.length - 1)));
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(Math.max(...values));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/* The shape of a row's response times: buckets to look at. */

/**
 * The counts (ascending) in `perDecade` buckets a decade, ascending, empty ones left out: bucket `i` begins at 10^(i ÷ perDecade) µs.
 * What took no measurable time counts as 1 µs.
 */
export function logBuckets(pairs: readonly CountUs[], perDecade: number): [index: number, count: number][] {
  const buckets: [number, number][] = [];
  for (const [lowestUs, count] of pairs) {
    // The small addend keeps 1000 µs in the bucket that begins there although log10 is rounded.
    const index = Math.floor(Math.log10(Math.max(1, lowestUs)) * perDecade + 1e-9);
    const last = buckets.at(-1);
    if (last?.[0] === index) last[1] += count;
    else buckets.push([index, count]);
  }
  return buckets;
}
