/**
 * One row of the ledger, the thread's side: counts the requests of one (method, name) pair, or what a scenario counts by itself (see metrics.ts).
 *
 * This is the hot path. It allocates nothing, reads no clock, and writes in an order that matters when the thread is
 * killed between two writes: the request in its second, its sizes, then the bucket (or the count without a response
 * time) that makes it a request for the reader, then the failure in its second, then the error. So failures never exceed
 * requests, nor errors failures.
 */
import { hdrIndexOf, bucketIndexOf } from './histogram.ts';
import { countHdrSlot, renewHdrSlots } from './ledgerHistogram.ts';
import { controlActivity, controlHdr } from './ledgerLayout.ts';
import * as layout from './ledgerLayout.ts';
import { type ErrorBook, type ErrorSlot, type LedgerWriter, RowErrors } from './ledgerWriter.ts';
import { briefly, suspiciousMs, type WallClock, wallClockUnit } from './givenValues.ts';

/** What the rows of one thread share. */
export type RowContext = {
  readonly writer: LedgerWriter;
  readonly clock: WallClock;
  readonly errors: ErrorBook;
  /** Told once for each kind of bad value and row. */
  readonly problem: (text: string) => void;
};

/** Where a row lives: two views of its page, and the page with its HDR part, null where nobody asks for its percentiles. */
export type RowMemory = { readonly words: Uint32Array; readonly floats: Float64Array; readonly histograms: Uint32Array | null; readonly index: number };

/** Stands for "no response time" within this file; valid ones are never negative. */
const untimed = -1;

/** A check that did not pass has a name, which says it all. */
const noError: Pick<ErrorSlot, 'occur'> = { occur: () => undefined };

export class RecorderRow {
  readonly method: string;
  readonly name: string;
  readonly #context: RowContext;
  readonly #writer: LedgerWriter;
  readonly #words: Uint32Array;
  readonly #floats: Float64Array;
  readonly #index: number;
  readonly #histograms: Uint32Array | null;
  readonly #hdrAt: number;
  #errors: RowErrors | null = null;
  #told: Set<string> | null = null;
  /** The epoch that the fields below are of; −1 before the first sample (main begins at 0 and adds 1 each few seconds). */
  #epoch = -1;
  #halfAt = 0;
  #secondAt = 0;
  /** The second at `#secondAt`, as Unix milliseconds from … to; empty before the first sample. */
  #fromMs = 0;
  #toMs = 0;

  constructor(context: RowContext, memory: RowMemory, method: string, name: string) {
    this.method = method;
    this.name = name;
    this.#context = context;
    this.#writer = context.writer;
    this.#words = memory.words;
    this.#floats = memory.floats;
    this.#index = memory.index;
    this.#histograms = memory.histograms;
    this.#hdrAt = layout.rowHdrAt(memory.index);
  }

  /**
   * Counts a request that went well.
   *
   * @param elapsedMs response time in milliseconds; null for a request that has none
   * @param contentLength size of the answer in bytes
   * @param endMs `performance.now()` when it ended
   */
  success(elapsedMs: number | null, contentLength: number, endMs: number): void {
    this.#count(this.#timeOf(elapsedMs, endMs), this.#sizeOf(contentLength), endMs, null);
  }

  /** Counts a failed request: a request, and a failure with this error text. */
  failure(elapsedMs: number | null, contentLength: number, error: string, endMs: number): void {
    this.#errors ??= new RowErrors(this.#context.errors, this.method, this.name);
    this.#count(this.#timeOf(elapsedMs, endMs), this.#sizeOf(contentLength), endMs, this.#errors.slotOf(error));
  }

  /** Counts a check, or a sample that is true or false: one that is false is a failure without an error. */
  pass(isTrue: boolean, endMs: number): void {
    this.#count(untimed, 0, endMs, isTrue ? null : noError);
  }

  /** Adds `amount` (0 or more) to a sum. */
  add(amount: number, endMs: number): void {
    this.#count(untimed, amount, endMs, null);
  }

