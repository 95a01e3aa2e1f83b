/**
 * What a user has of its thread. The thread hands it over around `new UserClass()`, without a constructor parameter: a scenario's classes need no
 * constructors, and their field initialisers may already use `this.environment` and `this.random`.
 */
import type { RequestSink, Tasks } from '../http/response/endedRequest.ts';
import { BoomerError, type ErrorCode } from '../util/boomerError.ts';
import type { Random } from '../util/random.ts';
import type { UserEnvironment } from './environment.ts';

/** Something a user holds that must end with it: a connection, a client. */
export type OwnedResource = {
  /** Ends what is in flight with `reason`; the resource stays usable (an `onStop` may make requests). */
  readonly abort: (reason: Error) => void;
  /** The user is gone: gives everything back. */
  readonly close: () => void;
};

/** Where a user's samples go. */
export type Samples = RequestSink & {
  /** As `phase`, for work that has ended and began at `startMs`: a stretch that is over when the user was killed since. */
  readonly phaseSince: (startMs: number) => number;
  /**
   * `performance.now()` when work ended that a scenario timed by itself, from when it began and how long it took; now, after a
   * warning, for what lies outside the run.
   */
  readonly endOf: (startedAt: unknown, elapsedMs: unknown, type: string, name: string) => number;
};

/** All that a user object of a scenario knows of the thread that runs it. */
export type UserContext = {
  readonly environment: UserEnvironment;
  readonly random: Random;
  /** Host in force for this user: the master's, or `--host`, or the class's own. */
  readonly host: string | null;
  readonly startedMs: number;
  readonly samples: Samples;
  /** Made when first asked for: most users never look at it. */
  readonly signal: () => AbortSignal;
  /** Rejects with StopUser when the user is stopped meanwhile. */
  readonly sleep: (sec: number) => Promise<void>;
  /** The user is no more: nothing of it counts. */
  readonly isGone: boolean;
  /** As `Tasks` has it. */
  readonly refuse: Tasks['refuse'];
  readonly own: (resource: OwnedResource) => void;
  /** Calls `work` once, when the task or hook that the user is in has ended, however it ended. Must not throw. */
  readonly afterTask: (work: () => void) => void;
  /** Tells the scenario's author something, once. */
  readonly advise: (text: string) => void;
};

/** Hands a context to the object that is being constructed: a user, or a task set. */
export class Handover<Context> {
  #waiting: Context | null = null;

  /** Runs `make`; the first object constructed in it takes `context`. */
  give<T>(context: Context, make: () => T): T {
    this.#waiting = context;
    try {
      return make();
    } finally {
      this.#waiting = null;
    }
  }

  /** The context meant for the object under construction; throws a BoomerError when there is none. */
  take(code: ErrorCode, message: string): Context {
    if (this.#waiting === null) throw new BoomerError(code, message);
    const context = this.#waiting;
    this.#waiting = null;
    return context;
  }
}

const handover = new Handover<UserContext>();

/** Makes a user: whatever `make` constructs first takes `context`. */
export function constructWith<T>(context: UserContext, make: () => T): T {
  return handover.give(context, make);
}

/** The context of the user under construction; throws a BoomerError when a scenario constructs a user by itself. */
export function takeContext(className: string): UserContext {
  return handover.take('user-made-by-hand', `new ${className}() was called by the scenario, but only boomer-node makes users: export the class instead`);
}
