/**
 * A user's `signal`, its `sleep` and its refusals: what tells work in flight that its user was stopped, and a function that goes on without it
 * that there is nothing more to be had. Made when first asked for, since most users never look at it.
 */
import { setMaxListeners } from 'node:events';
import { StopUser } from '../../../scenario/endings.ts';
import { clearTimer, setTimer } from '../../../util/timers.ts';
import type { Turn } from '../pacing/turn.ts';

/** Enough for the `finally` blocks of a function whose user is gone; one that goes on after that catches whatever it is told, and tries again. */
const maxRefusalsOfGone = 20;

/** The signal of one user, a fresh one after each that has fired, its sleeps, and what it is refused. */
export class UserSignal {
  readonly #turn: Pick<Turn, 'next'>;
  #abort: AbortController | null = null;
  #isGone = false;
  /** Since it is gone. */
  #refusals = 0;

  constructor(turn: Pick<Turn, 'next'>) {
    this.#turn = turn;
  }

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
    if (signal.aborted) {
      const refused = this.refuse(signal.reason);
      refused.catch(ignore);
      return refused;
    }
    const slept = new Promise<void>((resolve, reject) => {
      const stopped = (): void => {
        clearTimer(timer);
        slept.catch(ignore); // one that nobody awaits must not end a process that is not ours
        reject(signal.reason as Error);
      };
      const timer = setTimer(() => {
        signal.removeEventListener('abort', stopped);
        resolve();
      }, sec * 1000);
      signal.addEventListener('abort', stopped, { once: true });
    });
    return slept;
  }

  /**
   * Rejects with `reason`, and not before the event loop has had a turn: `for (;;) try { await … } catch {}` would hold up the thread for ever.
   * A user that is gone is told so a few times; then the promise never settles, and the function that waits for it becomes garbage with it.
   */
  refuse(reason: unknown): Promise<never> {
    if (this.#isGone && ++this.#refusals > maxRefusalsOfGone) return new Promise(never);
    return this.#refuseInTurn(reason);
  }

  async #refuseInTurn(reason: unknown): Promise<never> {
    await this.#turn.next();
    throw reason;
  }
}

function never(): void {
  // nobody holds what would settle it
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
