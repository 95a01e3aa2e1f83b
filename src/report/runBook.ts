/**
 * The numbers of a run, kept for everything that shows or writes them: reports go in, views that grow come out.
 *
 * A report costs what changed since the one before it. Percentiles come from the HDR counts, which stay where they are
 * until somebody asks; what was asked for is kept until the next report, so that all consumers of one moment get equal
 * numbers.
 */
import { foldedException, maxTraces } from '../engine/shared/exceptionCounts.ts';
import type { Aggregator } from '../stats/aggregator.ts';
import type { Histogram } from '../stats/histogram.ts';
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import { addRow, emptyRowSum, type ErrorRow, type Report, type RowSum, type StatsRow } from '../stats/report.ts';
import { PairMap } from '../util/pairMap.ts';
import { History, RecentTimes, TotalSinceTick } from './history.ts';
import type { ExceptionRow, HistoryPoint, RunStats } from './runView.ts';

/** What is known of a moment beside its requests. */
export type Tick = {
  readonly atSec: number;
  /** Monotonic, since the first user was asked for; grows with every tick. */
  readonly elapsedMs: number;
  readonly userCount: number;
};

/** A tick right after another one has a rate all the same. */
const minTickSec = 0.001;

/** Of one run. */
export class RunBook {
  readonly #aggregator: Aggregator;
  readonly #rows: BookRows;
  readonly #errors = new BookErrors();
  readonly #exceptions = new BookExceptions();
  readonly #samples = new BookSamples();
  readonly #history = new History();
  readonly #recent = new RecentTimes();
  readonly #sinceTick = new TotalSinceTick();
  readonly #histograms = new Map<StatsRow, Histogram>();
  readonly #stats: RunStats;
  #checks: readonly CheckNumbers[] = [];
  #metrics: readonly MetricNumbers[] = [];
  #lastTickMs = 0;

  /** Of the run that `aggregator` counts; its reports are to be given to `add`, each once. `keepsSeconds`: rows have what was counted in each second. */
  constructor({ aggregator, keepsSeconds = true }: { readonly aggregator: Aggregator; readonly keepsSeconds?: boolean }) {
    this.#aggregator = aggregator;
    this.#rows = new BookRows(aggregator.startSec, keepsSeconds);
    this.#stats = this.#view();
  }

  /** Adds what was recorded since the report before. */
  add(report: Report): void {
    this.#rows.add(report, this.#aggregator.startSec);
    this.#errors.add(report.errors);
    this.#histograms.clear();
  }

  /** Takes the checks and metrics of the run so far in the place of those before. */
  setMetrics(checks: readonly CheckNumbers[], metrics: readonly MetricNumbers[]): void {
    this.#checks = checks;
    this.#metrics = metrics;
  }

  /** Counts errors that nobody caught. */
  addException(message: string, trace: string, count: number, nowSec: number): void {
    this.#exceptions.add(message, trace, count, nowSec);
  }

  /** Keeps the first failed request of each kind. */
  addFailureSample(sample: Sample): void {
    this.#samples.add(sample);
  }

  /** Ends a second of the history: what was added since the tick before belongs to it. */
  tick({ atSec, elapsedMs, userCount }: Tick): HistoryPoint {
    const delta = this.#sinceTick.take(this.#rows.total);
    this.#recent.add(elapsedMs, delta);
    const recent = this.#recent.view(elapsedMs);
    const sec = this.#secondsUntil(atSec, elapsedMs);
    const point: HistoryPoint = {
      atSec,
      elapsedMs,
      userCount,
      requestsPerSec: delta.numRequests / sec,
      failuresPerSec: delta.numFailures / sec,
      p50Ms: recent.percentileMs(0.5),
      p95Ms: recent.percentileMs(0.95),
      averageMs: recent.averageMs,
    };
    this.#history.add(point, sec);
    return point;
  }

  /** Views: the object stays the same, what it shows grows. */
  get stats(): RunStats {
    return this.#stats;
  }

  /** Oldest first. */
  get history(): readonly HistoryPoint[] {
    return this.#history.points;
  }

  /** How long the tick is; one in which counting began is only as long as was counted. */
  #secondsUntil(atSec: number, elapsedMs: number): number {
    const sec = (elapsedMs - this.#lastTickMs) / 1000;
    this.#lastTickMs = elapsedMs;
    const countedSec = atSec - this.#aggregator.startSec;
    return Math.max(minTickSec, countedSec > 0 ? Math.min(sec, countedSec) : sec);
  }

  #view(): RunStats {
    const metrics = { checks: (): readonly CheckNumbers[] => this.#checks, metrics: (): readonly MetricNumbers[] => this.#metrics };
    const [rows, errors, exceptions] = [this.#rows, this.#errors, this.#exceptions];
    return {
      get rows() {
        return rows.sorted;
      },
      total: rows.total,
      get checks() {
        return metrics.checks();
      },
      get metrics() {
        return metrics.metrics();
      },
      errors: errors.all,
      exceptions: exceptions.all,
      failureSample: (error) => this.#samples.of(error),
      percentileMs: (row, percent) => this.#histogramOf(row).percentileMs(percent, row),
      histogramUs: (row) => this.#histogramOf(row).countsUs(),
    };
  }

  #histogramOf(row: StatsRow): Histogram {
    const known = this.#histograms.get(row);
    if (known !== undefined) return known;
    const histogram = row === this.#rows.total ? this.#aggregator.histogram() : this.#aggregator.rowHistogram(row.method, row.name);
    this.#histograms.set(row, histogram);
    return histogram;
  }
}

type GrowingError = { -readonly [Field in keyof ErrorRow]: ErrorRow[Field] };

