/**
 * Our own file of a whole run, the one that `boomer-node compare` reads: everything that tables and charts are made of, so that runs can be
 * compared and reports be made again. Times are milliseconds unless the name says otherwise, stamps are Unix seconds (floats).
 *
 * `version` grows when a reader of the version before would misread the file; new fields alone do not change it.
 */
import type { ArrivalCounts, EndReason, ExceptionRow, HistoryPoint, RunResult, RunStart, RunStats, ThresholdResult, TrustReport, Verdict } from '../report/runView.ts';
import { type HistogramCodec, histogramCodec } from '../stats/histogram.ts';
import type { CheckNumbers } from '../stats/metricNumbers.ts';
import { type PlainMetric, plainMetric } from '../stats/metrics.ts';
import { averageMs, type ErrorRow, perCountedSec, reportedPercents, type StatsRow } from '../stats/report.ts';
import { PairMap } from '../util/pairMap.ts';
import type { Output } from './outputs.ts';
import { ReportFile } from './reportFile.ts';

/** What `format` says in every version. */
export const summaryFormat = 'boomer-node summary';
/** The version that this program writes; it reads those before, too. */
export const summaryVersion = 2;

/** All of it. */
export type SummaryFile = {
  readonly format: typeof summaryFormat;
  readonly version: typeof summaryVersion;
  readonly meta: SummaryMeta;
  /** Its method is empty, its name `Aggregated`. */
  readonly total: SummaryRow;
  /** In the order of their names, then methods. */
  readonly rows: readonly SummaryRow[];
  /** Checks and metrics of the scenario's own, in no row and no total. */
  readonly checks: readonly CheckNumbers[];
  readonly metrics: readonly PlainMetric[];
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
  /**
   * Response times in whole microseconds to 3 significant digits, as HdrHistogram writes them (V2, compressed, base64). Until version 1
   * `histogramUs`, pairs of a slot's lowest value and its count.
   */
  readonly histogram: string;
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

/** `--summary-export FILE`: an output that writes the summary to `path` when the run has ended: JSON on one line. */
export function summaryOutput(path: string): Output {
  const file = new ReportFile(path);
  let codec: HistogramCodec | null = null;
  return {
    async onStart() {
      await file.open();
      // Not at the end, when a run may have left no file descriptor to load it with.
      codec = await histogramCodec();
    },
    onStop: async (result) => file.write(`${JSON.stringify(summaryOf(result, codec ?? (await histogramCodec())))}\n`),
    files: () => [path],
  };
}

/** The file's content for a run. */
export function summaryOf(result: RunResult, { encoded }: HistogramCodec): SummaryFile {
  const { start, countedFromSec, endSec, countedMs, ended, stats, fromSchedule, thresholds, trust, arrivals, verdict, exitCode, history } = result;
  const scheduled = new PairMap<StatsRow>();
  for (const row of fromSchedule?.rows ?? []) scheduled.set(row.method, row.name, row);
  const summaryRow = (row: StatsRow, ofSchedule: StatsRow | undefined): SummaryRow => ({
    ...figuresOf(row, stats, countedMs),
    histogram: encoded(stats.histogramUs(row)),
    fromSchedule: fromSchedule === null || ofSchedule === undefined ? null : scheduleOf(ofSchedule, fromSchedule),
  });
  return {
    format: summaryFormat,
    version: summaryVersion,
    meta: { ...start, countedFromSec, endSec, countedMs, ended },
    total: summaryRow(stats.total, fromSchedule?.total),
    rows: stats.rows.map((row) => summaryRow(row, scheduled.get(row.method, row.name))),
    checks: stats.checks,
    metrics: stats.metrics.map(plainMetric),
    errors: stats.errors,
    exceptions: stats.exceptions,
    thresholds,
    trust,
    arrivals,
    verdict,
    exitCode,
    history,
  };
}

function figuresOf(row: StatsRow, stats: RunStats, countedMs: number): Omit<SummaryRow, 'histogram' | 'fromSchedule'> {
  return {
    method: row.method,
    name: row.name,
    numRequests: row.numRequests,
    numNoneRequests: row.numNoneRequests,
    numFailures: row.numFailures,
    requestsPerSec: perCountedSec(row.numRequests, countedMs),
    failuresPerSec: perCountedSec(row.numFailures, countedMs),
    averageMs: averageOf(row),
    minMs: row.minResponseTimeMs,
    maxMs: maxOf(row),
    percentilesMs: percentilesOf(row, stats),
    contentBytes: row.totalContentLength,
    perSecond: [...row.requestsPerSec].sort(([one], [other]) => one - other).map(([sec, requests]) => [sec, requests, row.failuresPerSec.get(sec) ?? 0]),
  };
}

function scheduleOf(row: StatsRow, stats: RunStats): FromSchedule {
  return { averageMs: averageOf(row), maxMs: maxOf(row), percentilesMs: percentilesOf(row, stats) };
}

function averageOf(row: StatsRow): number | null {
  return isTimed(row) ? averageMs(row) : null;
}

function maxOf(row: StatsRow): number | null {
  return isTimed(row) ? row.maxResponseTimeMs : null;
}

function percentilesOf(row: StatsRow, { percentileMs }: RunStats): PercentilesMs {
  const pairs = reportedPercents.map((percent) => [String(percent), percentileMs(row, percent)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, number] => pair[1] !== null));
}

function isTimed({ minResponseTimeMs }: StatsRow): boolean {
  return minResponseTimeMs !== null;
}
