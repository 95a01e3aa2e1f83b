/**
 * A user's wait between two tasks, which may be ended early. Made for a hundred thousand users that wait: no closure and
 * no timer of its own.
 */
import type { Sleeper, SleepWheel } from '../pacing/sleepWheel.ts';

const awake = -1;

export class UserTimer implements Sleeper {
  dueTick: number = awake;
  readonly #wheel: SleepWheel;
  #wake: (() => void) | null = null;

  constructor(wheel: SleepWheel) {
    this.#wheel = wheel;
  }

  /** Resolves after `waitMs` (above 0), or when woken; one wait at a time. */
  wait(waitMs: number): Promise<void> {
    this.dueTick = this.#wheel.tickAfter(waitMs);
    this.#wheel.add(this);
    return this.waitForWake();
  }

  /** Resolves when woken. */
  waitForWake(): Promise<void> {
    const waited = new Promise<void>(handOver);
    this.#wake = handedOver;
    return waited;
  }

  /** Ends a wait before its time. */
  wakeUp(): void {
    this.ring();
  }

  /** The time is over: for the wheel, and for whoever lets a user in that waits for no time. */
  ring(): void {
    this.dueTick = awake;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** How a wait's promise is made without a closure: `new Promise` calls it at once. */
let handedOver: () => void = () => undefined;
function handOver(resolve: () => void): void {
  handedOver = resolve;
}
