/**
 * The numbers of a run without a master: what counts, and the same measured from when it should have begun. Samples of
 * the warm-up never come here; errors that escaped tasks do, as Locust keeps those from before its `--reset-stats` too.
 */
import { type Ledgers, ledgersOf, type PoolTrouble } from '../engine/main/poolOptions.ts';
import type { ExceptionKind } from '../engine/shared/exceptionCounts.ts';
import type { FailureSample } from '../engine/shared/messages.ts';
import { RunBook } from '../report/runBook.ts';
import type { Added } from '../report/thresholdWindows.ts';
import type { GeneratorFailure, HistoryPoint, RunStats } from '../report/runView.ts';
import { Aggregator } from '../stats/aggregator.ts';
import { MetricAggregator, plainMetric } from '../stats/metrics.ts';
import type { StatsSoFar } from '../stats/soFar.ts';
import { GeneratorFailures, generatorFailureText } from '../report/trust.ts';

/** The numbers of a run without a master. */
export class RunNumbers {
  readonly #nowSec: () => number;
  readonly #counted: Aggregator;
  readonly #scheduled: Aggregator;
  readonly #metrics = new MetricAggregator();
  readonly #book: RunBook;
  readonly #scheduleBook: RunBook;
  readonly #ownFailures = new GeneratorFailures();
  readonly #warn: (text: string) => void;
  #hasSchedule = false;
  #errorsOutsideTasks = 0;
  readonly #troubles: PoolTrouble[] = [];

  /** `nowSec` is the clock that stamps the threads' samples, in Unix seconds (see util/steadyClock); `warn` is told, once a run, of failures that are the generator's own trouble. */
  constructor(nowSec: () => number, warn: (text: string) => void) {
    this.#nowSec = nowSec;
    this.#warn = warn;
    this.#counted = new Aggregator({ nowSec, keepsRows: true });
    this.#scheduled = new Aggregator({ nowSec });
    this.#book = new RunBook({ aggregator: this.#counted });
    // Of these, times alone are asked for.
    this.#scheduleBook = new RunBook({ aggregator: this.#scheduled, keepsSeconds: false });
  }

  /** For the pool. */
  get ledgers(): { readonly ledgers: Ledgers; readonly scheduleLedgers: Ledgers; readonly metricLedgers: Ledgers } {
    return { ledgers: ledgersOf(this.#counted), scheduleLedgers: ledgersOf(this.#scheduled), metricLedgers: ledgersOf(this.#metrics) };
  }

  /** Counting begins now: what reports say of their beginning follows. Nothing has been counted by then. */
  startCounting(): void {
    this.#counted.clear();
    this.#ownFailures.clear();
    this.#scheduled.clear();
    this.#metrics.clear();
  }

  /** Reads what the threads have recorded since the last time. */
  takeReport(point: { readonly elapsedMs: number; readonly userCount: number }): Omit<Added, 'lateness'> {
    const counted = this.#counted.takeReport();
    this.#book.add(counted);
    for (const failure of this.#ownFailures.add(counted.errors)) this.#warn(generatorFailureText(failure));
    this.#book.tick({ atSec: this.#nowSec(), ...point });
    const scheduled = this.#scheduled.takeReport();
    this.#hasSchedule ||= scheduled.total.numRequests > 0;
    this.#scheduleBook.add(scheduled);
    const rows = this.#metrics.takeReport();
    this.#book.setMetrics(this.#metrics.checks(), this.#metrics.metrics());
    return { counted, scheduled, metrics: { rows, histogram: (method, name) => this.#metrics.histogram(method, name) } };
  }

  exception({ message, trace, isOutsideTask, count }: ExceptionKind & { readonly count: number }): void {
    this.#book.addException(message, trace, count, this.#nowSec());
    if (isOutsideTask) this.#errorsOutsideTasks += count;
  }

  /** Beside its exception. */
  trouble(trouble: PoolTrouble): void {
    this.#troubles.push(trouble);
  }

  failureSample(sample: FailureSample): void {
    this.#book.addFailureSample(sample);
  }

  /** For scenarios: read now. */
  soFar(): Omit<StatsSoFar, 'isFinal'> {
    return { ...this.#counted.soFar(), checks: this.#metrics.checks(), metrics: this.#metrics.metrics().map(plainMetric) };
  }

  get stats(): RunStats {
    return this.#book.stats;
  }

  /** Null when nothing had a schedule. */
  get fromSchedule(): RunStats | null {
    return this.#hasSchedule ? this.#scheduleBook.stats : null;
  }

  get history(): readonly HistoryPoint[] {
    return this.#book.history;
  }

  /** Failed requests that are the generator's own trouble. */
  get ownFailures(): readonly GeneratorFailure[] {
    return this.#ownFailures.all;
  }

  get errorsOutsideTasks(): number {
    return this.#errorsOutsideTasks;
  }

  /** Each is one of the exceptions in `stats`. */
  get troubles(): readonly PoolTrouble[] {
    return this.#troubles;
  }
}
