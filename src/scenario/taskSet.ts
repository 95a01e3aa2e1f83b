/**
 * Task sets: tasks that belong together, entered as one task and left by `interrupt()` (Locust task.py, `TaskSet`).
 */
import type { HttpClient } from '../http/httpClient.ts';
import type { RestOptions, RestResponse } from '../http/rest.ts';
import { BoomerError } from '../util/boomerError.ts';
import { now } from '../util/nodeTime.ts';
import type { Random } from '../util/random.ts';
import { Handover } from './userContext.ts';
import type { ClientUser } from './httpUser.ts';
import { InterruptTaskSet } from './endings.ts';
import type { UserEnvironment } from './environment.ts';
import type { RequestRecord } from './requestRecord.ts';
import type { TaskItem, TaskList, TaskSetClass } from './taskList.ts';
import type { User } from './user.ts';
import type { Waiter } from './waitTime.ts';

/** What a task set is made with. */
export type TaskSetContext = {
  readonly user: User;
  readonly parent: User | TaskSet;
  readonly schedule: (task: TaskItem, first: boolean) => void;
};

const handover = new Handover<TaskSetContext>();

/** Makes a task set that takes `context`. */
export function makeTaskSet(taskSetClass: TaskSetClass, context: TaskSetContext): TaskSet {
  return handover.give(context, () => {
    const made: object = new taskSetClass();
    if (isTaskSet(made)) return made;
    throw new BoomerError('bad-task', `${taskSetClass.name} does not make a task set: its constructor must not return something else`);
  });
}

function isTaskSet(value: object): value is TaskSet {
  return value instanceof TaskSet;
}

/** What `rest` is called with. */
type RestArguments<T> = [method: string, url: string, options?: RestOptions, inspect?: ((response: RestResponse<T>) => unknown) | null];

/** What users with an HTTP client have. */
type HttpSide = Pick<ClientUser, 'rest' | 'restUncached'>;

function hasHttp(user: User): user is User & HttpSide {
  return 'rest' in user && user.rest !== undefined;
}

/** The type of `client`: the user's; of a set that names no user class the one that most users have. */
type ClientOf<U> = U extends { readonly client: infer Client } ? Client : User extends U ? HttpClient : never;

/**
 * Runs its tasks in random order, by weight, until it is interrupted or the user ends. Name the user's class to have
 * `this.user` and `this.client` typed: `class Browse extends TaskSet<ShopUser>`.
 */
export abstract class TaskSet<U extends User = User> {
  /** Tasks without decorators: `{ methodName: weight }`, or a list or map of functions and task sets. */
  static tasks?: TaskList;

  /** Seconds between two tasks of this set, a field or a method as the user's; left out: the user's wait time. */
  waitTime?(taskSet: Waiter): number;

  /** Called when a user enters this set; an error is reported and the parent goes on. */
  onStart?(): unknown;
  /** Called when the user leaves it: interrupted, stopped or killed. */
  onStop?(): unknown;

  /** `performance.now()` when this set was entered. */
  readonly startedMs: number = now();
  readonly #context: TaskSetContext;

  constructor() {
    const { name } = new.target;
    this.#context = handover.take('task-set-made-by-hand', `new ${name}() was called by the scenario, but only boomer-node makes task sets: name the class among the tasks instead`);
  }

  /** The user that runs this set. */
  get user(): U {
    return this.#context.user as U;
  }

  /** The task set around this one, or the user. */
  get parent(): User | TaskSet {
    return this.#context.parent;
  }

  /** The user's client; throws a BoomerError when the user has none. */
  get client(): ClientOf<U> {
    const { client } = this.#context.user as User & { readonly client?: ClientOf<U> };
    if (client === undefined) throw this.#lacks('client');
    return client;
  }

  /** The test as the user sees it: options, indexes, tags. */
  get environment(): UserEnvironment {
    return this.#context.user.environment;
  }

  /** The host in force for the user; null when nobody named one. */
  get host(): string | null {
    return this.#context.user.host;
  }

  /** The user's random stream. */
  get random(): Random {
    return this.#context.user.random;
  }

  /** Fires when the user is stopped while it works. */
  get signal(): AbortSignal {
    return this.#context.user.signal;
  }

  /** Waits `sec` seconds; ends early, by a thrown StopUser, when the user is stopped. */
  sleep(sec: number): Promise<void> {
    return this.#context.user.sleep(sec);
  }

  /** As the user's `measure`: times `work`, records one request, and returns or rethrows what `work` did. */
  measure<T>(type: string, name: string, work: () => T | PromiseLike<T>, bytesOf?: (result: Awaited<T>) => number): Promise<T> {
    return this.#context.user.measure(type, name, work, bytesOf);
  }

  /** As the user's `record`: one request that the scenario timed by itself. Throws nothing but what the user's `context()` throws. */
  record(request: RequestRecord): void {
    this.#context.user.record(request);
  }

  /** As the user's `rest`: a request with JSON in and out. Throws a BoomerError when the user has no HTTP client. */
  rest<T = unknown>(...request: RestArguments<T>): Promise<RestResponse<T>> {
    return this.#httpUser().rest<T>(...request);
  }

  /** As `rest`, with the time added to the query so that no cache answers. */
  restUncached<T = unknown>(...request: RestArguments<T>): Promise<RestResponse<T>> {
    return this.#httpUser().restUncached<T>(...request);
  }

  /** Leaves this set: the parent goes on at once, or after a wait when `reschedule` is false. Never returns. */
  interrupt(reschedule = true): never {
    throw new InterruptTaskSet(reschedule);
  }

  /** Puts a task into the queue, which goes before the usual pick; `first` puts it at the front. */
  scheduleTask(task: TaskItem, first = false): void {
    this.#context.schedule(task, first);
  }

  #httpUser(): HttpSide {
    const { user } = this.#context;
    if (!hasHttp(user)) throw this.#lacks('rest');
    return user;
  }

  #lacks(what: string): BoomerError {
    const [set, user] = [this.constructor.name, this.#context.user.constructor.name];
    return new BoomerError('no-client', `this.${what} of ${set} is that of its user, but ${user} has none: make ${user} extend HttpUser or FastHttpUser, or give it a client of its own`);
  }
}

/** Runs its tasks in the order of their declaration, again and again; a task of weight n runs n times in a row. */
export abstract class SequentialTaskSet<U extends User = User> extends TaskSet<U> {}

/** Whether the value is a class that extends TaskSet. */
export function isTaskSetClass(value: unknown): value is TaskSetClass {
  return typeof value === 'function' && value.prototype instanceof TaskSet;
}