/** Distinct failures of a run so far, in the order in which they were first seen, as a view that grows. */
export class BookErrors {
  readonly #byRow = new PairMap<Map<string, GrowingError>>();
  readonly #all: GrowingError[] = [];

  add(errors: readonly ErrorRow[]): void {
    for (const error of errors) {
      const ofRow = this.#byRow.ensure(error.method, error.name, () => new Map<string, GrowingError>());
      const known = ofRow.get(error.error);
      if (known === undefined) {
        const added = { ...error };
        ofRow.set(error.error, added);
        this.#all.push(added);
      } else {
        known.occurrences += error.occurrences;
        known.firstSeenSec = Math.min(known.firstSeenSec, error.firstSeenSec);
        known.lastSeenSec = Math.max(known.lastSeenSec, error.lastSeenSec);
      }
    }
  }

  get all(): readonly ErrorRow[] {
    return this.#all;
  }
}

type GrowingException = { -readonly [Field in keyof ExceptionRow]: ExceptionRow[Field] };

/** Errors that escaped tasks, grouped by their trace as Locust groups them (runners.py, `log_exception`). */
export class BookExceptions {
  readonly #byTrace = new Map<string, GrowingException>();
  readonly #all: GrowingException[] = [];

  /** `count` equal ones. A message with an id in it makes each trace a new one: what comes after so many is counted together. */
  add(message: string, trace: string, count: number, nowSec: number): void {
    const known = this.#byTrace.get(trace);
    if (known !== undefined) countAgain(known, count, nowSec);
    else if (this.#byTrace.size < maxTraces || trace === foldedException) this.#open(message, trace, count, nowSec);
    else this.add(foldedException, foldedException, count, nowSec);
  }

  get all(): readonly ExceptionRow[] {
    return this.#all;
  }

  #open(message: string, trace: string, count: number, nowSec: number): void {
    const row = { message, trace, occurrences: count, firstSeenSec: nowSec, lastSeenSec: nowSec };
    this.#byTrace.set(trace, row);
    this.#all.push(row);
  }
}

function countAgain(row: GrowingException, count: number, nowSec: number): void {
  row.occurrences += count;
  row.lastSeenSec = nowSec;
}

/* The rows of a run so far, and their total, as views that grow. */

/** A `StatsRow` that grows. */
type GrowingRow = RowSum & { startTimeSec: number };

/** Rows by type and name. */
export class BookRows {
  readonly #total: GrowingRow;
  readonly #byPair = new PairMap<GrowingRow>();
  readonly #keepsSeconds: boolean;
  #sorted: readonly GrowingRow[] | null = [];

  /** Counting begins at `startSec`. Without `keepsSeconds` rows have none: those of thousands of rows grow for as long as a run lasts. */
  constructor(startSec: number, keepsSeconds: boolean) {
    this.#total = emptyRow('', 'Aggregated', startSec);
    this.#keepsSeconds = keepsSeconds;
  }

  /** Adds a report of a run that began at `startSec`. */
  add({ rows, total, besides = [] }: Report, startSec: number): void {
    this.#grow(this.#total, total);
    this.#total.startTimeSec = startSec;
    for (const row of [...rows, ...besides]) this.#grow(this.#ensure(row), row);
  }

  get total(): StatsRow {
    return this.#total;
  }

  /** By name, then type. The list is made anew when a row appears, never changed. */
  get sorted(): readonly StatsRow[] {
    return (this.#sorted ??= [...this.#byPair.values()].sort(compareRows));
  }

  #grow(into: GrowingRow, row: StatsRow): void {
    addRow(into, row);
    if (this.#keepsSeconds) return;
    into.requestsPerSec.clear();
    into.failuresPerSec.clear();
  }

  #ensure({ method, name, startTimeSec }: StatsRow): GrowingRow {
    return this.#byPair.ensure(method, name, () => {
      this.#sorted = null;
      return emptyRow(method, name, startTimeSec);
    });
  }
}

function emptyRow(method: string, name: string, startTimeSec: number): GrowingRow {
  return { ...emptyRowSum(method, name), startTimeSec };
}

/* The first failed request of each kind, in full. */

/** Kinds that have one; a run with more has its own trouble. */
const maxSamples = 500;

/** A failed request in full. */
export type Sample = { readonly method: string; readonly name: string; readonly error: string; readonly text: string };

/** The first failed request of each kind. */
export class BookSamples {
  readonly #texts = new PairMap<Map<string, string>>();
  #count = 0;

  add({ method, name, error, text }: Sample): void {
    const ofRow = this.#texts.ensure(method, name, () => new Map<string, string>());
    if (ofRow.has(error) || this.#count >= maxSamples) return;
    ofRow.set(error, text);
    this.#count++;
  }

  of({ method, name, error }: ErrorRow): string | null {
    return this.#texts.get(method, name)?.get(error) ?? null;
  }
}

/** What tables sort rows by. */
export type RowNames = { readonly method: string; readonly name: string };

/** The order of rows in every table: by name, then by type, as Locust sorts its entries (stats.py, `sort_stats`); below 0 when `one` comes first. */
export function compareRows(one: RowNames, other: RowNames): number {
  return compareTexts(one.name, other.name) || compareTexts(one.method, other.method);
}

/** By code points, as Python compares; by UTF-16 units an emoji would come before U+FFFD. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const unit = one.charCodeAt(index);
    const otherUnit = other.charCodeAt(index);
    if (unit !== otherUnit) return aboveSurrogates(unit) - aboveSurrogates(otherUnit);
  }
  return one.length - other.length;
}

/** Lifts surrogates, which stand for the highest code points, above all other units. */
function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
