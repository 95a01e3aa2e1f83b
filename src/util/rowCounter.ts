/**
 * Which row comes next, in memory that all load threads of a worker share: a draw is one atomic step and no message.
 *
 *      drawn ──►           limit ──►
 *   0 ───────┴──────────────┴─────────────── tickets
 *     given out   may be drawn   not (yet)
 *
 * Tickets are numbered from 0 in each run. What row a ticket stands for is up to the feeder; only where the master hands
 * out rows, the memory also says where each block begins. A refused draw takes nothing, so that no ticket is ever lost.
 *
 *   int64 drawn · int64 limit · int64 isFinal · uint32 first row of block 0 · of block 1 · …
 */
const drawnWord = 0;
const limitWord = 1;
const finalWord = 2;
const headBytes = 24;

/** A limit that no run reaches. */
export const endless: number = Number.MAX_SAFE_INTEGER;
/** Instead of a ticket: the limit is reached. */
export const noTicket = -1;

export class RowCounter {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #firstRows: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory, 0, 3);
    this.#firstRows = new Uint32Array(memory, headBytes);
  }

  /** With room for so many blocks of rows; 0 where none are handed out. */
  static create(mostBlocks: number): RowCounter {
    return new RowCounter(new SharedArrayBuffer(headBytes + mostBlocks * 4));
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

  /** True once the limit can no more grow. Ask before `take()`: the last block may arrive in between. */
  isFinal(): boolean {
    return Atomics.load(this.#words, finalWord) !== 0n;
  }

  /** Tickets that may still be drawn. */
  left(): number {
    return Number(Atomics.load(this.#words, limitWord) - Atomics.load(this.#words, drawnWord));
  }

  /** A new run, on the main thread, while nobody draws: from ticket 0 again. */
  reset(limit: number, isFinal: boolean): void {
    Atomics.store(this.#words, limitWord, 0n);
    Atomics.store(this.#words, drawnWord, 0n);
    Atomics.store(this.#words, limitWord, BigInt(limit));
    Atomics.store(this.#words, finalWord, isFinal ? 1n : 0n);
  }

  /** `rows` more tickets, which stand for the rows from `firstRow` on; all blocks but the last have the same size. */
  addBlock(block: number, firstRow: number, rows: number): void {
    this.#firstRows[block] = firstRow;
    Atomics.add(this.#words, limitWord, BigInt(rows));
  }

  /** No block follows. */
  end(): void {
    Atomics.store(this.#words, finalWord, 1n);
  }

  /** The row of a ticket where rows come in blocks of `blockRows`. */
  rowInBlock(ticket: number, blockRows: number): number {
    const block = Math.floor(ticket / blockRows);
    return (this.#firstRows[block] ?? 0) + ticket - block * blockRows;
  }
}
