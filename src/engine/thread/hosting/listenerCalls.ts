/**
 * Calls the scenario's listeners in a thread: whatever they do, the thread goes on.
 */
import type { Environment } from '../../../scenario/environment.ts';
import { type EventHook, events } from '../../../scenario/events.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { errorTrace } from '../../../util/errorText.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import type { ThreadToMain } from '../../shared/messages.ts';
import type { ThreadExceptions } from '../recording/exceptions.ts';

/** Listeners of `testStop`, of the last `reportToMaster` of a run, of `quitting` and of `quit` get so long before the thread goes on without them. */
const lastListenersMs = 250;

/** Modules, logins and warm-ups of init take their time; nobody looks at a still screen for longer without asking. */
const lateAfterMs = 10_000;

/** What listeners are handed, and who hears of what they do wrong. */
export type ListenerCallsParts = {
  readonly environment: Environment;
  readonly exceptions: Pick<ThreadExceptions, 'addOfListener'>;
  readonly post: (message: ThreadToMain) => void;
};

/** One thread's way to all listeners; what they throw goes up as an exception. */
export class ListenerCalls {
  readonly #parts: ListenerCallsParts;

  constructor(parts: ListenerCallsParts) {
    this.#parts = parts;
  }

  /** Resolves when all listeners are done; never rejects. */
  fire<Argument>(event: EventHook<Argument>, argument: Argument): Promise<void> {
    return event.fire(argument, this.#failed);
  }

  /** The same for listeners that something waits for: when they take long, what that is and why is said. */
  fireAwaited<Argument>(event: EventHook<Argument>, argument: Argument, waiting: string, reason: string): Promise<void> {
    return sayIfLate(this.fire(event, argument), waiting, reason, this.#warn);
  }

  /** Fires `init`; `waiting` says what its listeners hold up. Errors are said at once: what follows may come of them. */
  fireInit(waiting: string): Promise<void> {
    const fired = events.init.fire(this.#parts.environment, (error) => {
      this.#warn(`a listener of init failed: ${errorTrace(error)}`);
      this.#failed(error);
    });
    return sayIfLate(fired, waiting, 'a listener of init has not ended', this.#warn);
  }

  /** Asks the listeners of `reportToMaster`; never rejects. */
  gatherExtras(): Promise<void> {
    const gathered = gatherExtras(this.#parts.environment, this.#parts.post, this.#failed);
    return sayIfLate(gathered, 'reports lack what the scenario adds', 'a listener of reportToMaster has not ended', this.#warn);
  }

  /** The same for the very first report, and not for long: it is asked again, so errors do not matter yet. */
  gatherFirstExtras(): Promise<void> {
    return this.briefly(gatherExtras(this.#parts.environment, this.#parts.post, ignore), 'reportToMaster');
  }

  /** Waits for listeners, but not for long; `name` is that of their event. */
  async briefly(listeners: Promise<void>, name: string): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimer(() => resolve('late'), lastListenersMs)));
    const outcome = await Promise.race([listeners, late]);
    clearTimer(timer);
    if (outcome !== 'late') return;
    this.#warn(`a listener of ${name} took longer than ${lastListenersMs} ms: going on without it`);
  }

  readonly #warn = (text: string): void => this.#parts.post({ kind: 'log', level: 'warning', text });

  /** The main thread logs it, as any error outside tasks. */
  readonly #failed = (error: unknown): void => this.#parts.exceptions.addOfListener(error);
}

function ignore(): void {
  // it is asked again
}

/** Asks the listeners of `reportToMaster` for data and posts what they gave, if anything. `onError` hears of listeners that fail and of data that cannot be posted. Never rejects. */
export async function gatherExtras(environment: Environment, post: (message: ThreadToMain) => void, onError: (error: unknown) => void): Promise<void> {
  if (!events.reportToMaster.isHeard) return;
  const data: Record<string, unknown> = {};
  await events.reportToMaster.fire({ environment, data }, onError);
  const keys = Object.keys(data);
  if (keys.length === 0) return;
  try {
    post({ kind: 'reportExtras', data });
  } catch (cause) {
    onError(new BoomerError('bad-report-data', `listeners of reportToMaster added data that cannot be sent, all of it is left out (keys ${keys.join(', ')}): expected plain data, no functions`, { cause }));
  }
}

/** `work`, and a sentence when it has not ended after 10 s: what does not go on meanwhile, and why. Waits for it all the same. */
export async function sayIfLate<T>(work: Promise<T>, waiting: string, reason: string, say: (text: string) => void): Promise<T> {
  const timer = setTimer(() => say(`${waiting} after ${lateAfterMs / 1000} s: ${reason}; still waiting`), lateAfterMs);
  try {
    return await work;
  } finally {
    clearTimer(timer);
  }
}
