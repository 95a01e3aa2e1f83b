/**
 * All threads' ledgers together: one report for every consumer, and the numbers of the run so far.
 *
 * A thread's samples reach exactly one report: those of a thread that has ended are read a last time when it is removed.
 * Rows of a report begin when the report before it was taken, and never before the run began.
 */
import { PairMap } from '../util/pairMap.ts';
import { doneAtOnce, isStepOver, type Steps } from '../util/steps.ts';
import { isDropped } from './besides.ts';
import { bucketCount, Histogram } from './histogram.ts';
import type { SlotCounts } from './ledgerHistogram.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import { emptyDelta, type LedgerDelta, type LedgerReader, maxPreciseRows } from './ledgerReader.ts';
import { type RequestsSoFar, RowsSoFar } from './soFar.ts';
import { addRow, emptyRowSum, type ErrorRow, type Report, type RowSum, type StatsRow, toRowSum, toStatsRow } from './report.ts';
import { ThreadLedgers } from './threadLedgers.ts';

/** The run so far, the samples of the moment included; with thousands of names in them, those until the last report. */
export type RunTotals = {
  readonly requests: number;
  readonly failures: number;
  /** 95 % of the response times do not exceed it, to 3 significant digits; null when there are none. */
  readonly p95Ms: number | null;
};

/** Somebody who wants to know the totals only, each second, is not worth the tens of milliseconds that more rows take. */
const maxRowsToRead = 1_000;

/** What an aggregator is given. */
export type AggregatorOptions = { readonly nowSec: () => number; readonly isPrecise?: boolean; readonly onLargeGone?: () => void; readonly keepsRows?: boolean };

/** Of one run after the other; `add` and `remove` follow the threads. */
export class Aggregator {
  readonly #nowSec: () => number;
  readonly #ledgers: ThreadLedgers;
  readonly #isPrecise: boolean;
  readonly #onLargeGone: () => void;
  #sums: ReportSums;
  /** Threads' halves are being read in steps. */
  #isReporting = false;
  #runStartSec: number;
  #reportStartSec: number;
  #requests = 0;
  #failures = 0;
  /** Null: nobody asks for the rows of the run so far. */
  readonly #soFar: RowsSoFar | null;
  /** HDR slots of the threads that were removed, in all and for each row. */
  readonly #removedSlots: SlotCounts = new Map();
  readonly #removedRowSlots = new PairMap<SlotCounts>();

  /**
   * `nowSec` is the clock that stamps the threads' samples, in Unix seconds (see util/steadyClock); it stamps the beginning of reports. `isPrecise`: they have
   * time buckets. `keepsRows`: for `soFar`. `onLargeGone` hears of ledgers of many names that are read to their end: their memory is garbage.
   */
  constructor({ nowSec, isPrecise = false, keepsRows = false, onLargeGone = nothing }: AggregatorOptions) {
    this.#soFar = keepsRows ? new RowsSoFar() : null;
    this.#nowSec = nowSec;
    this.#isPrecise = isPrecise;
    this.#onLargeGone = onLargeGone;
    this.#ledgers = new ThreadLedgers(isPrecise, (reader) => this.#readRest(reader));
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
    this.#ledgers.define(threadKey, message);
  }

  /** Reads the rest of a thread's ledger, for the next report: the thread has ended, or writes to another. May be called twice. */
  removeThread(threadKey: string): void {
    this.#ledgers.removeThread(threadKey);
  }

  /** What was recorded since the last report. */
  takeReport(): Report {
    return doneAtOnce(this.reportInSteps());
  }

  /**
   * The same in steps, for thousands of names: what was recorded until this call. What is recorded or read while they are taken belongs to the
   * next report.
   */
  reportInSteps(): Steps<Report> {
    const sums = this.#sums;
    const startSec = this.#reportStartSec;
    this.#sums = new ReportSums(this.#isPrecise);
    this.#reportStartSec = Math.max(this.#runStartSec, this.#nowSec());
    const delta = emptyDelta();
    const reads = this.#ledgers.readers.map((reader) => reader.readInto(delta));
    // The first step of each takes over what its thread has counted: of all threads at one moment.
    for (const read of reads) read.next();
    return this.#reportOf(sums, startSec, delta, reads);
  }

