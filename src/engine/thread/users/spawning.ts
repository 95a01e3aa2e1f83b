/**
 * Makes a thread's users: numbers them, gives each its random stream, and starts it.
 */
import type { User } from '../../../scenario/user.ts';
import type { ThreadExceptions } from '../recording/exceptions.ts';
import type { LifeSupport } from './lifeSupport.ts';
import type { SpawnOnce } from '../taskRuns.ts';
import { UserView, type ThreadEnvironment } from '../threadEnvironment.ts';
import type { ThreadSeed } from '../../shared/threadSeed.ts';
import type { Spawn } from './userGroups.ts';
import { UserLife } from './userLife.ts';
import type { UserPlan } from './userPlan.ts';
import { UserStreams } from './userStreams.ts';

export type SpawningParts = {
  readonly seed: Pick<ThreadSeed, 'threadIndex' | 'threadCount' | 'firstUserNumber' | 'randomSeed'>;
  readonly support: LifeSupport;
  readonly environment: ThreadEnvironment;
  readonly exceptions: Pick<ThreadExceptions, 'add'>;
};

export class Spawning {
  readonly #parts: SpawningParts;
  readonly #streams: UserStreams;
  #plans: readonly UserPlan[] = [];
  #userNumber: number;

  constructor(parts: SpawningParts) {
    const { randomSeed, threadIndex, threadCount, firstUserNumber } = parts.seed;
    this.#parts = parts;
    this.#streams = new UserStreams(randomSeed, threadIndex, threadCount);
    this.#userNumber = firstUserNumber;
  }

  /** The scenario's classes: their order is part of the random streams. */
  take(plans: readonly UserPlan[]): void {
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

  readonly spawn: Spawn = (plan, onGone) => this.#spawn(plan, this.#parts.support, onGone);

  readonly spawnOnce: SpawnOnce = (plan, once, failed, gone) => {
    const add = (thrown: unknown, owner?: Parameters<LifeSupport['exceptions']['add']>[1]): void => {
      failed(thrown);
      this.#parts.exceptions.add(thrown, owner);
    };
    const { support } = this.#parts;
    if (this.#spawn(plan, { ...support, gate: once, exceptions: { add } }, gone, failed) === null) gone();
  };

  #spawn(plan: UserPlan, support: LifeSupport, onGone: (life: UserLife) => void, failed: (error: unknown) => void = ignore): UserLife | null {
    const { seed, environment, exceptions } = this.#parts;
    const userIndex = this.#userNumber++ * seed.threadCount + seed.threadIndex;
    try {
      const random = this.#streams.next(plan.name, this.#plans.indexOf(plan));
      const life = new UserLife(plan, support, new UserView(environment, userIndex), random, onGone);
      // A function given to run() has no `this`: its recordSuccess finds the user so.
      if (plan.isTaskList) void support.attribution.run(life, () => life.start());
      else void life.start();
      return life;
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
