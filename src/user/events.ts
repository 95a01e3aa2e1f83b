/**
 * Events of a worker's life that a scenario can listen to, named as in Locust (event.py).
 *
 * A scenario is loaded once in every load thread, as Locust loads a locustfile once in every worker process: each
 * thread fires its own events, and a listener that must run once a worker asks `environment.threadIndex === 0`.
 */
import type { Environment } from './environment.ts';

/** Gets the event's argument; may return a promise, which is awaited. */
export type Listener<Argument> = (argument: Argument) => unknown;

/** One event: a list of listeners that are called in the order in which they were added. */
export class EventHook<Argument> {
  readonly #listeners: Listener<Argument>[] = [];

  add(listener: Listener<Argument>): void {
    this.#listeners.push(listener);
  }

  remove(listener: Listener<Argument>): void {
    const position = this.#listeners.indexOf(listener);
    if (position >= 0) this.#listeners.splice(position, 1);
  }

  /** Calls all listeners, waits for their promises, and hands every error to `onError`: a listener never stops anything. */
  async fire(argument: Argument, onError: (error: unknown) => void): Promise<void> {
    await Promise.all(
      // A copy: a listener may remove itself, and the next one must not be skipped for it.
      [...this.#listeners].map(async (listener) => {
        try {
          await listener(argument);
        } catch (error) {
          onError(error);
        }
      }),
    );
  }
}

/** The events of this thread. */
export const events: {
  /** The scenario is loaded, no test has begun. */
  readonly init: EventHook<Environment>;
  /** A test begins: options have arrived, no user runs yet; users wait for the listeners. */
  readonly testStart: EventHook<Environment>;
  /** The test is over: all users of this thread are gone. */
  readonly testStop: EventHook<Environment>;
  /** The master has said that all users of all workers are spawned. */
  readonly spawningComplete: EventHook<{ readonly environment: Environment; readonly userCount: number }>;
  /** The worker is about to end. */
  readonly quitting: EventHook<Environment>;
} = {
  init: new EventHook(),
  testStart: new EventHook(),
  testStop: new EventHook(),
  spawningComplete: new EventHook(),
  quitting: new EventHook(),
};