  *#reportOf(sums: ReportSums, startSec: number, delta: LedgerDelta, reads: readonly Steps<void>[]): Steps<Report> {
    this.#isReporting = true;
    for (const read of reads) yield* read;
    this.#isReporting = false;
    yield* this.#count(delta);
    yield* sums.addInSteps(delta);
    return yield* sums.toReport(startSec);
  }

  /** The report that was taken last has reached nobody: what it holds comes with the next one. */
  putBack({ rows, besides = [], total, errors }: Report): void {
    const timeBuckets = total.timeBuckets === null ? null : Float64Array.from({ length: bucketCount }, (_, bucket) => total.timeBuckets?.get(bucket) ?? 0);
    this.#sums.add({ rows: [...rows, ...besides].map(toRowSum), errors: [...errors], timeBuckets });
    this.#reportStartSec = total.startTimeSec;
  }

  /** The run so far begins now, for whoever asks for it; users go on, and the next report has what it would have had. */
  restartSoFar(): void {
    this.#readIfFew();
    for (const reader of this.#ledgers.readers) reader.restartHistograms();
    this.#forgetSoFar();
    this.#runStartSec = this.#nowSec();
  }

  /** Forgets everything: a new run begins. Only while no user lives. */
  clear(): void {
    for (const reader of this.#ledgers.readers) reader.clear();
    this.#sums = new ReportSums(this.#isPrecise);
    this.#forgetSoFar();
    this.#runStartSec = this.#nowSec();
    this.#reportStartSec = this.#runStartSec;
  }

  /** The run so far; with thousands of names since the last report, until that. What it reads is kept for the next report. */
  totals(): RunTotals {
    this.#readIfFew();
    return { requests: this.#requests, failures: this.#failures, p95Ms: this.#requests === 0 ? null : this.histogram().percentileMs(95) };
  }

  /** The same row by row. */
  soFar(): RequestsSoFar {
    this.#readIfFew();
    const rows = this.#soFar ?? new RowsSoFar();
    return { atSec: this.#nowSec(), ...rows.view(this.#runStartSec, () => this.histogram(), (method, name) => this.rowHistogram(method, name)) };
  }

  /** When the run began: when `clear` was last called, in Unix seconds. */
  get startSec(): number {
    return this.#runStartSec;
  }

  /** All response times of the run so far. */
  histogram(): Histogram {
    const slots: SlotCounts = new Map(this.#removedSlots);
    for (const reader of this.#ledgers.readers) reader.addAllSlots(slots);
    return new Histogram(slots);
  }

  /** The response times of one row, of the run so far; empty for an unknown one. */
  rowHistogram(method: string, name: string): Histogram {
    const slots: SlotCounts = new Map(this.#removedRowSlots.get(method, name));
    for (const reader of this.#ledgers.readers) reader.addSlotsOf(method, name, slots);
    return new Histogram(slots);
  }

  #forgetSoFar(): void {
    this.#requests = 0;
    this.#failures = 0;
    this.#soFar?.clear();
    this.#removedSlots.clear();
    this.#removedRowSlots.clear();
  }

  #readIfFew(): void {
    if (!this.#isReporting && this.#usedRows() <= maxRowsToRead) this.#read();
  }

  #readRest(reader: LedgerReader): void {
    this.#add(reader.readRest());
    reader.addAllSlots(this.#removedSlots);
    reader.addRowSlots((method, name) => this.#removedRowSlots.ensure(method, name, () => new Map<number, number>()));
    if (reader.isLarge) this.#onLargeGone();
  }

  #usedRows(): number {
    return this.#ledgers.readers.reduce((sum, reader) => sum + reader.usedRows(), 0);
  }

  #read(): void {
    for (const reader of this.#ledgers.readers) this.#add(reader.readDelta());
  }

  #add(delta: LedgerDelta): void {
    doneAtOnce(this.#count(delta));
    this.#sums.add(delta);
  }

  *#count({ rows }: LedgerDelta): Steps<void> {
    for (const [place, row] of rows.entries()) {
      if (isStepOver(place)) yield;
      if (isDropped(row)) continue;
      this.#soFar?.add(row);
      this.#requests += row.numRequests;
      this.#failures += row.numFailures;
    }
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

  /** Adds what threads recorded; takes the rows over, to grow them. */
  add(delta: LedgerDelta): void {
    doneAtOnce(this.addInSteps(delta));
  }

  *addInSteps(delta: LedgerDelta): Steps<void> {
    for (const [place, row] of delta.rows.entries()) {
      if (isStepOver(place)) yield;
      const known = this.#rows.get(row.method, row.name);
      if (known === undefined) this.#rows.set(row.method, row.name, row);
      else addRow(known, row);
    }
    for (const [place, error] of delta.errors.entries()) {
      if (isStepOver(place)) yield;
      const ofRow = this.#errors.ensure(error.method, error.name, () => new Map<string, ErrorRow>());
      ofRow.set(error.error, mergedError(ofRow.get(error.error), error));
    }
    if (this.#timeBuckets === null) this.#timeBuckets = delta.timeBuckets;
    else addTo(this.#timeBuckets, delta.timeBuckets ?? []);
  }

  /** The report of all that was added; rows in the order in which they first appeared. */
  *toReport(startTimeSec: number): Steps<Report> {
    const all = [...this.#rows.values()];
    const sums = all.filter((row) => !isDropped(row));
    const total = emptyRowSum('', 'Aggregated');
    const rows: StatsRow[] = [];
    for (const [place, sum] of sums.entries()) {
      if (isStepOver(place)) yield;
      addRow(total, sum);
      if (sums.length > maxPreciseRows) sum.timeBuckets = null;
      rows.push(toStatsRow(sum, startTimeSec));
    }
    if (this.#isPrecise) total.timeBuckets = new Map(Array.from((this.#timeBuckets ?? []).entries()).filter(([, count]) => count > 0));
    return {
      rows,
      total: toStatsRow(total, startTimeSec),
      errors: [...this.#errors.values()].flatMap((ofRow) => [...ofRow.values()]),
      ...(sums.length === all.length ? {} : { besides: all.filter(isDropped).map((sum) => toStatsRow(sum, startTimeSec)) }),
    };
  }
}

function nothing(): void {
  // nobody gives memory back
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
