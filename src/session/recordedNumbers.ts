/**
 * The numbers of one worker process: the aggregator's reports on their way up, and how much has passed in all, so that
 * the last log line can be held against what the target and the master counted; and what the worker says of it when it ends.
 */
import { type Ledgers, ledgersOf } from '../engine/main/poolOptions.ts';
import type { Aggregator } from '../stats/aggregator.ts';
import { GeneratorFailures, generatorFailureText } from '../report/trust.ts';
import type { LedgerMessage } from '../stats/ledgerMessages.ts';
import { isToldByRows, withMetrics, withSchedule } from '../stats/besides.ts';
import { MetricAggregator, type MetricReport, plainMetric } from '../stats/metrics.ts';
import type { StatsSoFar } from '../stats/soFar.ts';
import type { Report } from '../stats/report.ts';
import { PairMap } from '../util/pairMap.ts';
import { doneAtOnce, type Steps } from '../util/steps.ts';

/** Requests, and how many of them failed. */
export type Count = { readonly requests: number; readonly failures: number };

const nothing: Count = { requests: 0, failures: 0 };

/** What one row of those that were not delivered comes to. */
export type RowCount = Count & { readonly method: string; readonly name: string };

/** Everything that was recorded in this process, by what became of it: `recorded` is the sum of the others. */
export type Books = {
  readonly recorded: Count;
  /** The master is known to have taken it. */
  readonly delivered: Count;
  /** It was handed to a connection that broke before the master confirmed it: taken or not, nobody knows. */
  readonly unconfirmed: Count;
  /** No master has it. */
  readonly undelivered: Count;
  /** Dropped because the master's `--reset-stats` says so. */
  readonly reset: Count;
  /** `undelivered` and `unconfirmed` by row. */
  readonly undeliveredRows: readonly RowCount[];
  readonly unconfirmedRows: readonly RowCount[];
};

/** Of a process that has recorded nothing. */
export const noBooks: Books = { recorded: nothing, delivered: nothing, unconfirmed: nothing, undelivered: nothing, reset: nothing, undeliveredRows: [], unconfirmedRows: [] };

/** Both together, as when a worker went on with another scenario. */
export function plusBooks(one: Books, other: Books): Books {
  return {
    recorded: plus(one.recorded, other.recorded),
    delivered: plus(one.delivered, other.delivered),
    unconfirmed: plus(one.unconfirmed, other.unconfirmed),
    undelivered: plus(one.undelivered, other.undelivered),
    reset: plus(one.reset, other.reset),
    undeliveredRows: plusRows([...one.undeliveredRows, ...other.undeliveredRows]),
    unconfirmedRows: plusRows([...one.unconfirmedRows, ...other.unconfirmedRows]),
  };
}

function plusRows(counts: readonly RowCount[]): readonly RowCount[] {
  const rows = new PairMap<RowCount>();
  for (const row of counts) rows.set(row.method, row.name, { method: row.method, name: row.name, ...plus(rows.get(row.method, row.name) ?? nothing, row) });
  return [...rows.values()];
}

/** A report, and what it was made of. */
type Taken = { readonly report: Report; readonly own: Report; readonly scheduled: Report | null; readonly metrics: MetricReport };

/** What one worker recorded, and what became of it. */
export class RecordedNumbers implements Ledgers {
  readonly #aggregator: Aggregator;
  /** The same samples from their intended start; null: nobody wants them. */
  readonly #scheduled: Aggregator | null;
  readonly #metrics = new MetricAggregator();
  /** Metrics of which the master's table cannot say what they are, that were named. */
  readonly #namedMetrics = new PairMap<true>();
  readonly #warn: (text: string) => void;
  readonly #inform: (text: string) => void;
  readonly #ownFailures = new GeneratorFailures();
  /** Reports of an open fate, the earliest first. */
  #open: readonly Report[] = [];
  /** The last of them, as it was taken. */
  #taken: Taken | null = null;
  #delivered = nothing;
  readonly #unconfirmed = new Tally();
  readonly #undelivered = new Tally();
  #reset = nothing;

