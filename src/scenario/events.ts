/**
 * The events that a scenario can listen to, and what an event is (Locust event.py, `EventHook`).
 *
 * A listener never stops anything: what it throws, and what its promise rejects with, goes to `onError`.
 */
import type { RequestContext } from '../http/request/requestContext.ts';
import type { RecordedResponse } from '../http/response/endedRequest.ts';
import { PerLoad } from '../util/perLoad.ts';
import type { Environment } from './environment.ts';
import type { TaskSet } from './taskSet.ts';
import type { User } from './user.ts';

/** Gets the event's argument; may return a promise. */
export type Listener<Argument> = (argument: Argument) => unknown;

/** One event: its listeners are called in the order in which they were added. */
export class EventHook<Argument> {
  readonly #all = new PerLoad<readonly Listener<Argument>[]>([]);
  readonly #watcher = new PerLoad<(isHeard: boolean) => void>(nothing);

  get #listeners(): readonly Listener<Argument>[] {
    return this.#all.get();
  }

  add(listener: Listener<Argument>): void {
    // Lists are replaced, never changed: one that is being gone through stays as it was, and costs no copy to call.
    this.#all.set([...this.#listeners, listener]);
    this.#watcher.get()(true);
  }

  /** Takes the listener away, once for each time it was added. */
  remove(listener: Listener<Argument>): void {
    const position = this.#listeners.indexOf(listener);
    if (position < 0) return;
    this.#all.set(this.#listeners.filter((_, index) => index !== position));
    this.#watcher.get()(this.isHeard);
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  /** Tells `watcher` now, and whenever listeners come or go, whether anybody listens. One watcher an event. */
  watch(watcher: (isHeard: boolean) => void): void {
    this.#watcher.set(watcher);
    watcher(this.isHeard);
  }

  /** Calls all listeners and waits for their promises. */
  async fire(argument: Argument, onError: (error: unknown) => void): Promise<void> {
    await Promise.all(
      this.#listeners.map(async (listener) => {
        try {
          await listener(argument);
        } catch (error) {
          onError(error);
        }
      }),
    );
  }

  /** Calls all listeners and waits for none: for events in the midst of a user's work. */
  fireUnawaited(argument: Argument, onError: (error: unknown) => void): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(argument);
        if (result instanceof Promise) result.catch(onError);
      } catch (error) {
        onError(error);
      }
    }
  }
}

function nothing(): void {
  // stands in until somebody watches
}

/** A request that was recorded, whoever recorded it: a client, `measure`, `record`, `recordSuccess`. */
export type RequestEvent = {
  /** First column of Locust's table, e.g. `GET`. */
  readonly type: string;
  /** The row. */
  readonly name: string;
  /** Milliseconds; null when there is no response time. */
  readonly elapsedMs: number | null;
  /** Length of the answer. */
  readonly bytes: number;
  /** Text of the failure; null for a success. */
  readonly error: string | null;
  /** `performance.now()` when it was over. */
  readonly endedAt: number;
  /** Whose request it was; null when no user was at work. */
  readonly user: User | null;
  /** What `this.client` answered; null for what a scenario measures or records by itself. */
  readonly response: RecordedResponse | null;
  /** What `context()` of the user says, and over it the option `context` of the request; empty without both. */
  readonly context: RequestContext;
};

/** An error that escaped a task, a hook or a wait time. */
export type UserErrorEvent = {
  /** What was thrown: an Error, if the scenario is kind. */
  readonly error: unknown;
  /** Null when nobody can tell, as for a promise that nobody awaited. */
  readonly user: User | null;
  /** The task set that the user was in; null in the user's own tasks and hooks. */
  readonly taskSet: TaskSet | null;
};

/** Data for the next report to the master; see `events.reportToMaster`. */
export type ReportEvent = {
  readonly environment: Environment;
  /** Add keys to it: anything that msgpack can carry. Locust's own keys are refused. */
  readonly data: Record<string, unknown>;
};

/**
 * Events of a worker's life that a scenario can listen to, named as in Locust (event.py): those of this thread.
 *
 * A scenario is loaded once in every load thread, as Locust loads a locustfile once in every worker process: each
 * thread fires its own events, and a listener that must run once a worker asks `environment.threadIndex === 0`.
 *
 * A listener that throws or rejects stops nothing: its error is logged and shown among the master's exceptions.
 */
export const events: {
  /** The scenario is loaded, no test has begun; the worker registers with the master when the listeners are done. */
  readonly init: EventHook<Environment>;
  /** A test begins: options have arrived, no user runs yet; users wait for the listeners. */
  readonly testStart: EventHook<Environment>;
  /** The test is about to end: no user has been told yet, and none waits for the listeners. */
  readonly testStopping: EventHook<Environment>;
  /** The test is over: all users of this thread are gone. Listeners have a quarter of a second. */
  readonly testStop: EventHook<Environment>;
  /** The master has said that all users of all workers are spawned; `userCount` counts them all. */
  readonly spawningComplete: EventHook<{ readonly environment: Environment; readonly userCount: number }>;
  /**
   * A request was recorded, in a warm-up too. Called at once and for every request: keep it quick. What a listener itself records before it
   * returns, or first awaits, does not fire again; what it records later does, as nobody can tell whose it is: pass over its `type`, or each
   * would be followed by another for ever. Costs nothing while nobody listens.
   */
  readonly request: EventHook<RequestEvent>;
  /** An error escaped from a user; it is reported to the master in any case. */
  readonly userError: EventHook<UserErrorEvent>;
  /**
   * A report to the master is due within half a second, or a test has just ended: keys that listeners add to `data` go
   * along, and the master's locustfile finds them in `worker_report`. Each thread is asked once a report and each answer
   * is sent once, so counts may start at 0 again after each call. The answers of several threads become one: numbers
   * under the same key are added, lists joined, objects taken together in the same way; of anything else the last stays.
   */
  readonly reportToMaster: EventHook<ReportEvent>;
  /**
   * What was counted so far is dropped, and counting begins anew: all users are there, with `--reset-stats` of the run or of the master, or
   * the warm-up is over. Of the button in Locust's UI no worker hears, Locust's own neither.
   */
  readonly resetStats: EventHook<Environment>;
  /**
   * This thread had hardly a moment to wait in the last ten seconds of a test, and so again every ten seconds that are like it:
   * `cpuUsage` is the share in percent of a core, above 90. Locust measures its process, which has one thread.
   */
  readonly cpuWarning: EventHook<{ readonly environment: Environment; readonly cpuUsage: number }>;
  /** The worker is about to end; its users are gone. Listeners have a quarter of a second. */
  readonly quitting: EventHook<Environment>;
  /** The very last: after the listeners of `quitting`, with the exit code of the process. */
  readonly quit: EventHook<{ readonly environment: Environment; readonly exitCode: number }>;
} = {
  init: new EventHook(),
  testStart: new EventHook(),
  testStopping: new EventHook(),
  testStop: new EventHook(),
  spawningComplete: new EventHook(),
  request: new EventHook(),
  userError: new EventHook(),
  reportToMaster: new EventHook(),
  resetStats: new EventHook(),
  cpuWarning: new EventHook(),
  quitting: new EventHook(),
  quit: new EventHook(),
};
