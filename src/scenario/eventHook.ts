/**
 * One event: a list of listeners that are called in the order in which they were added (Locust event.py, `EventHook`).
 *
 * A listener never stops anything: what it throws, and what its promise rejects with, goes to `onError`.
 */

/** Gets the event's argument; may return a promise. */
export type Listener<Argument> = (argument: Argument) => unknown;

export class EventHook<Argument> {
  #listeners: readonly Listener<Argument>[] = [];
  #watcher: (isHeard: boolean) => void = nothing;

  add(listener: Listener<Argument>): void {
    // Lists are replaced, never changed: one that is being gone through stays as it was, and costs no copy to call.
    this.#listeners = [...this.#listeners, listener];
    this.#watcher(true);
  }

  /** Takes the listener away, once for each time it was added. */
  remove(listener: Listener<Argument>): void {
    const position = this.#listeners.indexOf(listener);
    if (position < 0) return;
    this.#listeners = this.#listeners.filter((_, index) => index !== position);
    this.#watcher(this.isHeard);
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  /** Tells `watcher` now, and whenever listeners come or go, whether anybody listens. One watcher an event. */
  watch(watcher: (isHeard: boolean) => void): void {
    this.#watcher = watcher;
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
  tell(argument: Argument, onError: (error: unknown) => void): void {
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
