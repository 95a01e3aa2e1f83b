/** What a load measured, as a program asks for it. Times are milliseconds, sizes bytes, shares 0 … 1. */
import { endReport } from '../outputs/console/endReport.ts';
import { stepSummary } from '../outputs/github.ts';
import { htmlReport } from '../outputs/html/htmlReport.ts';
import { junitSuites, junitXml } from '../outputs/junit.ts';
import { locustJson } from '../outputs/locustJson.ts';
import { summaryOf, type SummaryFile } from '../outputs/summary.ts';
import { endText, type ArrivalCounts, type EndReason, type ExceptionRow, type HistoryPoint, type RunResult, type RunStart, type RunStats, type ThresholdResult, type TrustReport } from '../report/runView.ts';
import { parseThreshold, type Threshold } from '../report/thresholds.ts';
import { evaluateThresholds } from '../report/thresholdVerdicts.ts';
import { Histogram, histogramCodec, type CountUs, type HistogramCodec } from '../stats/histogram.ts';
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import { averageMs, type ErrorRow, perCountedSec, type StatsRow } from '../stats/report.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { PairMap } from '../util/pairMap.ts';
import { printed } from '../util/printed.ts';

/** Response times of one row, or of several added up, to 3 significant digits. It never changes. */
export class LoadHistogram {
  readonly #counts: readonly CountUs[];
  readonly #histogram: Histogram;
  readonly #codec: HistogramCodec;

  /** For `LoadRow.histogram`, `plus` and `read`. */
  constructor(counts: readonly CountUs[], codec: HistogramCodec) {
    this.#counts = counts;
    this.#histogram = Histogram.ofCountsUs(counts);
    this.#codec = codec;
  }

  /** What `toJSON` wrote, e.g. of another process; rejects with a BoomerError for anything else. */
  static async read(text: string): Promise<LoadHistogram> {
    const codec = await histogramCodec();
    // A program in JavaScript may give anything, such as a field that its JSON does not have.
    const counts = typeof text === 'string' ? codec.decoded(text) : null;
    if (counts === null) throw new BoomerError('unreadable-run', `expected a histogram as toJSON() writes it (HISTFAAA…), got ${printed(text)}`);
    return new LoadHistogram(counts, codec);
  }

  /** Response times in it. */
  get count(): number {
    return this.#counts.reduce((sum, [, count]) => sum + count, 0);
  }

  /** Null without response times. `percent` is 0 … 100. */
  percentileMs(percent: number): number | null {
    return this.#histogram.percentileMs(checkedPercent(percent));
  }

