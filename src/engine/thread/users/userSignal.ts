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
/** So often in a turn of the event loop, whoever looks whether the signal of a user that is gone has fired finds that it has. */
const maxLooksInTurn = 8;

/** The signal of one user, a fresh one after each that has fired, its sleeps, and what it is refused. */
export class UserSignal {
  readonly #turn: Pick<Turn, 'next'>;
  readonly #goesOn: () => void;
  #abort: AbortController | null = null;
  #isGone = false;
  /** Since it is gone. */
  #refusals = 0;
  /** At its signal since it is gone, in this turn. */
  #looks = 0;

  /** Calls `goesOn` each time when whoever catches what it is told, and tries again, is not to be told any more. */
  constructor(turn: Pick<Turn, 'next'>, goesOn: () => void) {
    this.#turn = turn;
    this.#goesOn = goesOn;
  }

  /** The signal of the stretch of life that the user is in. */
  current(): AbortSignal {
    if (this.#isGone && this.#mayLook()) return fired();
    return (this.#abort ??= unlimited()).signal;
  }

  /** The user is killed: the signal fires. A later one is fresh, for an `onStop` may still say goodbye to a server. */
  fire(reason: StopUser): void {
    const ending = this.#abort;
    this.#abort = null;
    ending?.abort(reason);
  }

  /** The user is gone: this signal has fired and all later ones have, or do in the next turn. */
  end(): void {
    this.#isGone = true;
    this.fire(gone());
  }

  /** Resolves after `sec` seconds; rejects with StopUser when the signal fires meanwhile. */
  sleep(sec: number): Promise<void> {
    if (this.#isGone) {
      const refused = this.refuse(gone());
      refused.catch(ignore);
      return refused;
    }
    const signal = this.current();
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
    if (this.#isGone && this.#hasHeard()) return new Promise(never);
    return this.#refuseInTurn(reason);
  }

  /** Often enough. */
  #hasHeard(): boolean {
    if (++this.#refusals <= maxRefusalsOfGone) return false;
    this.#goesOn();
    return true;
  }

  /**
   * What is given a signal that has fired rejects without a turn of the event loop: `for (;;) try { await fetch(url, { signal: this.signal }) } catch {}`
   * would hold up the thread for ever. It gets one that fires in the next turn.
   */
  #mayLook(): boolean {
    if (this.#looks === 0) void this.#turn.next().then(() => this.#turned());
    this.#looks += 1;
    return this.#looks <= maxLooksInTurn;
  }

  #turned(): void {
    if (this.#looks > maxLooksInTurn) this.#hasHeard();
    this.#looks = 0;
    this.fire(gone());
  }

  async #refuseInTurn(reason: unknown): Promise<never> {
    await this.#turn.next();
    throw reason;
  }
}

function never(): void {
  // nobody holds what would settle it
}

function gone(): StopUser {
  return new StopUser('the user is gone');
}

function fired(): AbortSignal {
  const controller = unlimited();
  controller.abort(gone());
  return controller.signal;
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
