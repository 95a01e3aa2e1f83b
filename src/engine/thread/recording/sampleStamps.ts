/**
 * When samples that a scenario timed by itself have ended. One stamp that lies outside the run would stretch it: rates are
 * divided by the time to the last request, here and at the master. So it is refused with a warning, and the sample counts as
 * one that has ended now.
 */
import { briefly, suspiciousMs, wallClockUnit } from '../../../stats/givenValues.ts';
import { now } from '../../../util/nodeTime.ts';

/** A scenario may round what it measured; the next second is no other run. */
const toleranceMs = 1_000;
/** Rows that are warned of by name. */
const maxTold = 100;

/** What a stamp is held against. */
export type SampleStampsParts = {
  /** Takes sentences for a person. */
  readonly problem: (text: string) => void;
  /** Unix milliseconds at which `performance.now()` is 0. */
  readonly wallOffsetMs: number;
  readonly nowMs?: () => number;
};

export class SampleStamps {
  readonly #parts: SampleStampsParts;
  readonly #nowMs: () => number;
  readonly #told = new Set<string>();
  #runBeganMs = 0;
  /** It is later than this: no look at the clock is needed for what ended before. */
  #seenMs = 0;

  constructor(parts: SampleStampsParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? now;
  }

  /** A run begins. */
  begin(): void {
    this.#runBeganMs = this.#seenMs = this.#nowMs();
    this.#told.clear();
  }

  /** `performance.now()` when a sample ended that began at `startedAt` and took `elapsedMs`, or where that is no duration, ends now. */
  endOf(startedAt: unknown, elapsedMs: unknown, type: unknown, name: unknown): number {
    const endMs = typeof startedAt !== 'number' ? Number.NaN : isDuration(elapsedMs) ? startedAt + elapsedMs : Math.max(startedAt, this.#nowMs());
    if (endMs >= this.#runBeganMs && endMs <= this.#seenMs + toleranceMs) return endMs;
    const nowMs = (this.#seenMs = this.#nowMs());
    if (endMs >= this.#runBeganMs && endMs <= nowMs + toleranceMs) return endMs;
    this.#tellOnce(this.#described(startedAt, elapsedMs, nowMs), `${briefly(type)} ${briefly(name)}`);
    return nowMs;
  }

  #tellOnce(what: string, row: string): void {
    if (this.#told.size >= maxTold || this.#told.has(row)) return;
    this.#told.add(row);
    this.#parts.problem(`${row}: ${what}; expected performance.now() at the beginning. The sample counts as one that has ended now.`);
  }

  #described(startedAt: unknown, elapsedMs: unknown, nowMs: number): string {
    const stamp = `startedAt ${briefly(startedAt)}`;
    if (typeof startedAt !== 'number') return `${stamp} is not a number of milliseconds`;
    const unit = wallClockUnit(startedAt, this.#parts.wallOffsetMs + nowMs);
    if (unit !== null) return `${stamp} is wall-clock time in ${unit}`;
    if (startedAt > nowMs) return `${stamp} is in the future`;
    return isDuration(elapsedMs) && startedAt + elapsedMs > nowMs ? `${stamp} and elapsedMs ${elapsedMs} end in the future` : `${stamp} is no moment of this run`;
  }
}

/** Others have no end; the recorder tells of them. */
function isDuration(elapsedMs: unknown): elapsedMs is number {
  return typeof elapsedMs === 'number' && elapsedMs >= 0 && elapsedMs < suspiciousMs;
}
