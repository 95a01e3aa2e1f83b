/** Turns `performance.now()` into wall clock time, without reading a clock. */

/** Seconds must fit an unsigned 32-bit word of the ledger (until the year 2106). */
const endOfTimeMs = 2 ** 32 * 1000;

export class WallClock {
  /** Unix milliseconds at which `performance.now()` is 0. */
  readonly #offsetMs: number;
  /** A recent stamp, for what has none of its own. */
  #recentMs: number;

  constructor(offsetMs: number) {
    this.#offsetMs = offsetMs;
    this.#recentMs = isStamp(offsetMs) ? offsetMs : 0;
  }

  /** Unix milliseconds of `performance.now()` = `endMs`; a recent stamp when `endMs` is no such number. */
  stampMs(endMs: number): number {
    const stampMs = this.#offsetMs + (typeof endMs === 'number' ? endMs : Number.NaN);
    return isStamp(stampMs) ? stampMs : this.#recentMs;
  }

  /** Notes a stamp; called when a new second begins, since a store for each sample would cost an allocation. */
  noteRecent(stampMs: number): void {
    this.#recentMs = stampMs;
  }
}

function isStamp(stampMs: number): boolean {
  return stampMs >= 0 && stampMs < endOfTimeMs;
}
