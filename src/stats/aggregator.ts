/**
 * All threads' ledgers together: one report for every consumer, and the numbers of the run so far.
 *
 * A thread's samples reach exactly one report: those of a thread that has ended are read a last time when it is removed.
 * Rows of a report begin when the report before it was taken, and never before the run began.
 */
import { PairMap } from '../util/pairMap.ts';
import { isDropped } from './besides.ts';
import { Histogram } from './histogram.ts';
import type { SlotCounts } from './ledgerHistogram.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import { type LedgerDelta, LedgerReader, maxPreciseRows } from './ledgerReader.ts';
import { addRow, emptyRowSum, type ErrorRow, type Report, type RowSum, toStatsRow } from './report.ts';

/** The run so far, the samples of the moment included; with thousands of names, those until the last report. */
export type RunTotals = {
  readonly requests: number;
  readonly failures: number;
  /** 95 % of the response times do not exceed it, to 3 significant digits; null when there are none. */
  readonly p95Ms: number | null;
};

/** Somebody who wants to know the totals only, each second, is not worth the tens of milliseconds that more rows take. */
const maxRowsToRead = 1_000;

/** Of one run after the other; `add` and `remove` follow the threads. */
export class Aggregator {
  readonly #nowSec: () => number;
  readonly #readers = new Map<string, LedgerReader>();
  readonly #isPrecise: boolean;
  #sums: ReportSums;
  #rowsOfLastReport = 0;
  #runStartSec: number;
  #reportStartSec: number;
  #requests = 0;
  #failures = 0;
  /** HDR slots of the threads that were removed, in all and for each row. */
  readonly #removedSlots: SlotCounts = new Map();
  readonly #removedRowSlots = new PairMap<SlotCounts>();

  /** `nowSec` is the clock that stamps the threads' samples, in Unix seconds (see util/steadyClock); it stamps the beginning of reports. `isPrecise`: they have time buckets. */
  constructor({ nowSec, isPrecise = false }: { readonly nowSec: () => number; readonly isPrecise?: boolean }) {
    this.#nowSec = nowSec;
    this.#isPrecise = isPrecise;
    this.#sums = new ReportSums(isPrecise);
    this.#runStartSec = nowSec();
    this.#reportStartSec = this.#runStartSec;
  }

  /**
   * Takes a thread's definition, in the order in which it sent them. A control page begins a new ledger: what the thread's former
   * one still held (recorded after the last report, before the thread heard of the new run) is read a last time, and its
   * memory given back.
   */
  define(threadKey: string, message: LedgerMessage): void {
    if (message.kind === 'ledgerPage' && message.holds === 'control') this.removeThread(threadKey);
    let reader = this.#readers.get(threadKey);
    if (reader === undefined) this.#readers.set(threadKey, (reader = new LedgerReader(this.#isPrecise)));
    reader.define(message);
  }

