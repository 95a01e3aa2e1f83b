/**
 * At most so many a second over all threads, evenly spaced: boomer's StableRateLimiter and RampUpRateLimiter
 * (ratelimiter.go) without their burst at the beginning of each period.
 *
 * It is the generic cell rate algorithm (ITU-T I.371): shared memory holds the moment of the next permit. Who takes one
 * moves that moment on by 1 / rate, in one atomic step, and may begin when the permit's own moment has come. A moment
 * that passed unused is lost, but for the last `slackMs`, without which timers that ring a little late would cost rate.
 *
 *      permits   │    │    │    │  ┊    ┊    ┊           rate(t) = min(most, step × (1 + ⌊t ÷ stepEvery⌋))
 *      time  ────┴────┴────┴────●──┴────┴────┴──►
 *                              now  next
 *
 *   float64 maxPerSec · float64 stepPerSec · float64 stepEveryMs · int64 nextNs · int64 startNs
 */
import { now } from '../../util/nodeTime.ts';
import { type Rate, ratePerSec } from '../../util/rate.ts';

const maxWord = 0;
const stepWord = 1;
const stepEveryWord = 2;
const nextWord = 3;
const startWord = 4;
const words = 5;

/** What timers may be late without a loss. */
export const slackMs = 20;

/** Hands out permits, evenly spaced, to all threads. */
export class Permits {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #floats: Float64Array;
  readonly #moments: BigInt64Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#floats = new Float64Array(memory);
    this.#moments = new BigInt64Array(memory);
  }

  /**
   * `maxRate` null: no upper bound. `increaseRate` null: the whole rate from the start; else it begins with `count` a
   * second and grows by as much after each `periodMs`. One of them must be there for the permits to mean anything.
   */
  static create(maxRate: Rate | null, increaseRate: Rate | null): Permits {
    const permits = new Permits(new SharedArrayBuffer(words * 8));
    permits.#floats[maxWord] = maxRate === null ? Number.POSITIVE_INFINITY : ratePerSec(maxRate);
    permits.#floats[stepWord] = increaseRate === null ? Number.POSITIVE_INFINITY : increaseRate.count;
    permits.#floats[stepEveryWord] = increaseRate === null ? 1 : increaseRate.periodMs;
    return permits;
  }

  /** A new run begins at this moment of the shared clock, while nobody takes. */
  reset(nowMs: number): void {
    Atomics.store(this.#moments, startWord, nsOf(nowMs));
    Atomics.store(this.#moments, nextWord, nsOf(nowMs));
  }

  /** Takes the next permit; returns its moment on the shared clock. In the future: wait for it before you begin. */
  take(nowMs: number): number {
    const earliest = nsOf(nowMs - slackMs);
    for (;;) {
      const next = Atomics.load(this.#moments, nextWord);
      const isLate = next < earliest;
      const permit = isLate ? earliest : next;
      const following = permit + BigInt(Math.round(1e9 / this.#perSec(permit)));
      // What lapsed is no reason to call the one who comes now late.
      if (Atomics.compareExchange(this.#moments, nextWord, next, following) === next) return isLate ? nowMs : Number(permit) / 1e6;
    }
  }

  #perSec(moment: bigint): number {
    const [most = 0, step = 0, everyMs = 1] = this.#floats;
    const sinceMs = Math.max(0, Number(moment - Atomics.load(this.#moments, startWord)) / 1e6);
    return Math.min(most, step * (1 + Math.floor(sinceMs / everyMs)));
  }
}

function nsOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}

/**
 * So many times, and no more, over all threads: one Int32 in shared memory that counts down.
 */
export class Countdown {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #left: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#left = new Int32Array(memory);
  }

  /** `count` is a whole number from 0 to 2³¹ − 1. */
  static create(count: number): Countdown {
    const countdown = new Countdown(new SharedArrayBuffer(4));
    countdown.reset(count);
    return countdown;
  }

  /** A new run, while nobody takes. */
  reset(count: number): void {
    Atomics.store(this.#left, 0, count);
  }

  /** True for exactly so many callers as there were times left. */
  take(): boolean {
    // Asked first: whoever comes too late must not count below zero for ever.
    return Atomics.load(this.#left, 0) > 0 && Atomics.sub(this.#left, 0, 1) > 0;
  }

  /** Never below 0. */
  left(): number {
    return Math.max(0, Atomics.load(this.#left, 0));
  }
}

/*
 * A clock that all threads of a process read alike: `performance.now()` begins at another moment in each of them.
 */

/** Both count the same monotonic clock, so that what lies between them stays. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - now();

/** Milliseconds of `process.hrtime`. */
export function sharedNowMs(): number {
  return now() + offsetMs;
}

/** What `performance.now()` says, in this thread, at a moment of the shared clock. */
export function ownMsOf(sharedMs: number): number {
  return sharedMs - offsetMs;
}

/** Sums of large numbers are not exact to the last digit: what is due so soon is due. */
const toleranceMs = 0.001;

/** Whole milliseconds for a timer that rings at this moment of the shared clock; 0: it has come. */
export function delayUntil(sharedMs: number): number {
  return Math.max(0, Math.ceil(sharedMs - sharedNowMs() - toleranceMs));
}
