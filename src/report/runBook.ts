/**
 * The numbers of a run, kept for everything that shows or writes them: reports go in, views that grow come out.
 *
 * A report costs what changed since the one before it. Percentiles come from the HDR counts, which stay where they are
 * until somebody asks; what was asked for is kept until the next report, so that all consumers of one moment get equal
 * numbers.
 */
import type { Aggregator } from '../stats/aggregator.ts';
import type { Histogram } from '../stats/histogram.ts';
import type { Report, StatsRow } from '../stats/report.ts';
import { BookErrors } from './book/bookErrors.ts';
import { BookExceptions } from './book/bookExceptions.ts';
import { BookSamples, type Sample } from './book/bookSamples.ts';
import { BookRows } from './book/bookRows.ts';
import { History } from './book/history.ts';
import { RecentTimes } from './book/recentTimes.ts';
import { TotalSinceTick } from './book/tickDelta.ts';
import type { HistoryPoint, RunStats } from './runView.ts';

/** What is known of a moment beside its requests. */
export type Tick = {
  readonly atSec: number;
  /** Monotonic, since the first user was asked for; grows with every tick. */
  readonly elapsedMs: number;
  readonly userCount: number;
};

/** A tick right after another one has a rate all the same. */
const leastTickSec = 0.001;

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
  #lastTickMs = 0;

  /** Of the run that `aggregator` counts; its reports are to be given to `add`, each once. */
  constructor({ aggregator }: { readonly aggregator: Aggregator }) {
    this.#aggregator = aggregator;
    this.#rows = new BookRows(aggregator.startSec);
    this.#stats = this.#view();
  }

  /** Adds what was recorded since the report before. */
  add(report: Report): void {
    this.#rows.add(report, this.#aggregator.startSec);
    this.#errors.add(report.errors);
    this.#histograms.clear();
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
    return Math.max(leastTickSec, countedSec > 0 ? Math.min(sec, countedSec) : sec);
  }

  #view(): RunStats {
    const [rows, errors, exceptions] = [this.#rows, this.#errors, this.#exceptions];
    return {
      get rows() {
        return rows.sorted;
      },
      total: rows.total,
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
