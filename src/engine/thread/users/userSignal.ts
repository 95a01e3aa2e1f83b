/**
 * A user's `signal` and `sleep`: what tells work in flight that its user was stopped. Made when first asked for, since most
 * users never look at it.
 */
import { setMaxListeners } from 'node:events';
import { StopUser } from '../../../scenario/endings.ts';
import { clearTimer, setTimer } from '../../../util/timers.ts';

/** The signal of one user, a fresh one after each that has fired, and its sleeps. */
export class UserSignal {
  #abort: AbortController | null = null;
  #isGone = false;

  /** The signal of the stretch of life that the user is in. */
  current(): AbortSignal {
    this.#abort ??= unlimited();
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
    const slept = new Promise<void>((resolve, reject) => {
      const stopped = (): void => {
        clearTimer(timer);
        // One that nobody awaits must not end a process that is not ours; not before it is there.
        queueMicrotask(() => void slept.catch(ignore));
        reject(signal.reason as Error);
      };
      const timer = setTimer(() => {
        signal.removeEventListener('abort', stopped);
        resolve();
      }, sec * 1000);
      if (signal.aborted) stopped();
      else signal.addEventListener('abort', stopped, { once: true });
    });
    return slept;
  }
}

/** A task may sleep, or send, a hundred times at once, each with a listener of its own: none of them is a leak that Node should warn of. */
function unlimited(): AbortController {
  const controller = new AbortController();
  setMaxListeners(Infinity, controller.signal);
  return controller;
}

function ignore(): void {
  // Whoever awaits the sleep hears of its end.
}
