/**
 * Reads the ledger of one load thread (see ledgerLayout.ts): main's side.
 *
 * Each read is an exact set of samples: in every row the buckets add up to the requests that have a response time, the
 * seconds to the requests and to the failures, and sum, minimum and maximum are those of the same samples. The
 * errors' occurrences add up to the failures too, but for two cases: a row or an error whose definition is still under way
 * from the thread comes whole with the read after it arrived (so at the latest after the thread's `stopped`), and a
 * thread that was killed within a sample may have counted that one's failure without its error.
 *
 * Minimum and maximum are those of the samples read, not of the run, as in Locust's own worker: they merge by min and max
 * at the master, and a master whose statistics were reset in mid-run is not told of extremes from before.
 */
import { bucketCount } from './histogram.ts';
import type { SlotCounts } from './ledgerHistogram.ts';
import { type LedgerControl, LedgerDefinitions } from './ledgerDefinitions.ts';
import * as layout from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import type { ErrorRow, RowSum } from './report.ts';
import { takeRowHalf } from './rowTake.ts';
import { doneAtOnce, isStepOver, type Steps } from '../util/steps.ts';

/** What a thread recorded between two reads. A pair may come twice, when its definition arrived late. `timeBuckets` are those of all rows, null without rows or where nobody asks for them. */
export type LedgerDelta = { readonly rows: RowSum[]; readonly errors: ErrorRow[]; timeBuckets: Float64Array | null };

/** With more rows than this none has time buckets of its own: a master keeps twenty copies of each row's. */
export const maxPreciseRows = 50;

/** Of one thread, all its ledgers one after the other. */
export class LedgerReader {
  readonly #defined = new LedgerDefinitions();
  /** Used before their definition arrived, for each half; their samples wait where they are. */
  readonly #lateRows: readonly [number[], number[]] = [[], []];
  readonly #lateErrors: readonly [number[], number[]] = [[], []];
  /** The read that is under way, and the delta that it fills. */
  #reading: Steps<void> | null = null;
  /** Whether main's half, and the thread's, hold samples from before the last `clear`, to be thrown away. */
  #isOwnStale = false;
  #isOtherStale = false;
  readonly #isPrecise: boolean;

  /** `isPrecise`: with time buckets. */
  constructor(isPrecise = false) {
    this.#isPrecise = isPrecise;
  }

  /** Takes a definition of the thread, in the order in which it sent them. */
  define(message: LedgerMessage): void {
    this.#defined.add(message);
  }

  /**
   * What was recorded since the last read: every sample that was whole when this was called. (A thread that stands in
   * the middle of a sample for milliseconds, since it gets no core, keeps its samples until the next read.)
   */
  readDelta(): LedgerDelta {
    const delta = emptyDelta();
    doneAtOnce(this.readInto(delta));
    return delta;
  }

  /**
   * The same in steps: the first one takes over the thread's half, which then is main's to read in peace. One read at a time: whatever
   * else this reader is asked for meanwhile first brings it to its end.
   */
  readInto(delta: LedgerDelta): Steps<void> {
    this.#finishReading();
    const reading = this.#read(delta);
    this.#reading = reading;
    return reading;
  }

