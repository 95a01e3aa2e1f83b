/** The ledgers of all threads, each with the reader that knows it. */
import type { LedgerMessage } from './ledgerMessages.ts';
import { LedgerReader } from './ledgerReader.ts';

/** Follows the threads: their ledgers begin, are replaced, and end. */
export class ThreadLedgers {
  readonly #readers = new Map<string, LedgerReader>();
  readonly #isPrecise: boolean;
  readonly #ended: (reader: LedgerReader) => void;

  /** `isPrecise`: read with time buckets. `ended` is given the reader of a ledger in which nothing is written any more, to read its rest. */
  constructor(isPrecise: boolean, ended: (reader: LedgerReader) => void) {
    this.#isPrecise = isPrecise;
    this.#ended = ended;
  }

  /** Of the ledgers that are written to. */
  get readers(): readonly LedgerReader[] {
    return [...this.#readers.values()];
  }

  /** Takes a thread's definition, in the order in which it sent them; a control page begins a new ledger, and ends the thread's former one. */
  define(threadKey: string, message: LedgerMessage): void {
    if (message.kind === 'ledgerPage' && message.holds === 'control') this.removeThread(threadKey);
    let reader = this.#readers.get(threadKey);
    if (reader === undefined) this.#readers.set(threadKey, (reader = new LedgerReader(this.#isPrecise)));
    reader.define(message);
  }

  /** The thread has ended, or writes to another ledger. May be called twice. */
  removeThread(threadKey: string): void {
    const reader = this.#readers.get(threadKey);
    if (reader === undefined) return;
    this.#readers.delete(threadKey);
    this.#ended(reader);
  }
}
