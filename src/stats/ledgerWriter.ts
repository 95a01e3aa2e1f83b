/**
 * The thread's side of the ledger (see ledgerLayout.ts) but for its rows: the control page, on which each sample is announced, and the
 * error slots.
 */
import { reportedError } from '../util/errorText.ts';
import * as layout from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import { textOf } from './givenValues.ts';

/** One a thread. Between `begin` and `end` nothing may run but the writes of one sample. */
export class LedgerWriter {
  readonly #atomics: Int32Array;
  #activity = 0;
  /** The control page, whose HDR slots count every row's samples. */
  readonly words: Uint32Array;

  constructor(sink: (message: LedgerMessage) => void) {
    const memory = new SharedArrayBuffer(layout.controlWords * 4);
    this.#atomics = new Int32Array(memory);
    this.words = new Uint32Array(memory);
    sink({ kind: 'ledgerPage', holds: 'control', page: 0, memory });
  }

  /** A sample begins; returns the epoch. Also right after a sample whose `end` was never reached. */
  begin(): number {
    const activity = ((this.#activity | 1) + 2) | 0;
    this.#activity = activity;
    Atomics.store(this.#atomics, layout.controlActivity, activity);
    return Atomics.load(this.#atomics, layout.controlEpoch);
  }

  /** The sample is whole. */
  end(): void {
    Atomics.store(this.#atomics, layout.controlActivity, (this.#activity + 1) | 0);
  }

  /** Samples that have begun so far, modulo 2³¹: each moves the activity on by two. */
  get samples(): number {
    return this.#activity >>> 1;
  }

  /** The run that is being counted. */
  generation(): number {
    return this.words[layout.controlGeneration] ?? 0;
  }

  /** Lists the row as used in `half`; once for each epoch. */
  noteRow(half: number, index: number): void {
    this.#append(layout.controlRowsUsed + half, layout.rowListAt(half), index);
  }

  /** Lists the error slot as used in `half`; once for each epoch. */
  noteError(half: number, index: number): void {
    this.#append(layout.controlErrorsUsed + half, layout.errorListAt(half), index);
  }

  /** The entry before the length, so that a thread killed in between leaves a list that is right. */
  #append(lengthAt: number, listAt: number, index: number): void {
    const length = this.words[lengthAt] ?? 0;
    this.words[listAt + length] = index;
    this.words[lengthAt] = length + 1;
  }
}

/** What the errors beyond the bounds are counted as. */
export const foldedErrorText: string = `(more than ${layout.maxErrorTexts} different errors)`;

/** The error slots of one thread: hands out a slot for each new pair of row and error text, within bounds. */
export class ErrorBook {
  readonly #writer: LedgerWriter;
  readonly #sink: (message: LedgerMessage) => void;
  readonly #problem: (text: string) => void;
  readonly #texts = new Set<string>();
  #page: Float64Array = new Float64Array(0);
  #slotCount = 0;
  #freeSlots = layout.maxErrorSlots;
  #hasTold = false;

  constructor(writer: LedgerWriter, sink: (message: LedgerMessage) => void, problem: (text: string) => void) {
    this.#writer = writer;
    this.#sink = sink;
    this.#problem = problem;
  }

  /** A new slot for the error of the row; null when the bounds are reached and the row must fold it. */
  open(method: string, name: string, error: string): ErrorSlot | null {
    const isFull = this.#freeSlots === 0 || (this.#texts.size >= layout.maxErrorTexts && !this.#texts.has(error));
    if (isFull) {
      this.#tellOnce();
      return null;
    }
    this.#texts.add(error);
    this.#freeSlots -= 1;
    return this.#define(method, name, error);
  }

  /** The slot for what the row must fold; to be asked for once a row. */
  openFolded(method: string, name: string): ErrorSlot {
    return this.#define(method, name, foldedErrorText);
  }

  #define(method: string, name: string, error: string): ErrorSlot {
    const index = this.#slotCount;
    this.#slotCount += 1;
    if (index % layout.errorsPerPage === 0) {
      const memory = new SharedArrayBuffer(layout.errorPageBytes);
      this.#page = new Float64Array(memory);
      this.#sink({ kind: 'ledgerPage', holds: 'errors', page: index / layout.errorsPerPage, memory });
    }
    this.#sink({ kind: 'ledgerError', index, method, name, error });
    return new ErrorSlot(this.#writer, this.#page, index);
  }

  #tellOnce(): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#problem(
      `More than ${layout.maxErrorTexts} different error texts, or ${layout.maxErrorSlots} of them over all request names: ` +
        `further ones count as '${foldedErrorText}'. Leave ids and times out of error texts.`,
    );
  }
}

/** One distinct failure of one row in the ledger, the thread's side . */
export class ErrorSlot {
  readonly #writer: LedgerWriter;
  readonly #floats: Float64Array;
  readonly #index: number;
  /** Of the last failure; −1 before the first. */
  #epoch = -1;

  /** `floats` is the page that holds the slot `index`. */
  constructor(writer: LedgerWriter, floats: Float64Array, index: number) {
    this.#writer = writer;
    this.#floats = floats;
    this.#index = index;
  }

  /** Counts one failure; called while a sample is being written in `epoch`. */
  occur(epoch: number, stampMs: number): void {
    const half = epoch & 1;
    if (epoch !== this.#epoch) {
      this.#writer.noteError(half, this.#index);
      this.#epoch = epoch;
    }
    const floats = this.#floats;
    const at = layout.errorHalfAt(this.#index, half);
    const before = floats[at + layout.occurrences] ?? 0;
    if (before === 0 || stampMs < (floats[at + layout.firstSeenMs] ?? 0)) floats[at + layout.firstSeenMs] = stampMs;
    if (before === 0 || stampMs > (floats[at + layout.lastSeenMs] ?? 0)) floats[at + layout.lastSeenMs] = stampMs;
    floats[at + layout.occurrences] = before + 1;
  }
}

/** The error slots of one row, by the text that the scenario hands over. */
export class RowErrors {
  readonly #book: ErrorBook;
  readonly #method: string;
  readonly #name: string;
  readonly #slots = new Map<string, ErrorSlot>();
  #foldedSlot: ErrorSlot | null = null;

  constructor(book: ErrorBook, method: string, name: string) {
    this.#book = book;
    this.#method = method;
    this.#name = name;
  }

  /** The slot that counts this error, as reports show it: its own, or the one that errors beyond the bounds are folded into. */
  slotOf(error: string): ErrorSlot {
    return this.#slots.get(error) ?? this.#slotOfText(reportedError(textOf(error)));
  }

  #slotOfText(text: string): ErrorSlot {
    const known = this.#slots.get(text);
    if (known !== undefined) return known;
    const slot = this.#book.open(this.#method, this.#name, text);
    if (slot === null) return (this.#foldedSlot ??= this.#book.openFolded(this.#method, this.#name));
    this.#slots.set(text, slot);
    return slot;
  }
}
