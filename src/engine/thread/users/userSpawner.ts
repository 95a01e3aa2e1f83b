/**
 * Makes a thread's users: numbers them, gives each its random stream, and starts it.
 */
import type { User } from '../../../scenario/user.ts';
import { Random } from '../../../util/random.ts';
import type { ThreadSeed } from '../../shared/threadSeed.ts';
import { type ThreadEnvironment, UserView } from '../hosting/threadEnvironment.ts';
import type { ThreadExceptions } from '../recording/exceptions.ts';
import type { SpawnOnce } from '../tasks/singleRuns.ts';
import type { ThreadServices } from './threadServices.ts';
import type { UserPlan } from './userPlan.ts';
import { UserRunner } from './userRunner.ts';

/** What users are made with. */
export type UserSpawnerParts = {
  readonly seed: Pick<ThreadSeed, 'threadIndex' | 'threadCount' | 'firstUserNumber' | 'randomSeed'>;
  readonly services: ThreadServices;
  readonly environment: ThreadEnvironment;
  readonly exceptions: Pick<ThreadExceptions, 'add'>;
};

export class UserSpawner {
  readonly #parts: UserSpawnerParts;
  readonly #streams: UserStreams;
  #plans: readonly UserPlan[] = [];
  #userNumber: number;

  constructor(parts: UserSpawnerParts) {
    const { randomSeed, threadIndex, threadCount, firstUserNumber } = parts.seed;
    this.#parts = parts;
    this.#streams = new UserStreams(randomSeed, threadIndex, threadCount);
    this.#userNumber = firstUserNumber;
  }

  /** The scenario's classes, once it is loaded: their order is part of the random streams. */
  setPlans(plans: readonly UserPlan[]): void {
    this.#plans = plans;
  }

  /** A run begins: streams begin anew. */
  begin(workerIndex: number): void {
    this.#streams.begin(workerIndex);
  }

  /** Name of a user's class as reports have it. */
  classOf(user: User): string {
    return this.#plans.find(({ userClass }) => userClass === user.constructor)?.name ?? user.constructor.name;
  }

  /** Makes and starts one user of a plan; null when its constructor threw (which is reported by then). */
  readonly spawn = (plan: UserPlan, onGone: (runner: UserRunner) => void): UserRunner | null => this.#spawn(plan, this.#parts.services, onGone);

  readonly spawnOnce: SpawnOnce = (plan, once, failed, gone) => {
    const add = (thrown: unknown, owner?: Parameters<ThreadServices['exceptions']['add']>[1]): void => {
      failed(thrown);
      this.#parts.exceptions.add(thrown, owner);
    };
    const { services } = this.#parts;
    if (this.#spawn(plan, { ...services, gate: once, exceptions: { add } }, gone, failed) === null) gone();
  };

  #spawn(plan: UserPlan, services: ThreadServices, onGone: (runner: UserRunner) => void, failed: (error: unknown) => void = ignore): UserRunner | null {
    const { seed, environment, exceptions } = this.#parts;
    const userIndex = this.#userNumber++ * seed.threadCount + seed.threadIndex;
    try {
      const random = this.#streams.next(plan.name, this.#plans.indexOf(plan));
      const runner = new UserRunner(plan, services, new UserView(environment, userIndex), random, onGone);
      // A function given to run() has no `this`: its recordSuccess finds the user so.
      if (plan.isTaskList) void services.attribution.run(runner, () => runner.start());
      else void runner.start();
      return runner;
    } catch (error) {
      failed(error);
      exceptions.add(error);
      return null;
    }
  }
}

function ignore(): void {
  // the exception is all that is to be known
}

/**
 * The random streams of a thread's users: from (seed, worker, class, number of the user within its class), so that a run
 * with the same seed picks the same tasks and waits for the same times, user by user, with any number of threads.
 *
 * Users of a class are numbered 0, 1, 2 … over all threads: a thread that gets every third user of a class (see
 * engine/main/runControl.ts) numbers its own every third.
 */
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
