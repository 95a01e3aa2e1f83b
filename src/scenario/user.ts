/**
 * The base of everything that generates load: extend it, mark tasks, and export the class.
 */
import { checkedContext, type RequestContext } from '../http/request/requestContext.ts';
import { errorLine } from '../util/errorText.ts';
import { now } from '../util/nodeTime.ts';
import type { Random } from '../util/random.ts';
import type { Arrivals } from './arrivals.ts';
import { takeContext, type UserContext } from './userContext.ts';
import type { UserEnvironment } from './environment.ts';
import { oddRecord, type RequestRecord } from './requestRecord.ts';
import type { TaskList } from './taskList.ts';
import { noWait, type Waiter } from './waitTime.ts';

/** For classes that hold something for their user, as HttpUser holds its client; nothing that a scenario sees. */
export let contextOf: (user: User) => UserContext;

/**
 * A simulated user. What must be known before one exists is `static`; what belongs to one user is an instance field.
 *
 * Every exported class that extends `User` and has a task is a user class; its name is the name that the Locust master
 * uses (Locust user/users.py).
 */
export abstract class User {
  /** Host of this class, e.g. `http://localhost:8080`; a host from the master or `--host` wins. */
  static host?: string;
  /** Share of this class among all users when the master does not know it by name; a whole number, default 1. */
  static weight?: number;
  /** Exactly so many users of this class, whatever the weights say; 0 or unset: by weight. */
  static fixedCount?: number;
  /** What each user stands for: `perUser('2/s')`; the users that there are to be are an arrival rate then. Unset: a user goes on by itself. */
  static arrivals?: Arrivals;
  /** Tasks without decorators: `{ methodName: weight }`, or a list or map of functions. */
  static tasks?: TaskList;
  /** A class that only serves as a base: never a user class itself. Not inherited. */
  static abstract?: boolean;

  /** Seconds between two tasks, above 0; default none: `waitTime = between(1, 3)`, or a method. It is no field here, which would hide a method of a scenario's. */
  waitTime(user: Waiter): number {
    return noWait(user);
  }

  /** Called once before the first task; an error ends this user. */
  onStart?(): unknown;
  /** Called once when the user ends, also when it is killed. */
  onStop?(): unknown;
  /**
   * What listeners of `events.request` find as `context` of whatever this user requests, measures and records, called when it begins; the
   * option `context` of a request comes over it (Locust user/users.py, `context`).
   */
  context?(): RequestContext;

  readonly #context: UserContext;

  constructor() {
    this.#context = takeContext(new.target.name);
  }

  /** The test as this user sees it: options, indexes, tags. */
  get environment(): UserEnvironment {
    return this.#context.environment;
  }

  /** This user's own random stream. */
  get random(): Random {
    return this.#context.random;
  }

  /** The host in force for this user; null when nobody named one. */
  get host(): string | null {
    return this.#context.host;
  }

  /** Fires when the user is stopped while it works: hand it to clients that take a signal. */
  get signal(): AbortSignal {
    return this.#context.signal();
  }

  /** `performance.now()` when this user was made. */
  get startedMs(): number {
    return this.#context.startedMs;
  }

  /** Waits `sec` seconds; ends early, by a thrown StopUser, when the user is stopped. */
  sleep(sec: number): Promise<void> {
    return this.#context.sleep(sec);
  }

  /**
   * Times `work`, records one request, and returns or rethrows what `work` did. A result that is a string or bytes
   * counts with its length; for any other, `bytesOf` says how long it is.
   */
  async measure<T>(type: string, name: string, work: () => T | PromiseLike<T>, bytesOf: (result: Awaited<T>) => number = lengthOf): Promise<T> {
    const { samples } = this.#context;
    const context = requestContextOf(this);
    const phase = samples.phase();
    const startMs = now();
    try {
      const result = await work();
      const endMs = now();
      samples.report(phase, type, name, endMs - startMs, bytesOf(result), null, endMs, null, context);
      return result;
    } catch (error) {
      const endMs = now();
      samples.report(phase, type, name, endMs - startMs, 0, errorLine(error), endMs, null, context);
      if (this.#context.isGone) return this.#context.refuse(error);
      throw error;
    }
  }

  /** Records one request that the scenario timed by itself. Throws nothing but what the user's `context()` throws. */
  record(request: RequestRecord): void {
    const { type, name, elapsedMs, bytes, error, startedAt, context } = request;
    const { samples } = this.#context;
    const odd = oddRecord(request);
    if (odd !== null) this.#context.advise(odd);
    const endMs = startedAt === undefined || startedAt === null ? now() : samples.endOf(startedAt, elapsedMs, type, name);
    const ofUser = requestContextOf(this);
    const failure = error === null || error === undefined ? null : errorLine(error);
    const phase = typeof startedAt === 'number' ? samples.phaseSince(startedAt) : samples.phase();
    samples.report(phase, type, name, elapsedMs ?? null, bytes ?? 0, failure, endMs, null, context === undefined ? ofUser : { ...ofUser, ...context });
  }

  static {
    contextOf = (user) => user.#context;
  }
}

/** What the user says of each of its requests; null: nothing. Throws a BoomerError for what is no object. */
export function requestContextOf(user: User): RequestContext | null {
  return typeof user.context === 'function' ? checkedContext(user.context(), `context() of ${user.constructor.name}`) : null;
}

function lengthOf(result: unknown): number {
  if (typeof result === 'string') return Buffer.byteLength(result);
  if (result instanceof Uint8Array) return result.byteLength;
  return 0;
}
