/** What one load thread has defined of its ledger so far: pages, rows and error slots by their index, and main's side of the control page. */
import { PairMap } from '../util/pairMap.ts';
import { HdrTap } from './ledgerHistogram.ts';
import * as layout from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import type { RowPage } from './rowTake.ts';

/** A row and where it counts. */
export type DefinedRow = { readonly method: string; readonly name: string; readonly page: RowPage; /** Null where rows have no HDR parts. */ readonly tap: HdrTap | null };

/** An error slot and where it counts. */
export type DefinedError = {
  readonly method: string;
  readonly name: string;
  readonly error: string;
  /** The page that holds the slot. */
  readonly floats: Float64Array;
};

/** Of one ledger. */
export class LedgerDefinitions {
  control: LedgerControl | null = null;
  /** HDR slots over all rows; there as soon as `control` is. */
  totalTap: HdrTap | null = null;
  readonly rows: DefinedRow[] = [];
  /** The same rows by their names. */
  readonly rowOf: PairMap<DefinedRow> = new PairMap();
  readonly errors: DefinedError[] = [];
  readonly #rowPages: RowPage[] = [];
  readonly #histogramPages: Uint32Array[] = [];
  readonly #errorPages: Float64Array[] = [];

  /** Throws when a row or an error slot comes before its page: the thread's messages came out of order. */
  add(message: LedgerMessage): void {
    switch (message.kind) {
      case 'ledgerPage':
        this.#addPage(message.holds, message.memory, message.page);
        break;
      case 'ledgerRow': {
        const { index, method, name } = message;
        const page = this.#rowPages[Math.floor(index / layout.rowsPerPage)];
        if (page === undefined) throw new Error(`Row ${index} was defined before its page.`);
        const histograms = this.#histogramPages[Math.floor(index / layout.rowsPerPage)];
        const row = { method, name, page, tap: histograms === undefined ? null : new HdrTap(histograms, layout.rowHdrAt(index)) };
        this.rows[index] = row;
        this.rowOf.set(method, name, row);
        break;
      }
      case 'ledgerError': {
        const { index, method, name, error } = message;
        const floats = this.#errorPages[Math.floor(index / layout.errorsPerPage)];
        if (floats === undefined) throw new Error(`Error slot ${index} was defined before its page.`);
        this.errors[index] = { method, name, error, floats };
        break;
      }
    }
  }

  #addPage(holds: 'control' | 'rows' | 'histograms' | 'errors', memory: SharedArrayBuffer, page: number): void {
    if (holds === 'rows') this.#rowPages[page] = { words: new Uint32Array(memory), floats: new Float64Array(memory) };
    if (holds === 'histograms') this.#histogramPages[page] = new Uint32Array(memory);
    if (holds === 'errors') this.#errorPages[page] = new Float64Array(memory);
    if (holds === 'control') {
      this.control = new LedgerControl(memory);
      this.totalTap = new HdrTap(this.control.words, layout.controlHdr);
    }
  }
}

/** A sample takes well below a microsecond to write … */
const spinTurns = 2_000;
/** … unless the operating system took the core away in the middle: then main gives way for a moment. */
const pauseTurns = 3;
const pauseMs = 1;

/** Main's side of the control page: swaps the halves, and lists what was used in them (see ledgerLayout.ts). */
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

  /** How many rows are used in the thread's half. */
  usedRows(): number {
    return this.words[layout.controlRowsUsed + (this.ownHalf() ^ 1)] ?? 0;
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
