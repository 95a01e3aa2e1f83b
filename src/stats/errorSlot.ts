/** One distinct failure of one row in the ledger, the thread's side (layout in errorLayout.ts). */
import type { LedgerWriter } from './ledgerWriter.ts';
import { errorHalfAt, firstSeenMs, lastSeenMs, occurrences } from './errorLayout.ts';

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
    const at = errorHalfAt(this.#index, half);
    const before = floats[at + occurrences] ?? 0;
    if (before === 0 || stampMs < (floats[at + firstSeenMs] ?? 0)) floats[at + firstSeenMs] = stampMs;
    if (before === 0 || stampMs > (floats[at + lastSeenMs] ?? 0)) floats[at + lastSeenMs] = stampMs;
    floats[at + occurrences] = before + 1;
  }
}
