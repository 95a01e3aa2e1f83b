/**
 * Exceptions on their way to the master, whose one receive loop also answers every heartbeat.
 *
 * The master counts one exception for each message, and no message can stand for several (Locust runners.py, `log_exception`).
 * So each is sent, as by Locust's own worker, up to 2 000 a second: that costs a master 2.47 about 5 % of a core, and its answers
 * to heartbeats come within 4 ms as before. What comes faster waits, by trace, for up to ten seconds' worth; what is beyond that is
 * left out, counted, and named with its number. A trace that does not wait yet is always let in, so that each is seen.
 */

/** Sent in a second, at most. */
export const maxSentPerSec = 2_000;
/** Waiting at the same time, at most. */
export const maxWaiting: number = 10 * maxSentPerSec;

const turnMs = 50;
const perTurn = (maxSentPerSec * turnMs) / 1_000;

/** One exception as the master is sent it. */
export type SentException = { readonly message: string; readonly trace: string };
type Counted = { readonly message: string; readonly count: number };

export class ExceptionQueue {
  /** By trace, the next one to be sent first. */
  readonly #waiting = new Map<string, Counted>();
  #waitingCount = 0;
  /** By trace: what `leftOut` has not told of yet. */
  readonly #leftOut = new Map<string, Counted>();
  #leftOutCount = 0;
  #nextTurnMs = Number.NEGATIVE_INFINITY;

  /** `count` exceptions of equal trace. */
  add({ message, trace, count }: SentException & { readonly count: number }): void {
    const room = Math.max(this.#waiting.has(trace) ? 0 : 1, maxWaiting - this.#waitingCount);
    const taken = Math.min(count, room);
    addTo(this.#waiting, trace, { message, count: taken });
    this.#waitingCount += taken;
    this.#leaveOut(trace, { message, count: count - taken });
  }

  /** When something may be sent next; null when nothing waits. */
  get dueMs(): number | null {
    return this.#waitingCount === 0 ? null : this.#nextTurnMs;
  }

  /** What may be sent now, by turns of the traces; nothing before `dueMs`. */
  consume(nowMs: number): readonly SentException[] {
    if (nowMs < this.#nextTurnMs || this.#waitingCount === 0) return [];
    this.postpone(nowMs);
    return this.#consumeUpTo(perTurn);
  }

  /** Nothing is sent for a while: the master is late itself. */
  postpone(nowMs: number): void {
    this.#nextTurnMs = nowMs + turnMs;
  }

  /** The connection ends: a second's worth at once; what is then left waits no longer, and is left out. */
  consumeLast(): readonly SentException[] {
    const sent = this.#consumeUpTo(maxSentPerSec);
    this.#leaveOutWaiting();
    return sent;
  }

  /** The master that they were for is gone: returns how many waited. */
  abandon(): number {
    const count = this.#waitingCount;
    this.#waiting.clear();
    this.#waitingCount = 0;
    this.#leftOut.clear();
    this.#leftOutCount = 0;
    return count;
  }

  /** A new test begins: returns how many of the one before were left out or still waited. The master has forgotten that one. */
  startTest(): number {
    this.#leaveOutWaiting();
    const count = this.#leftOutCount;
    this.#leftOut.clear();
    this.#leftOutCount = 0;
    return count;
  }

  /** Exceptions of this test that were left out so far. */
  get leftOutCount(): number {
    return this.#leftOutCount;
  }

  /** Those that were not told of yet, in words, the most frequent first; null when there are none. */
  leftOut(): SentException | null {
    const byCount = [...this.#leftOut.values()].sort((one, other) => other.count - one.count);
    if (byCount.length === 0) return null;
    this.#leftOut.clear();
    const count = byCount.reduce((sum, each) => sum + each.count, 0);
    const message = `${count} exceptions of this worker are not counted here: it tells its master at most ${maxSentPerSec} a second`;
    const lines = byCount.slice(0, maxNamed).map(({ message: text, count: times }) => `${times} × ${text}`);
    const more = byCount.length > maxNamed ? [`and those of ${byCount.length - maxNamed} more kinds`] : [];
    return { message, trace: [message, ...lines, ...more].join('\n') };
  }

  #consumeUpTo(count: number): SentException[] {
    const sent: SentException[] = [];
    while (sent.length < count) {
      const next = this.#waiting.entries().next();
      if (next.done === true) break;
      const [trace, { message, count: waiting }] = next.value;
      sent.push({ message, trace });
      // At the end again: traces take turns.
      this.#waiting.delete(trace);
      if (waiting > 1) this.#waiting.set(trace, { message, count: waiting - 1 });
    }
    this.#waitingCount -= sent.length;
    return sent;
  }

  #leaveOutWaiting(): void {
    for (const [trace, counted] of this.#waiting) this.#leaveOut(trace, counted);
    this.#waiting.clear();
    this.#waitingCount = 0;
  }

  #leaveOut(trace: string, counted: Counted): void {
    addTo(this.#leftOut, trace, counted);
    this.#leftOutCount += counted.count;
  }
}

const maxNamed = 20;

function addTo(counts: Map<string, Counted>, trace: string, { message, count }: Counted): void {
  if (count > 0) counts.set(trace, { message, count: count + (counts.get(trace)?.count ?? 0) });
}
