/**
 * Rows of a report that stand beside its requests: no total has them, since nothing more was sent. `NAME [from schedule]` are the same requests,
 * measured from when they were meant to begin; `CLASS [dropped]` are arrivals that no user of the class was free for.
 */
import { maxPreciseRows } from './ledgerReader.ts';
import type { Report, StatsRow } from './report.ts';

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
