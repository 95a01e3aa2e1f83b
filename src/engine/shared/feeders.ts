/**
 * What main thread and load threads tell each other of feeders: plain data and shared memory (see messages.ts).
 */

/** In which order a feeder hands out its rows. */
export type FeedOrder = 'sequential' | 'shuffle' | 'random' | 'unique';

/** What happens to a user who asks for a row when there are no more. */
export type WhenUsedUp = 'wrap' | 'stopUser' | 'stopTest' | 'wait';

/** A feeder as a thread found it in the scenario. */
export type FeederInfo = {
  readonly name: string;
  readonly order: FeedOrder;
  readonly whenUsedUp: WhenUsedUp;
  /** How unique rows are shared over workers: among so many by index, by the master, or (null) as the master is able to. */
  readonly workers: number | 'master' | null;
  /** Rows that each thread holds by itself; null for a file, which one thread reads for all. */
  readonly rowCount: number | null;
};

/** Rows of a file in memory that all threads share: JSON texts in UTF-8, one after the other. */
export type PackedRows = {
  readonly bytes: SharedArrayBuffer;
  /** Uint32: where each row ends. */
  readonly ends: SharedArrayBuffer;
  /** Of a table, whose rows are then lists of cells; null when a row is what its JSON says. */
  readonly columns: readonly string[] | null;
};

/** How many rows are packed. */
export function rowCountOf({ ends }: PackedRows): number {
  return ends.byteLength / Uint32Array.BYTES_PER_ELEMENT;
}

/** Which of a feeder's rows are this worker's. */
export type FeedShare =
  | { readonly kind: 'all' }
  /** Every `workers`th row from `index` on. */
  | { readonly kind: 'byIndex'; readonly workers: number; readonly index: number }
  /** What the master hands out. */
  | { readonly kind: 'fromMaster' }
  /** None: drawing fails with this reason. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A feeder in one test run. */
export type FeedRun = {
  readonly name: string;
  /** See engine/shared/rowCounter. */
  readonly counter: SharedArrayBuffer;
  readonly rowCount: number;
  readonly rows: PackedRows | null;
  readonly share: FeedShare;
  /** Of the order in which rows are shuffled: the same for all threads. */
  readonly seed: string;
  /** For tasks that are run once: nobody ends the test, so nobody may wait for its end. */
  readonly isRehearsal: boolean;
};

/** For a thread's feeders; beside `MainToThread`, on the same port. */
export type FeedsToThread =
  /** All feeders of a new run; always before its `runStart`, or before `runTasks`. */
  | { readonly kind: 'feeds'; readonly feeds: readonly FeedRun[] }
  /** The master's answer for this feeder is in its counter. */
  | { readonly kind: 'feedGrown'; readonly name: string };

const drawnWord = 0;
const limitWord = 1;
const finalWord = 2;
const askBelowWord = 3;
const headBytes = 32;

/** A limit that no run reaches. */
export const endless: number = Number.MAX_SAFE_INTEGER;
/** Instead of a ticket: the limit is reached. */
export const noTicket = -1;

/**
 * Which row comes next, in memory that all load threads of a worker share: a draw is one atomic step and no message.
 *
 *      drawn ──►           limit ──►
 *   0 ───────┴──────────────┴─────────────── tickets
 *     given out   may be drawn   not (yet)
 *
 * Tickets are numbered from 0 in each run. What row a ticket stands for is up to the feeder; only where the master hands
 * out rows, the memory also says the row of each ticket. A refused draw takes nothing, so that no ticket is ever lost.
 *
 *   int64 drawn · int64 limit · int64 isFinal · int64 askBelow · uint32 row of ticket 0 · of ticket 1 · …
 */
export class RowCounter {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #rows: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory, 0, 4);
    this.#rows = new Uint32Array(memory, headBytes);
  }

  /** With room for the rows of so many tickets; 0 where the master hands out none. */
  static create(maxGranted: number): RowCounter {
    return new RowCounter(new SharedArrayBuffer(headBytes + maxGranted * 4));
  }

  get hasRoom(): boolean {
    return this.#rows.length > 0;
  }

  /** The next ticket, or `noTicket`. */
  take(): number {
    let drawn = Atomics.load(this.#words, drawnWord);
    while (drawn < Atomics.load(this.#words, limitWord)) {
      const seen = Atomics.compareExchange(this.#words, drawnWord, drawn, drawn + 1n);
      if (seen === drawn) return Number(drawn);
      drawn = seen;
    }
    return noTicket;
  }

  /** True once the limit can no more grow. Ask before `take()`: the last rows may arrive in between. */
  isFinal(): boolean {
    return Atomics.load(this.#words, finalWord) !== 0n;
  }

  drawn(): number {
    return Number(Atomics.load(this.#words, drawnWord));
  }

  limit(): number {
    return Number(Atomics.load(this.#words, limitWord));
  }

  /** Tickets that may still be drawn. */
  left(): number {
    return Number(Atomics.load(this.#words, limitWord) - Atomics.load(this.#words, drawnWord));
  }

  /** When so few are left, it is time to ask for more before anyone has to wait. */
  isRunningLow(): boolean {
    return Atomics.load(this.#words, limitWord) - Atomics.load(this.#words, drawnWord) < Atomics.load(this.#words, askBelowWord);
  }

  setAskBelow(tickets: number): void {
    Atomics.store(this.#words, askBelowWord, BigInt(tickets));
  }

  /** A new run, on the main thread, while nobody draws: from ticket 0 again. */
  reset(limit: number, isFinal: boolean): void {
    Atomics.store(this.#words, limitWord, 0n);
    Atomics.store(this.#words, drawnWord, 0n);
    this.setAskBelow(0);
    Atomics.store(this.#words, limitWord, BigInt(limit));
    Atomics.store(this.#words, finalWord, isFinal ? 1n : 0n);
  }

  /** `rows` more tickets, which stand for the rows from `firstRow` on. */
  grant(firstRow: number, rows: number): void {
    const firstTicket = this.limit();
    for (let place = 0; place < rows; place++) this.#rows[firstTicket + place] = firstRow + place;
    Atomics.add(this.#words, limitWord, BigInt(rows));
  }

  /** No more will be granted. */
  end(): void {
    Atomics.store(this.#words, finalWord, 1n);
  }

  /** The row of a ticket that was granted. */
  grantedRow(ticket: number): number {
    return this.#rows[ticket] as number;
  }
}