  /** Puts `value` in the place of the one before, and notes the smallest and the largest. */
  set(value: number, endMs: number): void {
    const stampMs = this.#context.clock.stampMs(endMs);
    const epoch = this.#writer.begin();
    try {
      if (epoch !== this.#epoch || stampMs < this.#fromMs || stampMs >= this.#toMs) this.#turn(epoch, stampMs);
      const [words, floats, at] = [this.#words, this.#floats, this.#halfAt];
      const floatsAt = at >> 1;
      const isFirst = words[at + layout.bucketEnd] === 0;
      floats[floatsAt + layout.contentBytes] = value;
      floats[floatsAt + layout.lastStampMs] = stampMs;
      if (isFirst || value < (floats[floatsAt + layout.minMs] ?? 0)) floats[floatsAt + layout.minMs] = value;
      if (isFirst || value > (floats[floatsAt + layout.maxMs] ?? 0)) floats[floatsAt + layout.maxMs] = value;
      // How large it is does not matter to anybody, only that it was set: all count in one bucket.
      words[at + layout.bucketEnd] = 1;
      words[at + layout.buckets] = (words[at + layout.buckets] ?? 0) + 1;
    } finally {
      this.#writer.end();
    }
  }

  /** Tells of a bad value, once for each kind. */
  tellOnce(kind: string, text: string): void {
    this.#told ??= new Set();
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#context.problem(`${briefly(this.method)} ${briefly(this.name)}: ${text}`);
  }

  #count(elapsedMs: number, contentLength: number, endMs: number, error: Pick<ErrorSlot, 'occur'> | null): void {
    const writer = this.#writer;
    const words = this.#words;
    const floats = this.#floats;
    const stampMs = this.#context.clock.stampMs(endMs);
    const epoch = writer.begin();
    try {
      if (epoch !== this.#epoch || stampMs < this.#fromMs || stampMs >= this.#toMs) this.#turn(epoch, stampMs);
      const at = this.#halfAt;
      const floatsAt = at >> 1;
      const requestsAt = this.#secondAt + layout.secondRequests;
      words[requestsAt] = (words[requestsAt] ?? 0) + 1;
      floats[floatsAt + layout.contentBytes] = (floats[floatsAt + layout.contentBytes] ?? 0) + contentLength;
      if (stampMs > (floats[floatsAt + layout.lastStampMs] ?? 0)) floats[floatsAt + layout.lastStampMs] = stampMs;
      if (elapsedMs === untimed) words[at + layout.noneCount] = (words[at + layout.noneCount] ?? 0) + 1;
      else this.#time(elapsedMs, at, floatsAt);
      if (error !== null) {
        const failuresAt = this.#secondAt + layout.secondFailures;
        words[failuresAt] = (words[failuresAt] ?? 0) + 1;
        error.occur(epoch, stampMs);
      }
    } finally {
      try {
        writer.end();
      } catch {
        // A user's endless recursion left no stack for a call, not even this one (Node 24 leaves its optimised frame, and the
        // plain one is larger). A store needs none; the order of what a sample that broke off had written does not matter.
        writer.words[controlActivity] = ((writer.words[controlActivity] ?? 0) + 1) | 0;
      }
    }
  }

  #time(elapsedMs: number, at: number, floatsAt: number): void {
    const words = this.#words;
    const floats = this.#floats;
    const bucket = bucketIndexOf(elapsedMs);
    const end = words[at + layout.bucketEnd] ?? 0;
    if (end === 0 || elapsedMs < (floats[floatsAt + layout.minMs] ?? 0)) floats[floatsAt + layout.minMs] = elapsedMs;
    if (end === 0 || elapsedMs > (floats[floatsAt + layout.maxMs] ?? 0)) floats[floatsAt + layout.maxMs] = elapsedMs;
    floats[floatsAt + layout.sumMs] = (floats[floatsAt + layout.sumMs] ?? 0) + elapsedMs;
    if (end === 0 || bucket < (words[at + layout.bucketFirst] ?? 0)) words[at + layout.bucketFirst] = bucket;
    if (bucket >= end) words[at + layout.bucketEnd] = bucket + 1;
    const bucketAt = at + layout.buckets + bucket;
    words[bucketAt] = (words[bucketAt] ?? 0) + 1;
    const hdrSlot = hdrIndexOf(elapsedMs);
    const histograms = this.#histograms;
    if (histograms !== null) countHdrSlot(histograms, this.#hdrAt, hdrSlot);
    countHdrSlot(this.#writer.words, controlHdr, hdrSlot);
  }

  /** Moves on to another epoch, another second, or both. */
  #turn(epoch: number, stampMs: number): void {
    // No second is known until the end of this: a call in here may find no stack.
    this.#toMs = 0;
    if (epoch !== this.#epoch) {
      const half = epoch & 1;
      const generation = this.#writer.generation();
      if (this.#histograms !== null) renewHdrSlots(this.#histograms, this.#hdrAt, generation);
      renewHdrSlots(this.#writer.words, controlHdr, generation);
      this.#writer.noteRow(half, this.#index);
      this.#halfAt = layout.halfAt(this.#index, half);
      this.#epoch = epoch;
    }
    this.#context.clock.noteRecent(stampMs);
    const second = Math.floor(stampMs / 1000);
    this.#secondAt = this.#secondIn(this.#halfAt, second);
    this.#fromMs = second * 1000;
    this.#toMs = this.#fromMs + 1000;
  }

  /** The triple of `second` in the half at `at`: a known one, a new one, or the last when there is no room. */
  #secondIn(at: number, second: number): number {
    const words = this.#words;
    const first = at + layout.seconds;
    const used = words[at + layout.secondsUsed] ?? 0;
    for (let place = used - 1; place >= 0; place--) {
      if (words[first + place * layout.secondWords] === second) return first + place * layout.secondWords;
    }
    if (used === layout.secondsLength) return first + (used - 1) * layout.secondWords;
    words[first + used * layout.secondWords] = second;
    words[at + layout.secondsUsed] = used + 1;
    return first + used * layout.secondWords;
  }

  #timeOf(elapsedMs: number | null, endMs: number): number {
    if (typeof elapsedMs === 'number' && elapsedMs >= 0 && elapsedMs < suspiciousMs) return elapsedMs;
    return elapsedMs === null ? untimed : this.#unusualTimeOf(elapsedMs, endMs);
  }

  /** By itself, so that what is usual stays small. */
  #unusualTimeOf(elapsedMs: number, endMs: number): number {
    const unit = typeof elapsedMs === 'number' ? wallClockUnit(elapsedMs, this.#context.clock.stampMs(endMs)) : null;
    if (unit === null && typeof elapsedMs === 'number' && elapsedMs >= 0 && elapsedMs <= Number.MAX_SAFE_INTEGER) return elapsedMs;
    const what = unit === null ? 'not a number of milliseconds' : `wall-clock time in ${unit}, not a duration: subtract when it began`;
    this.tellOnce('elapsed', `response time ${briefly(elapsedMs)} is ${what}; counted without one.`);
    return untimed;
  }

  #sizeOf(contentLength: number): number {
    if (typeof contentLength === 'number' && contentLength >= 0 && contentLength <= Number.MAX_SAFE_INTEGER) {
      return Math.floor(contentLength);
    }
    this.tellOnce('length', `content length ${briefly(contentLength)} is not a number of bytes; counted as 0.`);
    return 0;
  }
}