  /** Reads the rest of a thread's ledger, for the next report: the thread has ended, or writes to another. May be called twice. */
  removeThread(threadKey: string): void {
    const reader = this.#readers.get(threadKey);
    if (reader === undefined) return;
    this.#readers.delete(threadKey);
    this.#add(reader.readRest());
    reader.addAllSlots(this.#removedSlots);
    reader.addRowSlots((method, name) => this.#removedRowSlots.ensure(method, name, () => new Map<number, number>()));
  }

  /** What was recorded since the last report. */
  takeReport(): Report {
    this.#read();
    const report = this.#sums.toReport(this.#reportStartSec);
    this.#sums = new ReportSums(this.#isPrecise);
    this.#rowsOfLastReport = report.rows.length;
    this.#reportStartSec = Math.max(this.#runStartSec, this.#nowSec());
    return report;
  }

  /** Forgets everything: a new run begins. Only while no user lives. */
  clear(): void {
    for (const reader of this.#readers.values()) reader.clear();
    this.#sums = new ReportSums(this.#isPrecise);
    this.#requests = 0;
    this.#failures = 0;
    this.#removedSlots.clear();
    this.#removedRowSlots.clear();
    this.#runStartSec = this.#nowSec();
    this.#reportStartSec = this.#runStartSec;
  }

  /** The run so far; with thousands of names, until the last report. What it reads is kept for the next report. */
  totals(): RunTotals {
    if (this.#rowsOfLastReport <= maxRowsToRead) this.#read();
    return { requests: this.#requests, failures: this.#failures, p95Ms: this.#requests === 0 ? null : this.histogram().percentileMs(95) };
  }

  /** When the run began: when `clear` was last called, in Unix seconds. */
  get startSec(): number {
    return this.#runStartSec;
  }

  /** All response times of the run so far. */
  histogram(): Histogram {
    const slots: SlotCounts = new Map(this.#removedSlots);
    for (const reader of this.#readers.values()) reader.addAllSlots(slots);
    return new Histogram(slots);
  }

  /** The response times of one row, of the run so far; empty for an unknown one. */
  rowHistogram(method: string, name: string): Histogram {
    const slots: SlotCounts = new Map(this.#removedRowSlots.get(method, name));
    for (const reader of this.#readers.values()) reader.addSlotsOf(method, name, slots);
    return new Histogram(slots);
  }

  #read(): void {
    for (const reader of this.#readers.values()) this.#add(reader.readDelta());
  }

  #add(delta: LedgerDelta): void {
    for (const row of delta.rows) {
      if (isDropped(row)) continue;
      this.#requests += row.numRequests;
      this.#failures += row.numFailures;
    }
    this.#sums.add(delta);
  }
}

/** What was recorded since the last report, over all threads. */
class ReportSums {
  readonly #rows = new PairMap<RowSum>();
  readonly #errors = new PairMap<Map<string, ErrorRow>>();
  /** Of all rows; null before there are some. */
  #timeBuckets: Float64Array | null = null;
  readonly #isPrecise: boolean;

  constructor(isPrecise: boolean) {
    this.#isPrecise = isPrecise;
  }

  /** Adds what one thread recorded; takes the rows over, to grow them. */
  add(delta: LedgerDelta): void {
    for (const row of delta.rows) {
      const known = this.#rows.get(row.method, row.name);
      if (known === undefined) this.#rows.set(row.method, row.name, row);
      else addRow(known, row);
    }
    for (const error of delta.errors) {
      const ofRow = this.#errors.ensure(error.method, error.name, () => new Map<string, ErrorRow>());
      ofRow.set(error.error, mergedError(ofRow.get(error.error), error));
    }
    if (this.#timeBuckets === null) this.#timeBuckets = delta.timeBuckets;
    else addTo(this.#timeBuckets, delta.timeBuckets ?? []);
  }

  /** The report of all that was added; rows in the order in which they first appeared. */
  toReport(startTimeSec: number): Report {
    const all = [...this.#rows.values()];
    const sums = all.filter((row) => !isDropped(row));
    const total = emptyRowSum('', 'Aggregated');
    for (const sum of sums) {
      addRow(total, sum);
      if (sums.length > maxPreciseRows) sum.timeBuckets = null;
    }
    if (this.#isPrecise) total.timeBuckets = new Map(Array.from((this.#timeBuckets ?? []).entries()).filter(([, count]) => count > 0));
    return {
      rows: sums.map((sum) => toStatsRow(sum, startTimeSec)),
      total: toStatsRow(total, startTimeSec),
      errors: [...this.#errors.values()].flatMap((ofRow) => [...ofRow.values()]),
      ...(sums.length === all.length ? {} : { besides: all.filter(isDropped).map((sum) => toStatsRow(sum, startTimeSec)) }),
    };
  }
}

function addTo(counts: Float64Array, others: Iterable<number>): void {
  let bucket = 0;
  for (const other of others) {
    counts[bucket] = (counts[bucket] ?? 0) + other;
    bucket++;
  }
}

function mergedError(known: ErrorRow | undefined, error: ErrorRow): ErrorRow {
  if (known === undefined) return error;
  return {
    ...error,
    occurrences: known.occurrences + error.occurrences,
    firstSeenSec: Math.min(known.firstSeenSec, error.firstSeenSec),
    lastSeenSec: Math.max(known.lastSeenSec, error.lastSeenSec),
  };
}
