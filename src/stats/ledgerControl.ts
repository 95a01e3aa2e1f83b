/** Main's side of the control page: swaps the halves, and lists what was used in them (see ledgerLayout.ts). */
import * as layout from './ledgerLayout.ts';

/** A sample takes well below a microsecond to write … */
const spinTurns = 2_000;
/** … unless the operating system took the core away in the middle: then main gives way for a moment. */
const pauseTurns = 3;
const pauseMs = 1;

export class LedgerControl {
  readonly #atomics: Int32Array;
  readonly words: Uint32Array;
  /** What the activity was at the last swap when a sample was being written then; null when that one is over. */
  #openActivity: number | null = null;

  constructor(memory: SharedArrayBuffer) {
    this.#atomics = new Int32Array(memory);
    this.words = new Uint32Array(memory);
  }

  /** The half that is main's, once `settle` has said so. */
  ownHalf(): number {
    return (Atomics.load(this.#atomics, layout.controlEpoch) & 1) ^ 1;
  }

  /** Gives main's half, emptied, to the thread and takes the other. Only after `settle`. */
  swap(): void {
    Atomics.add(this.#atomics, layout.controlEpoch, 1);
    const activity = Atomics.load(this.#atomics, layout.controlActivity);
    this.#openActivity = (activity & 1) === 0 ? null : activity;
  }

  /**
   * Waits for the sample that was being written at the swap, a few milliseconds at most. False when the thread is still
   * in it (it does not get a core, or was killed): main's half is not at rest and must be left alone for now.
   */
  settle(): boolean {
    for (let turn = 0; turn < spinTurns + pauseTurns; turn++) {
      if (this.#openActivity === null) return true;
      const isOver = Atomics.load(this.#atomics, layout.controlActivity) !== this.#openActivity;
      if (isOver) this.#openActivity = null;
      else if (turn >= spinTurns) Atomics.wait(this.#atomics, layout.controlActivity, this.#openActivity, pauseMs);
    }
    return this.#openActivity === null;
  }

  generation(): number {
    return this.words[layout.controlGeneration] ?? 0;
  }

  /** A new run: the thread zeroes its HDR slots as it comes to use them. To be followed by a swap. */
  nextGeneration(): void {
    this.words[layout.controlGeneration] = this.generation() + 1;
  }

  /** The indexes of the rows that were used in `half`; forgets them. */
  takeUsedRows(half: number): number[] {
    return this.#takeList(layout.controlRowsUsed + half, layout.rowListAt(half));
  }

  /** The indexes of the error slots that were used in `half`; forgets them. */
  takeUsedErrors(half: number): number[] {
    return this.#takeList(layout.controlErrorsUsed + half, layout.errorListAt(half));
  }

  #takeList(lengthAt: number, listAt: number): number[] {
    const length = this.words[lengthAt] ?? 0;
    this.words[lengthAt] = 0;
    return Array.from(this.words.subarray(listAt, listAt + length));
  }
}