  /** Both together, as if one row had had all response times. */
  plus(other: LoadHistogram): LoadHistogram {
    return new LoadHistogram(Histogram.ofCountsUs([...this.#counts, ...other.#counts]).countsUs(), this.#codec);
  }

  /** Pairs of a slot's lowest value in microseconds and its count, ascending. */
  countsUs(): readonly (readonly [lowestUs: number, count: number])[] {
    return this.#counts;
  }

  /** HdrHistogram's own form (V2, compressed, base64), which its tools in every language read. */
  toJSON(): string {
    return this.#codec.encoded(this.#counts);
  }
}

/** Requests of one type and name, or all of them. */
export type LoadRow = {
  /** `GET`, `redis` …; empty in the total. */
  readonly method: string;
  /** `Aggregated` in the total. */
  readonly name: string;
  readonly requests: number;
  readonly failures: number;
  /** 0 without requests. */
  readonly failRatio: number;
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  /** These are null when no request had a response time. */
  readonly averageMs: number | null;
  readonly medianMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  /** Of all answers. */
  readonly contentBytes: number;
  /** To 3 significant digits; null when no request had a response time. `percent` is 0 … 100: 95, 99.9. */
  readonly percentileMs: (percent: number) => number | null;
  readonly histogram: () => LoadHistogram;
  /** The same requests measured from when they should have begun; null where nothing had a schedule. */
  readonly fromSchedule: { readonly averageMs: number | null; readonly maxMs: number | null; readonly percentileMs: (percent: number) => number | null } | null;
};

/** A distinct failure of one row. */
export type LoadError = ErrorRow & {
  /** The first request that failed so, in full, without secrets; null: none was kept. */
  readonly sample: string | null;
};

/** All that a load measured, and its reports. */
export class LoadResult {
  readonly #run: RunResult;
  readonly #codec: HistogramCodec;
  /** Whether it passed: no failures, no missed threshold, some request. What `boomer-node run` would end with. */
  readonly passed: boolean;
  /** Why not, the most important first; of one that passed what should be known all the same: arrivals that were dropped. */
  readonly reasons: readonly string[];
  /** What `boomer-node run` would have ended with. */
  readonly exitCode: number;
  /** In the order of their names, then methods. */
  readonly rows: readonly LoadRow[];
  readonly total: LoadRow;
  /** Named checks of the scenario (`check(name, passed)`), by name. */
  readonly checks: readonly CheckNumbers[];
  /** Metrics of the scenario's own (`Counter`, `Gauge`, `Rate`, `Trend`), by name. */
  readonly metrics: readonly MetricNumbers[];
  readonly errors: readonly LoadError[];
  /** Errors that escaped tasks. */
  readonly exceptions: readonly ExceptionRow[];
  /** Those that were asked for and those of the scenario, with what was measured. */
  readonly thresholds: readonly ThresholdResult[];
  /** Whether the generator itself kept up. */
  readonly trust: TrustReport;
  /** Of an open model (`rate`); else null. */
  readonly arrivals: ArrivalCounts | null;
  /** One point a second. */
  readonly history: readonly HistoryPoint[];
  /** What it was: plan, classes, seed, version. */
  readonly start: RunStart;
  /** Why it ended. */
  readonly ended: EndReason;
  /** Its words: `the time was up`. */
  readonly endedBecause: string;
  /** How long was counted: what rates are divided by. */
  readonly countedMs: number;

  /** For `load()`. */
  constructor(run: RunResult, codec: HistogramCodec) {
    const { stats, fromSchedule } = run;
    this.#run = run;
    this.#codec = codec;
    this.passed = run.verdict.passed;
    this.reasons = run.verdict.reasons;
    this.exitCode = run.exitCode;
    const scheduled = new PairMap<StatsRow>();
    for (const row of fromSchedule?.rows ?? []) scheduled.set(row.method, row.name, row);
    this.rows = stats.rows.map((row) => this.#rowOf(row, scheduled.get(row.method, row.name)));
    this.total = this.#rowOf(stats.total, fromSchedule?.total);
    this.checks = stats.checks;
    this.metrics = stats.metrics;
    this.errors = stats.errors.map((error) => ({ ...error, sample: stats.failureSample?.(error) ?? null }));
    this.exceptions = stats.exceptions;
    this.thresholds = run.thresholds;
    this.trust = run.trust;
    this.arrivals = run.arrivals;
    this.history = run.history;
    this.start = run.start;
    this.ended = run.ended;
    this.endedBecause = endText(run.ended);
    this.countedMs = run.countedMs;
  }

  /** Throws a BoomerError for a row that is not there, with the nearest one that is. */
  row(method: string, name: string): LoadRow {
    const found = this.rows.find((row) => row.method === method && row.name === name);
    if (found !== undefined) return found;
    const titles = this.rows.map((row) => `${row.method} ${row.name}`);
    const meant = nearest(`${method} ${name}`, titles);
    throw new BoomerError('no-row', `there is no row ${method} ${name}: ${meant === null ? `there are ${titles.length === 0 ? 'none' : titles.join(', ')}` : `did you mean ${meant}?`}`);
  }

  /**
   * `GET /cart: p(95)<200`, in the grammar of thresholds; without a row it is about all. A row without requests meets nothing. Windows (`over 10s`) are
   * watched while the load goes on: such a rule must be one of the load's `thresholds`. Throws a BoomerError for what is no such rule.
   */
  meets(rule: string): boolean {
    return this.measure(rule).passed;
  }

  /** The same, with what was measured: its `text` is for a test's message. */
  measure(rule: string): ThresholdResult {
    if (typeof rule !== 'string') throw new BoomerError('usage', `expected a rule such as "GET /cart: p(95)<200", got ${printed(rule)}`);
    const threshold = parseThreshold(rule, 'the rule');
    if (threshold.condition.overMs !== null) return this.#watched(threshold, rule);
    const [result] = evaluateThresholds([threshold], this.#run);
    if (result === undefined) throw new BoomerError('usage', `expected a rule such as "GET /cart: p(95)<200", got "${rule}"`);
    return result;
  }

  /** The HTML report of `--html`. */
  toHtml(): string {
    return htmlReport(this.#run);
  }

  /** The JUnit report of `--junit`. */
  toJunit(): string {
    return junitXml(junitSuites(this.#run));
  }

  /** The summary of `--summary-export`, which `boomer-node compare` reads when it is written as JSON. */
  toJSON(): SummaryFile {
    return summaryOf(this.#run, this.#codec);
  }

  /** Locust's JSON, as `--json-file` has it. */
  toLocustJson(): string {
    return locustJson(this.#run.stats);
  }

  /** For a pull request or the summary of a workflow. */
  toMarkdown(): string {
    return stepSummary(this.#run);
  }

  /** What `boomer-node run` prints at the end: verdict, thresholds, tables, errors. */
  toText(columns = 110): string {
    return endReport(this.#run, { columns, colours: false, files: [] });
  }

  #watched({ row, expression }: Threshold, rule: string): ThresholdResult {
    const result = this.thresholds.find((one) => one.row === row && one.expression === expression);
    if (result === undefined) throw new BoomerError('usage', `"${rule}" has a window, and windows are watched while a load goes on: give it to load() among its thresholds, and ask for it in the same words`);
    return result;
  }

  #rowOf(row: StatsRow, scheduled: StatsRow | undefined): LoadRow {
    const { stats, fromSchedule, countedMs } = this.#run;
    const percentileMs = (percent: number): number | null => stats.percentileMs(row, checkedPercent(percent));
    return {
      method: row.method,
      name: row.name,
      requests: row.numRequests,
      failures: row.numFailures,
      failRatio: row.numRequests === 0 ? 0 : row.numFailures / row.numRequests,
      requestsPerSec: perCountedSec(row.numRequests, countedMs),
      failuresPerSec: perCountedSec(row.numFailures, countedMs),
      ...timesOf(row),
      minMs: row.minResponseTimeMs,
      medianMs: percentileMs(50),
      contentBytes: row.totalContentLength,
      percentileMs,
      histogram: () => new LoadHistogram(stats.histogramUs(row), this.#codec),
      fromSchedule: fromSchedule === null || scheduled === undefined ? null : { ...timesOf(scheduled), percentileMs: percentileOf(fromSchedule, scheduled) },
    };
  }
}

function timesOf(row: StatsRow): { readonly averageMs: number | null; readonly maxMs: number | null } {
  const isTimed = row.minResponseTimeMs !== null;
  return { averageMs: isTimed ? averageMs(row) : null, maxMs: isTimed ? row.maxResponseTimeMs : null };
}

function percentileOf(stats: RunStats, row: StatsRow): (percent: number) => number | null {
  return (percent) => stats.percentileMs(row, checkedPercent(percent));
}

/** `0.95` is meant for 95, and would be next to the fastest request. */
function checkedPercent(percent: number): number {
  if (percent === 0 || (percent >= 1 && percent <= 100)) return percent;
  throw new BoomerError('usage', `a percentile expects a percent from 1 to 100, or 0, got ${percent}${percent > 0 && percent < 1 ? `: write ${Number((100 * percent).toPrecision(6))}` : ''}`);
}
