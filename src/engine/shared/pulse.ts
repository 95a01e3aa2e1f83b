/**
 * What a load thread shows of itself while it lives, in memory that the main thread reads at any moment, also after the
 * thread's death: that its event loop turns, and how many requests it has under way, which are lost when it ends.
 *
 *   int32 beats · int32 requests · int32 beats seldom
 *
 * Only the thread writes.
 */

const beatWord = 0;
const requestWord = 1;
const restWord = 2;
const words = 3;

/** A loop that turns says so five times a second, and between tests once: each beat of an idle thread costs it 0.01 % of a core. */
export const beatEveryMs = 200;
/** Between tests. */
export const restingBeatEveryMs = 1_000;

export class Pulse {
  /** To hand to the other thread. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(words * 4)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** The event loop has turned. */
  beat(): void {
    Atomics.add(this.#words, beatWord, 1);
  }

  /** Changes as long as the loop turns. */
  get beats(): number {
    return Atomics.load(this.#words, beatWord);
  }

  /** From now on it beats seldom, or often again. */
  setResting(isResting: boolean): void {
    Atomics.store(this.#words, restWord, isResting ? 1 : 0);
  }

  get isResting(): boolean {
    return Atomics.load(this.#words, restWord) === 1;
  }

  /** A request has begun. Of the hot path: who reads it waits for the thread's end, and needs no atomic write. */
  began(): void {
    this.#words[requestWord] = (this.#words[requestWord] ?? 0) + 1;
  }

  /** So many requests are over: counted, or of no interest any more. */
  ended(requests: number): void {
    this.#words[requestWord] = (this.#words[requestWord] ?? 0) - requests;
  }

  /** Requests that have begun and were not counted yet. */
  get requests(): number {
    return Math.max(0, Atomics.load(this.#words, requestWord));
  }
}
