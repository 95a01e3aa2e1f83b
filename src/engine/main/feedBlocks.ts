/**
 * One feeder's rows from the master: one question at a time (`feed_request`), asked again when no answer (`feed_block`)
 * comes. The plug-in gives the same answer to the same ticket, so that a row is neither lost nor given twice.
 *
 * A row that was granted to a worker whose users want no more is a row that another worker's users lack: with as many
 * logins as users that must not happen. So as many rows are asked for as users wait, and only a worker that draws
 * all the time asks ahead, for as many rows as it drew in the last half second.
 */
import type { RowCounter } from '../shared/rowCounter.ts';

export type BlockRequest = { readonly feeder: string; readonly run: string; readonly ticket: number; readonly rows: number; readonly count: number };

export type FeedBlocksOptions = {
  readonly name: string;
  readonly run: string;
  readonly rowCount: number;
  readonly counter: RowCounter;
  /** A number that this worker has not used before. */
  readonly nextTicket: () => number;
  readonly send: (request: BlockRequest) => void;
};

/** A question without an answer is asked again. */
export const askAgainMs = 5_000;
/** Rows drawn between two looks (half a second) that make it worth asking ahead: more than users who only log in. */
const leastAhead = 50;
const mostAhead = 1_000;

export class FeedBlocks {
  readonly #options: FeedBlocksOptions;
  #asked: { readonly request: BlockRequest; readonly atMs: number } | null = null;
  #isFinal = false;
  #drawnBefore = 0;
  #ahead = 0;

  constructor(options: FeedBlocksOptions) {
    this.#options = options;
  }

  /** False when nothing is asked, and the thread must look again: what it found is out of date, or there is no more. */
  want(waiting: number, limit: number, nowMs: number): boolean {
    const { name, run, rowCount, counter, nextTicket } = this.#options;
    if (this.#isFinal || counter.limit() > limit) return false;
    if (this.#asked !== null) return true;
    const count = Math.max(waiting, this.#ahead);
    // It has become quiet since.
    if (count === 0) counter.setAskBelow(0);
    else this.#ask({ feeder: name, run, ticket: nextTicket(), rows: rowCount, count }, nowMs);
    return count > 0;
  }

  /** Call it every half second: measures, and asks again what has not been answered; true when it did. */
  watch(nowMs: number): boolean {
    const drawn = this.#options.counter.drawn();
    const drawnLately = drawn - this.#drawnBefore;
    this.#ahead = drawnLately < leastAhead ? 0 : Math.min(drawnLately, mostAhead);
    this.#drawnBefore = drawn;
    if (this.#asked === null || nowMs - this.#asked.atMs < askAgainMs) return false;
    this.#ask(this.#asked.request, nowMs);
    return true;
  }

  /** Takes the master's answer; returns what is wrong with it, in words, or null. An answer that nobody waits for is left out. */
  take(answer: Readonly<Record<string, unknown>>): string | null {
    const { counter, rowCount } = this.#options;
    if (this.#asked === null || answer['ticket'] !== this.#asked.request.ticket) return null;
    const { first, count, error } = answer;
    if (typeof error === 'string') return error;
    const asked = this.#asked.request.count;
    const isBlock = isWhole(first) && isWhole(count) && count <= asked && first + count <= rowCount && counter.limit() + count <= rowCount;
    if (!isBlock) return `the master's answer makes no sense: expected at most ${asked} of ${rowCount} rows, came first ${String(first)}, count ${String(count)}`;
    this.#asked = null;
    counter.grant(first, count);
    counter.setAskBelow(Math.floor(this.#ahead / 2));
    if (count < asked) {
      this.#isFinal = true;
      counter.end();
    }
    return null;
  }

  #ask(request: BlockRequest, nowMs: number): void {
    this.#asked = { request, atMs: nowMs };
    this.#options.send(request);
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