  /** `warn` is told, once a run, of failures that are the generator's own trouble; `inform` of metrics that a master cannot show. */
  constructor(aggregator: Aggregator, warn: (text: string) => void, scheduled: Aggregator | null = null, inform: (text: string) => void = warn) {
    this.#inform = inform;
    this.#aggregator = aggregator;
    this.#scheduled = scheduled;
    this.#warn = warn;
  }

  readonly define = (threadKey: string, message: LedgerMessage): void => {
    this.#aggregator.define(threadKey, message);
  };

  readonly threadEnded = (threadKey: string): void => {
    this.#aggregator.removeThread(threadKey);
  };

  /** For the pool. */
  get ledgers(): { readonly ledgers: Ledgers; readonly scheduleLedgers?: Ledgers; readonly metricLedgers: Ledgers } {
    const always = { ledgers: this, metricLedgers: ledgersOf(this.#metrics) };
    return this.#scheduled === null ? always : { ...always, scheduleLedgers: ledgersOf(this.#scheduled) };
  }

  /** What was recorded since the last call, in steps; its fate is open once it is whole. Nothing else is asked of the numbers meanwhile but `run`. */
  *takeReport(): Steps<Report> {
    this.#taken = yield* this.#take();
    const { report } = this.#taken;
    for (const failure of this.#ownFailures.add(report.errors)) this.#warn(generatorFailureText(failure));
    this.#open = [...this.#open, report];
    this.#nameUntold(this.#taken.metrics);
    return report;
  }

  /** What of checks and metrics is in the report that was taken last. */
  get takenMetrics(): MetricReport {
    return this.#taken?.metrics ?? [];
  }

  /** The report that was taken last was not sent: its numbers come with the next one. */
  putReportBack(): void {
    const taken = this.#taken;
    if (taken === null || this.#open.at(-1) !== taken.report) return;
    this.#open = this.#open.slice(0, -1);
    this.#aggregator.putBack(taken.own);
    if (taken.scheduled !== null) this.#scheduled?.putBack(taken.scheduled);
    this.#metrics.putBack(taken.metrics);
  }

  /** The master has taken the earliest `count` reports. */
  reportsTaken(count: number): void {
    for (const report of this.#open.slice(0, count)) this.#delivered = plus(this.#delivered, countOf(report));
    this.#open = this.#open.slice(count);
  }

  reportsInDoubt(): void {
    for (const report of this.#open) this.#unconfirmed.add(report);
    this.#open = [];
  }

  /** What was recorded until now, since the last report, is for nobody; how much that was. With a reset the run so far begins anew for scenarios too, as in Locust's worker. */
  *abandonReports(why: 'masterGone' | 'reset'): Steps<Count> {
    const { report } = yield* this.#take();
    if (why === 'reset') {
      this.#reset = plus(this.#reset, countOf(report));
      this.#aggregator.restartSoFar();
      this.#metrics.restartSoFar();
    } else {
      this.#undelivered.add(report);
    }
    return countOf(report);
  }

  /** A new run begins. What no report has carried (there should be nothing) still counts as recorded. */
  clear(): void {
    doneAtOnce(this.abandonReports('masterGone'));
    this.#aggregator.clear();
    this.#scheduled?.clear();
    this.#metrics.clear();
    this.#ownFailures.clear();
  }

  /** The current run, for scenarios. */
  soFar(): Omit<StatsSoFar, 'isFinal'> {
    return { ...this.#aggregator.soFar(), checks: this.#metrics.checks(), metrics: this.#metrics.metrics().map(plainMetric) };
  }

  /** The current run, for the status line. */
  run(): { readonly requests: number; readonly failures: number; readonly p95Ms: number | null } {
    return this.#aggregator.totals();
  }

  /** Closes the books of this process: what no report has carried is not delivered. */
  close(): Books {
    this.reportsInDoubt();
    doneAtOnce(this.abandonReports('masterGone'));
    const parts = [this.#delivered, this.#unconfirmed.count, this.#undelivered.count, this.#reset];
    return {
      recorded: { requests: sum(parts.map(({ requests }) => requests)), failures: sum(parts.map(({ failures }) => failures)) },
      delivered: this.#delivered,
      unconfirmed: this.#unconfirmed.count,
      undelivered: this.#undelivered.count,
      reset: this.#reset,
      undeliveredRows: this.#undelivered.rows(),
      unconfirmedRows: this.#unconfirmed.rows(),
    };
  }

  *#take(): Steps<Taken> {
    // Both begin here: they hold the same samples.
    const steps = { own: this.#aggregator.reportInSteps(), scheduled: this.#scheduled?.reportInSteps() ?? null };
    const metrics = this.#metrics.takeReport();
    const own = yield* steps.own;
    const scheduled = steps.scheduled === null ? null : yield* steps.scheduled;
    return { own, scheduled, metrics, report: withMetrics(scheduled === null ? own : withSchedule(own, scheduled), metrics) };
  }

  #nameUntold(metrics: MetricReport): void {
    for (const { method, name } of metrics) {
      if (isToldByRows(method) || this.#namedMetrics.get(method, name) === true) continue;
      this.#namedMetrics.set(method, name, true);
      this.#inform(`${method} '${name}': a Locust master's table has no place for its values, which boomer-node run shows; a Rate, a Counter, or a Trend of milliseconds or bytes has a row there`);
    }
  }
}

/** Reports added up, row by row: for what has to be named. */
class Tally {
  readonly #rows = new PairMap<RowCount>();
  count: Count = nothing;

  add(report: Report): void {
    this.count = plus(this.count, countOf(report));
    for (const row of report.rows) {
      const { method, name, numRequests: requests, numFailures: failures } = row;
      const known = this.#rows.get(method, name) ?? { requests: 0, failures: 0 };
      this.#rows.set(method, name, { method, name, ...plus(known, { requests, failures }) });
    }
  }

  rows(): readonly RowCount[] {
    return [...this.#rows.values()];
  }
}

/** The first two members of the file. A new version is for whoever must read old files differently. */
export const deliveryFormat = 'boomer-node worker';
/** Of the layout of the file. */
export const deliveryVersion = 1;

/** The worker that the file is about; stamps are Unix seconds. */
export type DeliveryMeta = {
  readonly nodeId: string;
  readonly masterAddress: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly exitCode: number;
};

/** True when the master is known to have everything that was meant for it. */
export function isAllDelivered({ undelivered, unconfirmed }: Books): boolean {
  return isNothing(undelivered) && isNothing(unconfirmed);
}

/**
 * `delivered 5 requests, 1 failures; not confirmed 0 requests, 0 failures; not delivered 0 requests, 0 failures`. What is missing had
 * most often no master any more, killed or at its end: that one listens only for a moment is worth a word.
 */
export function deliveryLine(books: Books): string {
  const { delivered, unconfirmed, undelivered, reset } = books;
  const parts = [`delivered ${text(delivered)}`, `not confirmed ${text(unconfirmed)}`, `not delivered ${text(undelivered)}`];
  if (!isNothing(reset)) parts.push(`dropped by --reset-stats ${text(reset)}`);
  if (!isNothing(unconfirmed)) parts.push('what is not confirmed was sent, and the master answered no more');
  if (!isAllDelivered(books)) parts.push('the master may have been gone by then: one that quits listens for half a second more, one whose test is stopped waits for its workers');
  return parts.join('; ');
}

/** The content of `--summary-export`: one JSON object. */
export function deliveryFile(books: Books, meta: DeliveryMeta): string {
  return `${JSON.stringify({ format: deliveryFormat, version: deliveryVersion, meta, ...books })}\n`;
}

function countOf({ total }: Report): Count {
  return { requests: total.numRequests, failures: total.numFailures };
}

function plus(one: Count, other: Count): Count {
  return { requests: one.requests + other.requests, failures: one.failures + other.failures };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function isNothing({ requests, failures }: Count): boolean {
  return requests === 0 && failures === 0;
}

function text({ requests, failures }: Count): string {
  return `${requests} requests, ${failures} failures`;
}
