/**
 * One feeder's rows from the master: one question at a time (`feed_request`), asked again when no answer (`feed_block`)
 * comes. The plug-in gives the same answer to the same ticket, so that a row is neither lost nor given twice.
 */
import type { RowCounter } from '../util/rowCounter.ts';

export type BlockRequest = { readonly feeder: string; readonly run: string; readonly ticket: number; readonly rows: number; readonly count: number };

export type FeedBlocksOptions = {
  readonly name: string;
  readonly run: string;
  readonly rowCount: number;
  readonly blockRows: number;
  readonly counter: RowCounter;
  /** A number that this worker has not used before. */
  readonly nextTicket: () => number;
  readonly send: (request: BlockRequest) => void;
};

/** A question without an answer is asked again. */
export const askAgainMs = 5_000;

export class FeedBlocks {
  readonly #options: FeedBlocksOptions;
  #asked: { readonly request: BlockRequest; readonly atMs: number } | null = null;
  #blocks = 0;
  #isFinal = false;

  constructor(options: FeedBlocksOptions) {
    this.#options = options;
  }

  /** A thread will soon need more; false when there will be no more. */
  want(nowMs: number): boolean {
    if (this.#isFinal) return false;
    if (this.#asked === null) this.#ask({ ...this.#question(), ticket: this.#options.nextTicket() }, nowMs);
    return true;
  }

  /** Asks again what has not been answered; true when it did. */
  watch(nowMs: number): boolean {
    if (this.#asked === null || nowMs - this.#asked.atMs < askAgainMs) return false;
    this.#ask(this.#asked.request, nowMs);
    return true;
  }

  /** Takes the master's answer; returns what is wrong with it, in words, or null. An answer that nobody waits for is left out. */
  take(answer: Readonly<Record<string, unknown>>): string | null {
    const { counter, rowCount, blockRows } = this.#options;
    if (this.#asked === null || answer['ticket'] !== this.#asked.request.ticket) return null;
    const { first, count, error } = answer;
    if (typeof error === 'string') return error;
    const isBlock = isWhole(first) && isWhole(count) && count <= blockRows && first + count <= rowCount;
    if (!isBlock) return `the master's answer makes no sense: expected at most ${blockRows} of ${rowCount} rows, came first ${String(first)}, count ${String(count)}`;
    this.#asked = null;
    if (count > 0) counter.addBlock(this.#blocks++, first, count);
    if (count < blockRows) {
      this.#isFinal = true;
      counter.end();
    }
    return null;
  }

  #question(): Omit<BlockRequest, 'ticket'> {
    const { name, run, rowCount, blockRows } = this.#options;
    return { feeder: name, run, rows: rowCount, count: blockRows };
  }

  #ask(request: BlockRequest, nowMs: number): void {
    this.#asked = { request, atMs: nowMs };
    this.#options.send(request);
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
