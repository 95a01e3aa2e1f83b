/**
 * Errors that nobody caught: a promise that nobody awaits, a timer that throws. They are data, not the end of the thread. What a stop
 * aborted, and nobody awaits, is neither.
 *
 * Whose error is it? AsyncLocalStorage knows in whose task it began. It is not free before Node 24 (about 80 ns for every promise in the
 * thread), so there it is off until the first such error: that one is told by its trace alone, all later ones with their user and task.
 * Users of `run()` always have it, since `recordSuccess` finds its user by it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isEnding, StopUser } from '../../scenario/endings.ts';
import type { User } from '../../scenario/user.ts';
import type { ThreadExceptions } from './recording/exceptions.ts';

const firstVersionWithCheapContexts = 24;

/** Knows whose work it is that runs. */
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

/** Whose error it may be, as its line in the log needs it. */
type ErrorOwner = { readonly user: User; readonly doing: string };

/** Takes what nobody in this thread caught. */
export function catchUnhandledErrors(exceptions: ThreadExceptions, attribution: Attribution<ErrorOwner>): void {
  process.on('unhandledRejection', (reason) => {
    if (!isEnding(reason, StopUser)) add(reason, 'in a promise that nobody awaited');
  });
  process.on('uncaughtException', (error) => add(error, 'in a callback'));

  function add(error: unknown, where: string): void {
    const owner = attribution.owner();
    attribution.onUnhandledError();
    if (owner === null) exceptions.add(error, null, { where, who: '' });
    else exceptions.add(error, owner.user, { where: `${where}, begun in ${owner.doing}`, who: `user ${owner.user.environment.userIndex}` });
  }
}
