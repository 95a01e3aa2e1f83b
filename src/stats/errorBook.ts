/** The error slots of one thread: hands out a slot for each new pair of row and error text, within bounds. */
import { ErrorSlot } from './errorSlot.ts';
import { errorPageBytes, errorsPerPage } from './errorLayout.ts';
import { maxErrorSlots, maxErrorTexts } from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import type { LedgerWriter } from './ledgerWriter.ts';

/** What the errors beyond the bounds are counted as. */
export const foldedErrorText: string = `(more than ${maxErrorTexts} different errors)`;

export class ErrorBook {
  readonly #writer: LedgerWriter;
  readonly #sink: (message: LedgerMessage) => void;
  readonly #problem: (text: string) => void;
  readonly #texts = new Set<string>();
  #page: Float64Array = new Float64Array(0);
  #slotCount = 0;
  #freeSlots = maxErrorSlots;
  #hasTold = false;

  constructor(writer: LedgerWriter, sink: (message: LedgerMessage) => void, problem: (text: string) => void) {
    this.#writer = writer;
    this.#sink = sink;
    this.#problem = problem;
  }

  /** A new slot for the error of the row; null when the bounds are reached and the row must fold it. */
  open(method: string, name: string, error: string): ErrorSlot | null {
    const isFull = this.#freeSlots === 0 || (this.#texts.size >= maxErrorTexts && !this.#texts.has(error));
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
    if (index % errorsPerPage === 0) {
      const memory = new SharedArrayBuffer(errorPageBytes);
      this.#page = new Float64Array(memory);
      this.#sink({ kind: 'ledgerPage', holds: 'errors', page: index / errorsPerPage, memory });
    }
    this.#sink({ kind: 'ledgerError', index, method, name, error });
    return new ErrorSlot(this.#writer, this.#page, index);
  }

  #tellOnce(): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#problem(
      `More than ${maxErrorTexts} different error texts, or ${maxErrorSlots} of them over all request names: ` +
        `further ones count as '${foldedErrorText}'. Leave ids and times out of error texts.`,
    );
  }
}
