/**
 * Fairness within a thread: users whose tasks never wait would run as microtasks for ever, and no timer, socket or
 * message would get its turn.
 *
 * After `turnMs` of work every user that finishes a task joins one shared `setImmediate`; it costs one immediate for
 * all of them, and the clock is not read for it: the time of the last recorded request serves, and only tasks that
 * record nothing cause a look at the clock, once in 32 rounds where these are quick, and in each where they are not. Users whose requests come back through the loop need not
 * give way to it: each answer shows that it turns, and begins the time anew. For 50 ms they may have as many answers as come; then each
 * has one more before it waits, so that with thousands of users a turn is a round of all of them (with 10 000 two thirds of all
 * requests waited otherwise, at the price of a promise).
 */
import { afterSockets } from '../../../util/eventLoop.ts';
import { now } from '../../../util/nodeTime.ts';

const turnMs = 4;
/** Answers keep users at work for no longer: libuv may hand out 48 × 1024 of them before it looks at any timer. */
const maxTurnMs = 50;
/** Nor do those that are the first of their users in the turn. */
const maxRoundMs = 250;
const maxRoundsBetweenLooks = 32;

export class Turn {
  /** Counts the turns that somebody waited for. */
  number = 0;
  #lastSeenMs = now();
  #endsMs: number = this.#lastSeenMs + turnMs;
  /** When everything last had its turn. */
  #turnedMs: number = this.#lastSeenMs;
  #rounds = 0;
  /** Tasks that compute for long and record nothing would hold up everything for as many of them. */
  #roundsBetweenLooks = 1;
  #next: Promise<void> | null = null;

  /** Tells the turn what time it is, for free. */
  saw(nowMs: number): void {
    if (nowMs > this.#lastSeenMs) this.#lastSeenMs = nowMs;
    this.#rounds = 0;
  }

  /**
   * The event loop has just called somebody back, at this true time: a scenario's own record may have named any. `isFirst`: not before
   * in the turn of this `number`.
   */
  came(nowMs: number, isFirst: boolean): void {
    this.#rounds = 0;
    this.#lastSeenMs = nowMs;
    this.#endsMs = Math.min(nowMs + turnMs, this.#turnedMs + (isFirst ? maxRoundMs : maxTurnMs));
  }

  /** True when the event loop is due; then wait for `next()`. */
  isOver(): boolean {
    if (++this.#rounds >= this.#roundsBetweenLooks) this.#look(now());
    return this.#lastSeenMs >= this.#endsMs;
  }

  #look(nowMs: number): void {
    this.#roundsBetweenLooks = nowMs - this.#lastSeenMs >= turnMs ? 1 : Math.min(maxRoundsBetweenLooks, 2 * this.#roundsBetweenLooks);
    this.saw(nowMs);
  }

  /** Resolves after timers, sockets and messages had their turn. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      afterSockets(() => {
        this.#next = null;
        this.number = (this.number + 1) | 0;
        this.#turnedMs = now();
        this.came(this.#turnedMs, true);
        resolve();
      });
    });
    return this.#next;
  }
}

const sliceMs = 20;

/**
 * Calls `work` for each item, with a turn of the event loop after so many of them, or 20 ms: sockets, timers and messages have theirs in between.
 * Ends when `work` returns false, and then resolves with false.
 */
export async function inSlices<T>(items: Iterable<T>, turn: Pick<Turn, 'next'>, maxPerSlice: number, work: (item: T) => boolean): Promise<boolean> {
  let inSlice = 0;
  let sliceEndsMs = now() + sliceMs;
  for (const item of items) {
    if (inSlice === maxPerSlice || now() >= sliceEndsMs) {
      await turn.next();
      inSlice = 0;
      sliceEndsMs = now() + sliceMs;
    }
    inSlice++;
    if (!work(item)) return false;
  }
  return true;
}
