/**
 * The random streams of a thread's users: from (seed, worker, class, number of the user within its class), so that a run
 * with the same seed picks the same tasks and waits for the same times, user by user, with any number of threads.
 *
 * Users of a class are numbered 0, 1, 2 … over all threads: a thread that gets every third user of a class (see
 * engine/main/split.ts) numbers its own every third.
 */
import { Random } from '../../../util/random.ts';

export class UserStreams {
  readonly #seed: string;
  readonly #threadIndex: number;
  readonly #threadCount: number;
  #workerIndex = 0;
  readonly #usersSoFar = new Map<string, number>();

  constructor(seed: string, threadIndex: number, threadCount: number) {
    this.#seed = seed;
    this.#threadIndex = threadIndex;
    this.#threadCount = threadCount;
  }

  /** A run begins: users are numbered from 0 again. Workers of one test, told apart by index, differ. */
  begin(workerIndex: number): void {
    this.#workerIndex = Math.max(0, workerIndex);
    this.#usersSoFar.clear();
  }

  /** The stream of the next user of a class; `classIndex` is the class's place in the scenario. */
  next(className: string, classIndex: number): Random {
    const ownNumber = this.#usersSoFar.get(className) ?? 0;
    this.#usersSoFar.set(className, ownNumber + 1);
    const threads = this.#threadCount;
    const place = (((this.#threadIndex - classIndex) % threads) + threads) % threads;
    return new Random(`${this.#seed}/${this.#workerIndex}/${className}/${ownNumber * threads + place}`);
  }
}
