/**
 * A user's wait between two tasks, which may be ended early. Made for a hundred thousand users that wait: no closure a
 * wait, and the timer is set again rather than made anew when the next wait is as long.
 */

/** The longest delay that a timer takes; longer waits are waited in several. */
export const longestTimerMs: number = 2 ** 31 - 1;

export class UserTimer {
  /** Kept after it has rung (by then unreferenced: the thread has others that keep it alive). */
  #timer: NodeJS.Timeout | null = null;
  #timerMs = 0;
  /** What is left of a wait that is longer than a timer's. */
  #leftMs = 0;
  #wake: (() => void) | null = null;

  /** Resolves after `waitMs` (above 0), or when woken; one wait at a time. */
  wait(waitMs: number): Promise<void> {
    this.#leftMs = waitMs;
    this.#setTimer();
    const waited = new Promise<void>(handOver);
    this.#wake = handedOver;
    return waited;
  }

  /** Resolves when woken: by `wakeUp`, or by `ring`. */
  waitForWake(): Promise<void> {
    const waited = new Promise<void>(handOver);
    this.#wake = handedOver;
    return waited;
  }

  /** Ends a wait before its time. */
  wakeUp(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#leftMs = 0;
    this.ring();
  }

  /** The time is over: for the timer, and for whoever lets a user in that waits for no time. */
  ring(): void {
    if (this.#leftMs > 0) {
      this.#setTimer();
      return;
    }
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  #setTimer(): void {
    const delayMs = Math.min(this.#leftMs, longestTimerMs);
    this.#leftMs -= delayMs;
    if (this.#timer !== null && this.#timerMs === delayMs) {
      this.#timer.refresh();
    } else {
      this.#timer = setTimeout(ring, delayMs, this);
      this.#timerMs = delayMs;
    }
  }
}

/** How a wait's promise is made without a closure: `new Promise` calls it at once. */
let handedOver: () => void = () => undefined;
function handOver(resolve: () => void): void {
  handedOver = resolve;
}

/** One function for all timers. */
function ring(timer: UserTimer): void {
  timer.ring();
}
