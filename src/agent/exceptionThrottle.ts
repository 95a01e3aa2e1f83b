/**
 * Keeps 10 000 failing users from flooding the master, whose one receive loop also answers every heartbeat.
 *
 * In each second at most 50 exceptions with the same trace are let through, and 200 in all. The master's Exceptions tab
 * counts what it receives, so what was held back is said in the log.
 */
const windowMs = 1_000;
const mostPerTrace = 50;
const mostInAll = 200;

export class ExceptionThrottle {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #passedInAll = 0;
  /** At most `mostInAll` entries: only what passed is remembered. */
  readonly #passed = new Map<string, number>();
  #heldBack = 0;

  /** True when the exception may be sent now. */
  admit(trace: string, nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#windowStartMs = nowMs;
      this.#passedInAll = 0;
      this.#passed.clear();
    }
    const passed = this.#passed.get(trace) ?? 0;
    if (passed >= mostPerTrace || this.#passedInAll >= mostInAll) {
      this.#heldBack += 1;
      return false;
    }
    this.#passed.set(trace, passed + 1);
    this.#passedInAll += 1;
    return true;
  }

  /** How many were held back since this was last asked. */
  takeHeldBack(): number {
    const heldBack = this.#heldBack;
    this.#heldBack = 0;
    return heldBack;
  }
}
