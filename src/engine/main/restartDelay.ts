/**
 * How long the place of a lost thread stays empty: one that did its work for a while is replaced at once, one that did not
 * live long is followed by the next only after a while, and each time later.
 */
const longLifeMs = 10_000;
const firstDelayMs = 500;
const longestDelayMs = 10_000;

export class RestartDelay {
  #startedMs = 0;
  #shortLives = 0;

  /** A thread begins at `nowMs`. */
  started(nowMs: number): void {
    this.#startedMs = nowMs;
  }

  /** It is lost at `nowMs`: the next is to begin in so many milliseconds. */
  lost(nowMs: number): number {
    if (nowMs - this.#startedMs >= longLifeMs) this.#shortLives = 0;
    const delayMs = this.#shortLives === 0 ? 0 : Math.min(firstDelayMs * 2 ** (this.#shortLives - 1), longestDelayMs);
    this.#shortLives++;
    return delayMs;
  }
}
