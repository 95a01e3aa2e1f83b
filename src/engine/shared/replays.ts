/**
 * How far the replays of recorded traffic have come, in memory that all load threads of a worker share: where all begin, and what a thread that takes
 * the place of a lost one finds of it.
 */

/** Captures that one scenario may replay. */
export const maxReplays = 8;

const startWord = 0;
const headWords = 2;
const saidWord = 1;
const threadWords = 3;
const takenWord = 0;
const begunWord = 1;
const overWord = 2;

/**
 * Of each replay, by its place in the scenario:
 *
 *   int64 nanoseconds of the shared clock at which it begins (0: not yet) · int64 its end was told · for each thread int64 requests that have
 *   come due · int64 of these, begun · int64 all are done with
 */
export class ReplayMemory {
  /** To hand to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #threadCount: number;

  constructor(memory: SharedArrayBuffer, threadCount: number) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory);
    this.#threadCount = threadCount;
  }

  static create(threadCount: number): ReplayMemory {
    return new ReplayMemory(new SharedArrayBuffer(maxReplays * (headWords + threadCount * threadWords) * 8), threadCount);
  }

  /** A new run, while no user lives. */
  reset(): void {
    this.#words.fill(0n);
  }

  /** When the replay begins, on the shared clock: as the first thread that asks says it. */
  startMs(replay: number, wantedMs: number): number {
    const wanted = BigInt(Math.round(wantedMs * 1e6));
    const known = Atomics.compareExchange(this.#words, this.#head(replay) + startWord, 0n, wanted);
    return Number(known === 0n ? wanted : known) / 1e6;
  }

  /** Of this thread's requests: those that have come due, and how many of them had begun when it was last heard of. */
  progress(replay: number, thread: number): { readonly taken: number; readonly begun: number } {
    const at = this.#place(replay, thread);
    return { taken: Number(Atomics.load(this.#words, at + takenWord)), begun: Number(Atomics.load(this.#words, at + begunWord)) };
  }

  /** The thread's next request has come due. */
  take(replay: number, thread: number): void {
    Atomics.add(this.#words, this.#place(replay, thread) + takenWord, 1n);
  }

  /** One of them begins, or will never begin. */
  begin(replay: number, thread: number, count = 1): void {
    Atomics.add(this.#words, this.#place(replay, thread) + begunWord, BigInt(count));
  }

  /** The thread is done with its share. True for the one that is to tell that all of the `replays` are at their end. */
  end(replay: number, thread: number, replays: number): boolean {
    Atomics.store(this.#words, this.#place(replay, thread) + overWord, 1n);
    for (let other = 0; other < replays; other += 1) {
      for (let index = 0; index < this.#threadCount; index += 1) if (Atomics.load(this.#words, this.#place(other, index) + overWord) === 0n) return false;
    }
    return Atomics.exchange(this.#words, this.#head(0) + saidWord, 1n) === 0n;
  }

  #head(replay: number): number {
    return replay * (headWords + this.#threadCount * threadWords);
  }

  #place(replay: number, thread: number): number {
    return this.#head(replay) + headWords + thread * threadWords;
  }
}
