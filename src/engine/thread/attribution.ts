/**
 * Whose error is it? A promise that nobody awaits, or a timer that throws, belongs to the user in whose task it began;
 * AsyncLocalStorage knows.
 *
 * It is not free before Node 24 (about 80 ns for every promise in the thread), so there it is off until the first such
 * error: that one is told by its trace alone, all later ones with their user and task. Users of `run()` always have
 * it, since `recordSuccess` finds its user by it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const firstVersionWithCheapContexts = 24;

export class Attribution<Owner> {
  readonly #owners = new AsyncLocalStorage<Owner>();
  /** Users look at it before each task. */
  isOn: boolean;

  constructor(nodeVersion: string = process.versions.node) {
    this.isOn = Number.parseInt(nodeVersion, 10) >= firstVersionWithCheapContexts;
  }

  /** Runs `work` as this owner's, with all that follows from it. */
  run<T>(owner: Owner, work: () => T): T {
    return this.#owners.run(owner, work);
  }

  /** Who owns what runs at the moment; null when nobody is known to. */
  owner(): Owner | null {
    return this.#owners.getStore() ?? null;
  }

  /** An error came that nobody caught: from now on its kind will be known. */
  onUnhandledError(): void {
    this.isOn = true;
  }
}
