/**
 * What the page draws, as the report embeds it: plain JSON. Times are milliseconds rounded to whole microseconds, stamps are
 * Unix seconds, sizes are bytes, shares 0 … 1.
 */
import type { ErrorRow } from '../../stats/report.ts';
import type { ExceptionRow } from '../../report/runView.ts';

export type ReportData = {
  readonly history: HistoryData;
  /** In the order of their names; the total stands apart. */
  readonly rows: readonly RowData[];
  readonly total: RowData;
  /** What `percentilesMs` holds, ascending, in percent. */
  readonly percents: readonly number[];
  /** What `curveMs` holds, ascending, in percent; the last is 100. */
  readonly curvePercents: readonly number[];
  /** Width of a bucket: a decade has this many. */
  readonly bucketsPerDecade: number;
  readonly hasSchedule: boolean;
  readonly failures: readonly FailureData[];
  readonly exceptions: readonly ExceptionRow[];
};

/** `sample`: the first such request and its answer in full; null when none was kept. */
export type FailureData = ErrorRow & { readonly sample: string | null };

/** One array for each series, all of one length. */
export type HistoryData = {
  /** Whole seconds that one point stands for; above 1 in long runs. */
  readonly pointSec: number;
  readonly atSec: readonly number[];
  readonly users: readonly number[];
  readonly requestsPerSec: readonly number[];
  readonly failuresPerSec: readonly number[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  readonly averageMs: readonly (number | null)[];
};

/** One row of the tables. */
export type RowData = {
  readonly method: string;
  readonly name: string;
  readonly requests: number;
  readonly failures: number;
  readonly averageBytes: number;
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  readonly times: TimesData;
  /** The same requests, measured from when they should have begun; null when this row had no schedule. */
  readonly fromSchedule: TimesData | null;
};

/** Response times of a row: those of the tables, and those of the two charts of its distribution. */
export type TimesData = {
  /** Requests with a response time; without any, the times below are null or empty. */
  readonly timed: number;
  readonly averageMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly percentilesMs: readonly (number | null)[];
  readonly curveMs: readonly number[];
  /** Bucket `i` holds times from 10^(i ÷ bucketsPerDecade) µs on; ascending, empty ones left out. */
  readonly buckets: readonly (readonly [index: number, count: number])[];
};