  *#read(delta: LedgerDelta): Steps<void> {
    const control = this.#defined.control;
    if (control === null || !control.settle()) return;
    // What was late or not at rest at the last read is still in our half.
    yield* this.#takeOwn(control, delta);
    control.swap();
    this.#isOwnStale = this.#isOtherStale;
    this.#isOtherStale = false;
    yield;
    if (control.settle()) yield* this.#takeOwn(control, delta);
  }

  #finishReading(): void {
    if (this.#reading !== null) doneAtOnce(this.#reading);
    this.#reading = null;
  }

  /** Whether its rows take so much memory that it is worth a collection to give it back. */
  get isLarge(): boolean {
    return this.#defined.rows.length > layout.manyRows;
  }

  /** How many rows the thread has counted in since the last read. */
  usedRows(): number {
    return this.#defined.control?.usedRows() ?? 0;
  }

  /** Everything that is left of a thread that has ended; it must write no more. */
  readRest(): LedgerDelta {
    this.#finishReading();
    const delta = emptyDelta();
    const control = this.#defined.control;
    if (control === null) return delta;
    doneAtOnce(this.#takeOwn(control, delta));
    if (!this.#isOtherStale) doneAtOnce(this.#takeHalf(control, control.ownHalf() ^ 1, delta));
    return delta;
  }

  /** Adds the HDR slots of all rows, of the run so far. */
  addAllSlots(into: SlotCounts): void {
    const { control, totalTap } = this.#defined;
    if (control !== null) totalTap?.addTo(into, control.generation());
  }

  /** Adds the HDR slots of each row that has some, of the run so far, to what `slotsOf` gives for it. */
  addRowSlots(slotsOf: (method: string, name: string) => SlotCounts): void {
    const control = this.#defined.control;
    if (control === null) return;
    const generation = control.generation();
    for (const { method, name, tap } of this.#defined.rows) if (tap?.hasSamples(generation)) tap.addTo(slotsOf(method, name), generation);
  }

  /** Adds the HDR slots of one row, of the run so far, if this ledger has it. */
  addSlotsOf(method: string, name: string, into: SlotCounts): void {
    const control = this.#defined.control;
    if (control !== null) this.#defined.rowOf.get(method, name)?.tap?.addTo(into, control.generation());
  }

  /** Histograms hold only later samples from here on; users go on. */
  restartHistograms(): void {
    const { control, totalTap, rows } = this.#defined;
    if (control === null) return;
    const generation = control.generation();
    totalTap?.restart(generation);
    for (const row of rows) row.tap?.restart(generation);
  }

  /**
   * Forgets all samples: a new run begins. Exact when no user lives; a sample that is being written meanwhile may go
   * either way, and if the thread is stuck in it, so may those up to the next read.
   */
  clear(): void {
    this.#finishReading();
    const control = this.#defined.control;
    if (control === null) return;
    control.nextGeneration();
    this.#isOwnStale = true;
    this.#isOtherStale = true;
    this.readDelta();
    this.#defined.totalTap?.clear();
    for (const row of this.#defined.rows) row.tap?.clear();
  }

  *#takeOwn(control: LedgerControl, delta: LedgerDelta): Steps<void> {
    const into = this.#isOwnStale ? emptyDelta() : delta;
    this.#isOwnStale = false;
    yield* this.#takeHalf(control, control.ownHalf(), into);
  }

  *#takeHalf(control: LedgerControl, half: number, delta: LedgerDelta): Steps<void> {
    const generation = control.generation();
    let timedCount = 0;
    const used = this.#usedIn(this.#lateRows, half, control.takeUsedRows(half));
    const isPrecise = this.#isPrecise && used.length <= maxPreciseRows;
    if (this.#isPrecise && used.length > 0) delta.timeBuckets ??= new Float64Array(bucketCount);
    for (const [place, index] of used.entries()) {
      if (isStepOver(place)) yield;
      const row = this.#defined.rows[index];
      if (row === undefined) {
        this.#lateOf(this.#lateRows, half).push(index);
        continue;
      }
      const sum = takeRowHalf(row.page, layout.halfAt(index, half), row.method, row.name, delta.timeBuckets, isPrecise);
      if (sum.numRequests === 0) continue;
      delta.rows.push(sum);
      row.tap?.note(sum.numRequests - sum.numNoneRequests, generation);
      timedCount += sum.numRequests - sum.numNoneRequests;
    }
    this.#defined.totalTap?.note(timedCount, generation);
    for (const [place, index] of this.#usedIn(this.#lateErrors, half, control.takeUsedErrors(half)).entries()) {
      if (isStepOver(place)) yield;
      this.#takeError(index, half, delta);
    }
  }

  #takeError(index: number, half: number, delta: LedgerDelta): void {
    const entry = this.#defined.errors[index];
    if (entry === undefined) {
      this.#lateOf(this.#lateErrors, half).push(index);
      return;
    }
    const { method, name, error, floats } = entry;
    const at = layout.errorHalfAt(index, half);
    const occurrences = floats[at + layout.occurrences] ?? 0;
    if (occurrences === 0) return;
    const firstSeenSec = (floats[at + layout.firstSeenMs] ?? 0) / 1000;
    const lastSeenSec = (floats[at + layout.lastSeenMs] ?? 0) / 1000;
    floats[at + layout.occurrences] = 0;
    delta.errors.push({ method, name, error, occurrences, firstSeenSec, lastSeenSec });
  }

  /** What was late before, then what is new. */
  #usedIn(late: readonly [number[], number[]], half: number, used: readonly number[]): number[] {
    return [...this.#lateOf(late, half).splice(0), ...used];
  }

  #lateOf(late: readonly [number[], number[]], half: number): number[] {
    return half === 0 ? late[0] : late[1];
  }
}

/** Nothing. */
export function emptyDelta(): LedgerDelta {
  return { rows: [], errors: [], timeBuckets: null };
}
