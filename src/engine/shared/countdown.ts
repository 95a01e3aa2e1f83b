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
