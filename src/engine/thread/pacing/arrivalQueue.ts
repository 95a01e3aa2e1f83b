/**
 * An open model's arrivals, this thread's share of them: each begins at its own moment, counted from the start and never
 * from the one before, and is handed to the user that has been idle for longest. An arrival that finds no idle user is
 * dropped and counted: holding it back would make the model closed.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { delayUntil, ownMsOf, sharedNowMs } from '../../shared/pace.ts';
import type { Arrivals } from '../../shared/threadSeed.ts';
import type { GateWaiter } from './gate.ts';

const startedWord = 0;
const droppedWord = 1;
const latestUsWord = 2;
const firstThreadWord = 3;
/** What an Int32 holds: 36 minutes, of a machine that was suspended. */
const maxLateUs = 2 ** 31 - 1;

export class ArrivalQueue {
  readonly #perSec: number;
  readonly #counts: Int32Array;
  readonly #threadIndex: number;
  readonly #threadCount: number;
  /** The longest idle first. */
  readonly #idle = new Set<GateWaiter>();
  /** On the shared clock; null: not yet, or no more. */
  #startsAtMs: number | null = null;
  #timer: Timer | null = null;

  constructor({ perSec, counts }: Arrivals, threadIndex: number, threadCount: number) {
    this.#perSec = perSec;
    this.#counts = new Int32Array(counts);
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
    const place = firstThreadWord + this.#threadIndex;
    for (;;) {
      // Kept where a thread that takes the place of a lost one finds it.
      const own = Atomics.load(this.#counts, place);
      const dueMs = this.#startsAtMs + ((own * this.#threadCount + this.#threadIndex) * 1000) / this.#perSec;
      const waitMs = delayUntil(dueMs);
      if (waitMs > 0) {
        this.#timer = setTimer(() => this.#serve(), waitMs);
        return;
      }
      Atomics.store(this.#counts, place, own + 1);
      this.#arrive(dueMs);
    }
  }

  #noteLate(dueMs: number): void {
    const lateUs = Math.min(maxLateUs, Math.round((sharedNowMs() - dueMs) * 1000));
    for (let latest = Atomics.load(this.#counts, latestUsWord); lateUs > latest; ) {
      const seen = Atomics.compareExchange(this.#counts, latestUsWord, latest, lateUs);
      if (seen === latest) return;
      latest = seen;
    }
  }

  #arrive(dueMs: number): void {
    const [waiter] = this.#idle;
    Atomics.add(this.#counts, waiter === undefined ? droppedWord : startedWord, 1);
    if (waiter === undefined) return;
    this.#idle.delete(waiter);
    this.#noteLate(dueMs);
    waiter.intend(ownMsOf(dueMs));
    waiter.letIn();
  }
}
