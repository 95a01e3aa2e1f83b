/** A run's result as the data that the page draws; pure. */
import { Histogram } from '../../stats/histogram.ts';
import type { StatsRow } from '../../stats/report.ts';
import { averageMs, perSecOfRun, reportedPercents } from '../locust/locustFigures.ts';
import type { RunResult, RunStats } from '../../report/runView.ts';
import { logBuckets } from './distribution.ts';
import { historyData } from './historyData.ts';
import type { ReportData, RowData, TimesData } from './page/reportData.ts';

/** Points of the percentile curve: denser towards the tail, where the curve bends. */
const curvePercents = [
  1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 98.5, 99, 99.25, 99.5, 99.75, 99.9, 99.95, 99.99, 99.995, 99.999, 99.9999, 100,
];
const fineBucketsPerDecade = 20;
const coarseBucketsPerDecade = 10;
/** Above as many rows their distributions are drawn more coarsely, to keep the file to a few megabytes. */
const mostFineRows = 500;

/** Everything that the tables and charts show. */
export function resultData(result: RunResult): ReportData {
  const { stats, fromSchedule } = result;
  const bucketsPerDecade = stats.rows.length > mostFineRows ? coarseBucketsPerDecade : fineBucketsPerDecade;
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
