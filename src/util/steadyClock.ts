/**
 * Wall-clock time that no step of the clock moves: the wall clock as it was when the process began, and the monotonic clock from
 * there on. Whatever is subtracted (durations, rates, seconds of a run) is taken from it, so that NTP, an operator or a machine that
 * wakes up cannot make a second last an hour; what the wall clock says by now is a label. All threads of a process share one.
 */
import { sharedNowMs } from './sharedClock.ts';

export class SteadyClock {
  /** Unix milliseconds at which the clock that all threads share is 0: what another thread needs to have the same clock. */
  readonly anchorMs: number;
  readonly #nowMs: () => number;

  /** `anchorMs` of another thread's clock; absent: the wall clock says it now. `nowMs` is the shared monotonic clock. */
  constructor(anchorMs?: number, nowMs: () => number = sharedNowMs) {
    this.#nowMs = nowMs;
    this.anchorMs = anchorMs ?? Date.now() - nowMs();
  }

  /** Unix milliseconds, as the wall clock would have them if nobody had set it since. */
  nowMs(): number {
    return this.anchorMs + this.#nowMs();
  }

  /** The same in seconds. */
  nowSec(): number {
    return this.nowMs() / 1000;
  }
}
