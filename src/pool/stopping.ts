/**
 * The end of all users: told to all threads, awaited with a deadline.
 */
import type { UsersInput } from '../agent/ports.ts';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';
import type { ThreadSlot } from './threadSlot.ts';

/** Threads look after their own deadlines; one that has not answered a stop by then is blocked. */
const stopOverrunMs = 900;
/** A hundred thousand users take more than a second to be stopped by a thread that does nothing else. */
const stopOverrunMsAUser = 0.03;

export class Stopping {
  readonly #slots: () => readonly ThreadSlot[];
  readonly #sink: (input: UsersInput) => void;
  #stop: { readonly generation: number; readonly timer: Timer } | null = null;

  constructor(slots: () => readonly ThreadSlot[], sink: (input: UsersInput) => void) {
    this.#slots = slots;
    this.#sink = sink;
  }

  /** Takes the place of an earlier stop; `usersStopped` goes up once when all threads have answered. */
  begin(generation: number, stopTimeoutMs: number): void {
    this.forget();
    const timer = setTimer(() => this.#replaceUnstopped(generation), stopTimeoutMs + stopOverrunMs + stopOverrunMsAUser * this.#mostUsers());
    this.#stop = { generation, timer };
    for (const slot of this.#slots()) {
      if (slot.isReady) slot.post({ kind: 'stop', generation, stopTimeoutMs });
      else slot.stoppedGeneration = generation;
    }
    this.check();
  }

  /** All threads have answered, and those that were replaced have ended: the ledgers are whole. */
  check(): void {
    if (this.#stop === null) return;
    const { generation } = this.#stop;
    if (this.#slots().some((slot) => slot.stoppedGeneration !== generation || slot.isRetiring)) return;
    this.forget();
    this.#sink({ kind: 'usersStopped', generation });
  }

  /** This thread's users are gone with it. */
  lost(slot: ThreadSlot): void {
    if (this.#stop !== null) slot.stoppedGeneration = this.#stop.generation;
  }

  forget(): void {
    clearTimer(this.#stop?.timer);
    this.#stop = null;
  }

  /** Of any thread. */
  #mostUsers(): number {
    return Math.max(0, ...this.#slots().map(({ userCount }) => userCount));
  }

  #replaceUnstopped(generation: number): void {
    for (const slot of this.#slots()) {
      if (slot.stoppedGeneration !== generation) slot.replace('it did not stop its users in time: a task blocks its event loop');
    }
  }
}
