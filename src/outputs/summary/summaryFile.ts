/**
 * Our own file of a whole run: everything that tables and charts are made of, so that runs can be compared and reports
 * be made again. Times are milliseconds unless the name says otherwise, stamps are Unix seconds (floats).
 *
 * `version` grows when a reader of the version before would misread the file; new fields alone do not change it.
 */
import type { ErrorRow } from '../../stats/report.ts';
import type { ArrivalCounts, EndReason, ExceptionRow, HistoryPoint, RunStart, ThresholdResult, TrustReport, Verdict } from '../../report/runView.ts';

/** What `format` says in every version. */
export const summaryFormat = 'boomer-node summary';
/** The version that this program writes. */
export const summaryVersion = 1;

export type SummaryFile = {
  readonly format: typeof summaryFormat;
  readonly version: typeof summaryVersion;
  readonly meta: SummaryMeta;
  /** Its method is empty, its name `Aggregated`. */
  readonly total: SummaryRow;
  /** In the order of their names, then methods. */
  readonly rows: readonly SummaryRow[];
  readonly errors: readonly ErrorRow[];
  readonly exceptions: readonly ExceptionRow[];
  readonly thresholds: readonly ThresholdResult[];
  readonly trust: TrustReport;
  /** Null unless arrivals were asked for. */
  readonly arrivals: ArrivalCounts | null;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly history: readonly HistoryPoint[];
};

/** What the run was, and how it ended. */
export type SummaryMeta = RunStart & {
  /** When counting began, after the warm-up. */
  readonly countedFromSec: number;
  readonly endSec: number;
  /** What rates are divided by. */
  readonly countedMs: number;
  readonly ended: EndReason;
};

/** Keys are percents as people write them: `50`, `99.9`. */
export type PercentilesMs = Readonly<Record<string, number>>;

/** One row, or the total. Times are milliseconds, shares 0 … 1. */
export type SummaryRow = {
  readonly method: string;
  readonly name: string;
  /** Failed ones and ones without a response time included. */
  readonly numRequests: number;
  /** Of those, requests without a response time: they are in no time and in no histogram. */
  readonly numNoneRequests: number;
  readonly numFailures: number;
  /** Over the whole time that was counted. */
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  /** The four are null (the percentiles empty) when no request had a response time. */
  readonly averageMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  /** To 3 significant digits. */
  readonly percentilesMs: PercentilesMs;
  /** Sum of all responses. */
  readonly contentBytes: number;
  /** HDR counts, 3 significant digits: lowest response time of the slot in microseconds and its count, ascending. */
  readonly histogramUs: readonly (readonly [lowestUs: number, count: number])[];
  /** Whole Unix second of completion, requests and failures in it, ascending; seconds without requests are left out. */
  readonly perSecond: readonly (readonly [sec: number, requests: number, failures: number])[];
  /** The same requests measured from when they should have begun; null when nothing had a schedule. */
  readonly fromSchedule: FromSchedule | null;
};

/** The same rows, measured from when the requests should have begun. */
export type FromSchedule = {
  readonly averageMs: number | null;
  readonly maxMs: number | null;
  readonly percentilesMs: PercentilesMs;
};
