/**
 * The thread's side of the control page: announces each sample, and knows the half to count in (see ledgerLayout.ts).
 */
import type { LedgerMessage } from './ledgerMessages.ts';
import * as layout from './ledgerLayout.ts';

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
