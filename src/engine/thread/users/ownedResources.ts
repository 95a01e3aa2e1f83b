/**
 * What a user holds that must end with it: its signal, its clients and connections. Each part is made when first asked
 * for, since most users have none.
 */
import type { OwnedResource } from '../../../scenario/userContext.ts';
import { StopUser } from '../../../scenario/endings.ts';
import { clearTimer, setTimer } from '../../../util/timers.ts';

export class OwnedResources {
  #signal: UserSignal | null = null;
  #resources: OwnedResource[] | null = null;
  #isClosed = false;

  signal(): UserSignal {
    if (this.#signal === null) {
      this.#signal = new UserSignal();
      if (this.#isClosed) this.#signal.end();
    }
    return this.#signal;
  }

  own(resource: OwnedResource): void {
    if (this.#resources === null) this.#resources = [resource]; // a push onto an empty list would make room for 17
    else this.#resources.push(resource);
  }

  /** Ends what is in flight; what is held stays usable. */
  abort(reason: StopUser): void {
    this.#signal?.fire(reason);
    for (const resource of this.#resources ?? []) resource.abort(reason);
  }

  /** The user is gone. */
  close(): void {
    this.#isClosed = true;
    this.#signal?.end();
    for (const resource of this.#resources ?? []) resource.close();
    this.#resources = null;
  }
}

/**
 * A user's `signal` and `sleep`: what tells work in flight that its user was stopped. Made when first asked for, since most
 * users never look at it.
 */
export class UserSignal {
  #abort: AbortController | null = null;
  #isGone = false;

  /** The signal of the stretch of life that the user is in. */
  current(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isGone) this.#abort.abort(new StopUser('the user is gone'));
    return this.#abort.signal;
  }

  /** The user is killed: the signal fires. A later one is fresh, for an `onStop` may still say goodbye to a server. */
  fire(reason: StopUser): void {
    const ending = this.#abort;
    this.#abort = null;
    ending?.abort(reason);
  }

  /** The user is gone: this signal and all later ones have fired. */
  end(): void {
    this.#isGone = true;
    this.fire(new StopUser('the user is gone'));
  }

  /** Resolves after `sec` seconds; rejects with StopUser when the signal fires meanwhile. */
  sleep(sec: number): Promise<void> {
    const signal = this.current();
    return new Promise((resolve, reject) => {
      const stopped = (): void => {
        clearTimer(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimer(() => {
        signal.removeEventListener('abort', stopped);
        resolve();
      }, sec * 1000);
      if (signal.aborted) stopped();
      else signal.addEventListener('abort', stopped, { once: true });
    });
  }
}
