/**
 * Task sets: tasks that belong together, entered as one task and left by `interrupt()` (Locust task.py, `TaskSet`).
 */
import { Birth } from './birth.ts';
import { InterruptTaskSet } from './endings.ts';
import type { TaskItem, TaskList, TaskSetClass } from './taskList.ts';
import type { User } from './user.ts';
import type { WaitTime } from './waitTime.ts';
import type { Random } from '../util/random.ts';
import { now } from '../util/nodeTime.ts';

/** What a task set is born with. */
export type TaskSetContext = {
  readonly user: User;
  readonly parent: User | TaskSet;
  readonly schedule: (task: TaskItem, first: boolean) => void;
};

const birth = new Birth<TaskSetContext>();

/** Makes a task set that takes `context`. */
export function makeTaskSet(taskSetClass: TaskSetClass, context: TaskSetContext): TaskSet {
  return birth.give(context, () => new taskSetClass() as unknown as TaskSet);
}

/** The type of `client` when the user has one. */
type ClientOf<U> = U extends { readonly client: infer Client } ? Client : never;

/**
 * Runs its tasks in random order, by weight, until it is interrupted or the user ends. Name the user's class to have
 * `this.user` and `this.client` typed: `class Browse extends TaskSet<ShopUser>`.
 */
export abstract class TaskSet<U extends User = User> {
  /** Tasks without decorators: `{ methodName: weight }`, or a list or map of functions and task sets. */
  static tasks?: TaskList;

  /** Seconds between two tasks of this set; left out: the user's wait time. */
  waitTime?: WaitTime;

  /** Called when a user enters this set; an error is reported and the parent goes on. */
  onStart?(): unknown;
  /** Called when the user leaves it: interrupted, stopped or killed. */
  onStop?(): unknown;

  /** `performance.now()` when this set was entered. */
  readonly bornMs: number = now();
  readonly #context: TaskSetContext;

  constructor() {
    const { name } = new.target;
    this.#context = birth.take('task-set-made-by-hand', `new ${name}() was called by the scenario, but only boomer-node makes task sets: name the class among the tasks instead`);
  }

  /** The user that runs this set. */
  get user(): U {
    return this.#context.user as U;
  }

  /** The task set around this one, or the user. */
  get parent(): User | TaskSet {
    return this.#context.parent;
  }

  /** The user's client. */
  get client(): ClientOf<U> {
    return (this.#context.user as U & { readonly client: ClientOf<U> }).client;
  }

  /** The user's random stream. */
  get random(): Random {
    return this.#context.user.random;
  }

  /** Leaves this set: the parent goes on at once, or after a wait when `reschedule` is false. Never returns. */
  interrupt(reschedule = true): never {
    throw new InterruptTaskSet(reschedule);
  }

  /** Puts a task into the queue, which goes before the usual pick; `first` puts it at the front. */
  scheduleTask(task: TaskItem, first = false): void {
    this.#context.schedule(task, first);
  }
}

/** Runs its tasks in the order of their declaration, again and again; a task of weight n runs n times in a row. */
export abstract class SequentialTaskSet<U extends User = User> extends TaskSet<U> {}

export function isTaskSetClass(value: unknown): value is TaskSetClass {
  return typeof value === 'function' && value.prototype instanceof TaskSet;
}
