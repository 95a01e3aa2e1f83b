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

/** Eleven days: from here on a duration may be what a clock said. */
export const suspiciousMs: number = 1e9;

/** Times that are so near to the wall clock were read from it. */
const nearMs = 400 * 86_400_000;

/** In which unit a number is a time of the wall clock, which says `stampMs` (Unix milliseconds); null: in none. */
export function wallClockUnit(value: number, stampMs: number): 'milliseconds (Date.now())' | 'seconds (Date.now() / 1000)' | null {
  if (Math.abs(value - stampMs) < nearMs) return 'milliseconds (Date.now())';
  return Math.abs(value * 1000 - stampMs) < nearMs ? 'seconds (Date.now() / 1000)' : null;
}

function isStamp(stampMs: number): boolean {
  return stampMs >= 0 && stampMs < endOfTimeMs;
}
