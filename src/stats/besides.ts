/**
 * Rows of a report that stand beside its requests: no total has them, since nothing more was sent. `NAME [from schedule]` are the same requests,
 * measured from when they were meant to begin; `CLASS [dropped]` are arrivals that no user of the class was free for; checks and metrics of
 * the scenario's own have rows as far as a table of requests can say them.
 */
import { maxPreciseRows } from './ledgerReader.ts';
import { type MetricReport, ofMetricType, trendScale } from './metrics.ts';
import { type Report, type RowSum, type StatsRow, toStatsRow } from './report.ts';

/** What a request's name is followed by in the row of its times from schedule. */
export const fromScheduleMark = ' [from schedule]';

/** The type of arrivals that were dropped. */
export const droppedType = 'arrivals';
const droppedMark = ' [dropped]';

/** Of the row that counts them. */
export function droppedName(className: string): string {
  return `${className}${droppedMark}`;
}

/** Whether a row counts arrivals that were dropped. */
export function isDropped({ method, name }: Pick<StatsRow, 'method' | 'name'>): boolean {
  return method === droppedType && name.endsWith(droppedMark);
}

/** The report with the rows of `scheduled`, which holds the same samples from their intended start, beside its own; to two digits where there are many in all. */
export function withSchedule(report: Report, scheduled: Report): Report {
  if (scheduled.rows.length === 0) return report;
  const isPrecise = report.rows.length + scheduled.rows.length <= maxPreciseRows;
  const late = scheduled.rows.map((row): StatsRow => ({ ...row, name: `${row.name}${fromScheduleMark}`, timeBuckets: isPrecise ? row.timeBuckets : null }));
  return { ...report, besides: [...(report.besides ?? []), ...late] };
}

/**
 * The report with rows of checks and metrics beside its own. Checks and rates are requests without a time, the false ones failures; a counter is as
 * many requests as its sum; a trend of milliseconds has times, one of bytes sizes, one of anything else is only counted; a gauge has no row.
 */
export function withMetrics(report: Report, metrics: MetricReport): Report {
  const rows = metrics.flatMap((sum) => metricRow(sum, report.total.startTimeSec));
  return rows.length === 0 ? report : { ...report, besides: [...(report.besides ?? []), ...rows] };
}

/** Whether a row says all of a metric of this type. */
export function isToldByRows(type: string): boolean {
  const { kind, unit } = ofMetricType(type);
  return kind !== 'gauge' && (kind !== 'trend' || unit === 'ms' || unit === 'bytes');
}

function metricRow(sum: RowSum, startTimeSec: number): readonly StatsRow[] {
  const row = toStatsRow(sum, startTimeSec);
  const { kind, unit } = ofMetricType(sum.method);
  switch (kind) {
    case 'check':
    case 'rate': return [row];
    case 'gauge': return [];
    case 'counter': {
      const amount = sum.totalContentLength;
      // Of the last second: a table shows the mean of ten.
      const perSec = sum.lastRequestSec === null ? new Map<number, number>() : new Map([[Math.floor(sum.lastRequestSec), amount]]);
      return amount === 0 ? [] : [{ ...row, numRequests: amount, numNoneRequests: amount, totalContentLength: 0, requestsPerSec: perSec }];
    }
    case 'trend': {
      if (unit === 'ms') return [row];
      const sizes = unit === 'bytes' ? Math.round(sum.totalResponseTimeMs / trendScale(unit)) : 0;
      return [{ ...row, ...withoutTimes, numNoneRequests: row.numRequests, totalContentLength: sizes }];
    }
  }
}

const withoutTimes = { totalResponseTimeMs: 0, minResponseTimeMs: null, maxResponseTimeMs: 0, responseTimes: new Map<number, number>(), timeBuckets: null } as const;
