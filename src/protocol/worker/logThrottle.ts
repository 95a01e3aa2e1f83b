/**
 * When to send the log lines: at each check (every 10 s) if there are new ones.
 *
 * Locust's worker falls silent for good after an interval with more than 70 new lines (runners.py:1460-1477). Ours sends
 * that flood once, with a warning, then pauses: an interval with 70 lines or fewer ends the pause, and while the flood
 * lasts the lines still go out once in six intervals, so that whoever looks at the Logs tab sees what is going on.
 */
export const maxNewLines = 70;
const pausedIntervals = 6;

/** What becomes of the recent lines. */
export type LogDecision = 'send' | 'sendWithWarning' | 'skip';

export class LogThrottle {
  #checkedTotal = 0;
  #sentTotal = 0;
  /** Intervals since the flood was last sent; null when there is none. */
  #paused: number | null = null;

  /** `total`: how many lines there have ever been. The caller must do what the answer says. */
  decide(total: number): LogDecision {
    const isFlood = total - this.#checkedTotal > maxNewLines;
    this.#checkedTotal = total;
    if (isFlood) return this.#decideInFlood(total);
    this.#paused = null;
    if (total === this.#sentTotal) return 'skip';
    this.#sentTotal = total;
    return 'send';
  }

  #decideInFlood(total: number): LogDecision {
    this.#paused = this.#paused === null ? 0 : this.#paused + 1;
    if (this.#paused % pausedIntervals !== 0) return 'skip';
    this.#sentTotal = total;
    return 'sendWithWarning';
  }
}
