/**
 * What a scenario hands over as a name, an error or a time, made fit to be counted: text that reaches the master as valid UTF-8 and of
 * bounded size, and stamps of the wall clock. Nothing here throws, whatever came.
 */

/** Longer texts are cut, in UTF-16 units. */
export const maxTextLength = 10_000;

/** `value` as a well-formed string of at most `maxTextLength` units; a string that is so already comes back as it is. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : shown(value);
  return wellFormed(text.length > maxTextLength ? text.slice(0, maxTextLength) : text);
}

/** A short form for messages to a person, on one line; strings in quotes. */
export function briefly(value: unknown): string {
  const text = typeof value === 'string' ? value : shown(value);
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return typeof value === 'string' ? JSON.stringify(short) : wellFormed(short);
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    // A user's toString may throw anything; an object without prototype has none.
    return `(${typeof value} without text)`;
  }
}

/** A lone surrogate cannot be written as UTF-8, and the master answers an invalid frame with a reconnect. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Seconds must fit an unsigned 32-bit word of the ledger (until the year 2106). */
const endOfTimeMs = 2 ** 32 * 1000;

/** Turns `performance.now()` into wall clock time, without reading a clock. */
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
