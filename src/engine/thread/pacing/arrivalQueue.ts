/**
 * An open model's arrivals: each begins at its own moment, and is handed to the user that has been idle for longest. One that finds no idle user, and may have
 * no further one, is dropped and counted: holding it back would make the model closed.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { type ArrivalCounter } from '../../shared/pace.ts';
import { delayUntil, ownMsOf, sharedNowMs } from '../../../util/sharedClock.ts';
import type { ArrivalSchedule } from './arrivalSchedule.ts';
import type { GateWaiter } from './gate.ts';

/** What a queue of arrivals is made of. */
export type ArrivalQueueParts = {
  readonly schedule: ArrivalSchedule;
  readonly counter: Pick<ArrivalCounter, 'start' | 'drop'>;
  /** Begins one more user, which the queue is to `expect`; false: there are as many as there may be. Absent: there never is one. */
  readonly grow?: () => boolean;
  readonly onDrop?: () => void;
};

export class ArrivalQueue {
  readonly #parts: ArrivalQueueParts;
  /** The longest idle first. */
  readonly #idle = new Set<GateWaiter>();
  /** Users that have begun and are still in their `onStart`. */
  readonly #beginning = new Set<GateWaiter>();
  /** Moments of the arrivals that wait for one of these: never more than there are of them. */
  readonly #waiting: number[] = [];
  #timer: Timer | null = null;

  constructor(parts: ArrivalQueueParts) {
    this.#parts = parts;
  }

  /** Waits for an arrival; false when the waiter was stopped. */
  async wait(waiter: GateWaiter): Promise<boolean> {
    this.#beginning.delete(waiter);
    const dueMs = this.#waiting.shift();
    if (dueMs !== undefined) {
      this.#hand(dueMs, waiter);
      return true;
    }
    this.#idle.add(waiter);
    const isIn = await waiter.waitAtGate();
    this.#idle.delete(waiter);
    return isIn;
  }

  /** A user has been made that is to wait here once it is ready. */
  expect(waiter: GateWaiter): void {
    this.#beginning.add(waiter);
  }

  /** It has ended before it was ready; nothing to others. */
  gone(waiter: GateWaiter): void {
    if (this.#beginning.delete(waiter)) this.#dropUnexpected(this.#beginning.size);
  }

  /** What is due has come, and what comes next is waited for: call it whenever the schedule has changed. */
  serve(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    const { schedule } = this.#parts;
    for (;;) {
      const dueMs = schedule.nextMs();
      if (dueMs === Number.POSITIVE_INFINITY) return;
      const waitMs = delayUntil(dueMs);
      if (waitMs > 0) {
        this.#timer = setTimer(() => this.serve(), waitMs);
        return;
      }
      schedule.advance();
      this.#arrive(dueMs);
    }
  }

  /** Nothing comes any more; what waits has come for nothing. */
  stop(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    this.#dropUnexpected(0);
  }

  #arrive(dueMs: number): void {
    const [idle] = this.#idle;
    if (idle !== undefined) {
      this.#idle.delete(idle);
      this.#hand(dueMs, idle);
      return idle.letIn();
    }
    const isExpected = this.#waiting.length < this.#beginning.size || this.#parts.grow?.() === true;
    if (isExpected) this.#waiting.push(dueMs);
    else this.#drop();
  }

  #hand(dueMs: number, waiter: GateWaiter): void {
    this.#parts.counter.start(sharedNowMs() - dueMs);
    waiter.intend(ownMsOf(dueMs));
  }

  /** The earliest go first: they have waited for longest. */
  #dropUnexpected(expected: number): void {
    while (this.#waiting.length > expected) {
      this.#waiting.shift();
      this.#drop();
    }
  }

  #drop(): void {
    this.#parts.counter.drop();
    this.#parts.onDrop?.();
  }
}
