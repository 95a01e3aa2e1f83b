/**
 * An open model's arrivals, this thread's share of them: each begins at its own moment, counted from the start and never
 * from the one before, and is handed to the user that has been idle for longest. An arrival that finds no idle user is
 * dropped and counted: holding it back would make the model closed.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { ArrivalCounter, delayUntil, ownMsOf, sharedNowMs } from '../../shared/pace.ts';
import type { Arrivals } from '../../shared/threadSeed.ts';
import type { GateWaiter } from './gate.ts';

export class ArrivalQueue {
  readonly #perSec: number;
  readonly #counter: ArrivalCounter;
  readonly #threadIndex: number;
  readonly #threadCount: number;
  /** The longest idle first. */
  readonly #idle = new Set<GateWaiter>();
  /** On the shared clock; null: not yet, or no more. */
  #startsAtMs: number | null = null;
  #timer: Timer | null = null;

  constructor({ perSec, counts }: Arrivals, threadIndex: number, threadCount: number) {
    this.#perSec = perSec;
    this.#counter = new ArrivalCounter(counts);
    this.#threadIndex = threadIndex;
    this.#threadCount = threadCount;
  }

  /** Waits for an arrival; false when the waiter was stopped. */
  async wait(waiter: GateWaiter): Promise<boolean> {
    this.#idle.add(waiter);
    const isIn = await waiter.waitAtGate();
    this.#idle.delete(waiter);
    return isIn;
  }

  /** Arrival 0, of all threads, is due then. */
  start(startsAtMs: number): void {
    this.stop();
    this.#startsAtMs = startsAtMs;
    this.#serve();
  }

  /** No more arrivals. */
  stop(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    this.#startsAtMs = null;
  }

  #serve(): void {
    this.#timer = null;
    if (this.#startsAtMs === null) return;
    for (;;) {
      const own = this.#counter.dealtWith(this.#threadIndex);
      const dueMs = this.#startsAtMs + ((own * this.#threadCount + this.#threadIndex) * 1000) / this.#perSec;
      const waitMs = delayUntil(dueMs);
      if (waitMs > 0) {
        this.#timer = setTimer(() => this.#serve(), waitMs);
        return;
      }
      this.#counter.deal(this.#threadIndex);
      this.#arrive(dueMs);
    }
  }

  #arrive(dueMs: number): void {
    const [waiter] = this.#idle;
    if (waiter === undefined) return this.#counter.drop();
    this.#idle.delete(waiter);
    this.#counter.start(sharedNowMs() - dueMs);
    waiter.intend(ownMsOf(dueMs));
    waiter.letIn();
  }
}
