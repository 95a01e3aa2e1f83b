/**
 * The master's clock, as its `spawn` messages tell it. A master takes stamps for its own: with a worker that is 4 minutes ahead it
 * divides by 4 minutes more, and shows 1 request a second where there are 27. So stamps go out by its clock when the two differ.
 *
 * A message only ever arrives late, which makes the master's clock look slow: of those of a test the one that came fastest is right.
 */
import type { LogLevel } from '../../util/logger.ts';

/** Clocks that are nearer than this are taken for equal: a message may have been on its way for as long. */
const toleranceSec = 1;

/** What a clock may show: 2020 … 2106, the end of a report's 32-bit seconds. Else a spawn's `timestamp` is a number, and no time. */
const earliestSec = 1_577_836_800;
const endSec = 2 ** 32;

/** Whether the `timestamp` of a spawn is Unix seconds, and no mere number. */
export function isTime(sec: number): boolean {
  return sec >= earliestSec && sec < endSec;
}

/** The clocks of this machine that the master's is held against. */
export type ClockSources = {
  /** The clock that stamps reports (see util/steadyClock), Unix seconds. */
  readonly steadySec: () => number;
  /** What to add to it to have this machine's own wall clock, seconds. */
  readonly clockShiftSec: () => number;
  readonly log: (level: LogLevel, text: string) => void;
};

export class MasterClock {
  readonly #sources: ClockSources;
  /** Of the last message, and the greatest of this test: what to add to the steady clock; null until the master spoke. */
  #lastSec: number | null = null;
  #bestSec: number | null = null;
  #loggedSec = 0;

  constructor(sources: ClockSources) {
    this.#sources = sources;
  }

  /** The master's wall clock when it sent what has just arrived, Unix seconds. */
  record(masterSec: number): void {
    if (!isTime(masterSec)) return;
    this.#lastSec = masterSec - this.#sources.steadySec();
    this.#bestSec = Math.max(this.#bestSec ?? Number.NEGATIVE_INFINITY, this.#lastSec);
    this.#logIfChanged();
  }

  /** A new test begins with the message that was heard last: either clock may have been set since the one before. */
  startTest(): void {
    this.#bestSec = this.#lastSec;
    this.#logIfChanged();
  }

  /** What to add to the stamps of a report, in seconds. */
  get shiftSec(): number {
    const ownSec = this.#sources.clockShiftSec();
    return this.#bestSec === null || Math.abs(this.#bestSec - ownSec) < toleranceSec ? ownSec : this.#bestSec;
  }

  #logIfChanged(): void {
    const aheadSec = this.#sources.clockShiftSec() - this.shiftSec;
    if (Math.abs(aheadSec - this.#loggedSec) < toleranceSec) return;
    this.#loggedSec = aheadSec;
    const { log } = this.#sources;
    if (aheadSec === 0) return log('info', "the clock of this worker agrees with the master's again");
    const difference = `${Math.abs(aheadSec).toFixed(1)} s ${aheadSec > 0 ? 'ahead of' : 'behind'} the master's`;
    log('warning', `the clock of this worker is ${difference}: what it reports is stamped by the master's clock; log lines are not. Let both follow a time server (NTP)`);
  }
}
