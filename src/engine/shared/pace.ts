/**
 * What holds users back from their next task, in memory that all threads share: permits, a countdown, arrivals; and a clock that all threads
 * of a process read alike.
 */
import { type CountUs, hdrIndexOf, hdrLength, Histogram, slotLowestUs } from '../../stats/histogram.ts';
import { type Rate, ratePerSec } from '../../util/rate.ts';

const maxWord = 0;
const stepWord = 1;
const stepEveryWord = 2;
const nextWord = 3;
const startWord = 4;
const words = 5;

/** What timers may be late without a loss. */
export const slackMs = 20;

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

/** Started, dropped, and microseconds of the latest since it was last taken; the rest is of the threads. */
const countWords = 3;
const startedWord = 0;
const droppedWord = 1;
const latestUsWord = 2;
/** Of slots of the histogram, so many are counted as one: how late somebody was is told to 1 %. */
const slotsAtOnce = 8;
const lateWords = hdrLength / slotsAtOnce;
/** What an Int32 holds: 36 minutes, of a machine that was suspended. */
const maxLateUs = 2 ** 31 - 1;

/** How late arrivals began since somebody last asked. */
export type Lateness = {
  /** Ascending, to 1 %. */
  readonly counts: readonly CountUs[];
  /** Exact; 0 where none began. */
  readonly latestMs: number;
};

/**
 * Arrivals of an open model, counted by all threads in memory that they share.
 *
 *   int32 started · int32 dropped · int32 microseconds that the latest began after its moment, of those that are not taken yet ·
 *   for each thread int32 how many it has dealt with · int32 how many began so late, by slots of stats/histogram
 */
export class ArrivalCounter {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #late: Int32Array;
  /** Of the one who takes: what was taken. */
  #takenLate: Int32Array | null = null;
  #takenLatestUs = 0;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, memory.byteLength / 4 - lateWords);
    this.#late = new Int32Array(memory, this.#words.byteLength);
  }

  static create(threadCount: number): ArrivalCounter {
    return new ArrivalCounter(new SharedArrayBuffer((countWords + threadCount + lateWords) * 4));
  }

  /** How many of its own this thread has dealt with: kept where a thread that takes the place of a lost one finds it. */
  dealtWith(threadIndex: number): number {
    return Atomics.load(this.#words, countWords + threadIndex);
  }

  /** This thread's next arrival has come. */
  deal(threadIndex: number): void {
    Atomics.add(this.#words, countWords + threadIndex, 1);
  }

  /** No user was free for it. */
  drop(): void {
    Atomics.add(this.#words, droppedWord, 1);
  }

  /** A user took it, so late. */
  start(lateMs: number): void {
    Atomics.add(this.#words, startedWord, 1);
    Atomics.add(this.#late, Math.floor(hdrIndexOf(Math.max(0, lateMs)) / slotsAtOnce), 1);
    const lateUs = Math.min(maxLateUs, Math.round(lateMs * 1000));
    for (let latest = Atomics.load(this.#words, latestUsWord); lateUs > latest; ) {
      const seen = Atomics.compareExchange(this.#words, latestUsWord, latest, lateUs);
      if (seen === latest) return;
      latest = seen;
    }
  }

  /** Since the run began, or the warm-up was over. */
  read(): { readonly started: number; readonly dropped: number; readonly latestMs: number; readonly lateP99Ms: number } {
    const [started, dropped] = [Atomics.load(this.#words, startedWord), Atomics.load(this.#words, droppedWord)];
    const latestMs = Math.max(this.#takenLatestUs, Atomics.load(this.#words, latestUsWord)) / 1000;
    return { started, dropped, latestMs, lateP99Ms: Math.min(latestMs, this.#lateMs(99)) };
  }

  /** How late those were that began since the last call; for one caller, the one who reads and resets. */
  takeLateness(): Lateness {
    const latestUs = Atomics.exchange(this.#words, latestUsWord, 0);
    this.#takenLatestUs = Math.max(this.#takenLatestUs, latestUs);
    const taken = (this.#takenLate ??= new Int32Array(lateWords));
    const counts: CountUs[] = [];
    for (const [place, count] of this.#late.entries()) {
      const more = (count - (taken[place] ?? 0)) | 0;
      taken[place] = count;
      if (more !== 0) counts.push([slotLowestUs(slotOfLate(place)), more]);
    }
    return { counts, latestMs: latestUs / 1000 };
  }

  /** So many milliseconds or less after its moment began this share of those that began. */
  #lateMs(percent: number): number {
    const counts = new Map<number, number>();
    for (const [place, count] of this.#late.entries()) if (count > 0) counts.set(slotOfLate(place), count);
    return new Histogram(counts).percentileMs(percent) ?? 0;
  }

  /** A new run, while no user lives. */
  reset(): void {
    this.#words.fill(0);
    this.#forgetLate();
  }

  /** The warm-up is over: arrivals are counted from here, and threads keep their places. */
  countAnew(): void {
    for (let word = 0; word < countWords; word++) Atomics.store(this.#words, word, 0);
    this.#forgetLate();
  }

  #forgetLate(): void {
    this.#late.fill(0);
    this.#takenLate?.fill(0);
    this.#takenLatestUs = 0;
  }
}

/** The last slot of those that are counted as one: nobody was later. */
function slotOfLate(place: number): number {
  return (place + 1) * slotsAtOnce - 1;
}
