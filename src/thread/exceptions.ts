/**
 * Errors that escaped tasks, grouped by their trace before they cross to the main thread: ten thousand users that fail
 * in the same line are one message with a count, not ten thousand messages.
 */
import type { TaskSet } from '../user/taskSet.ts';
import type { User } from '../user/user.ts';
import { errorLine, errorTrace } from '../util/errorText.ts';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';

const flushEveryMs = 100;
/** Distinct traces kept between two flushes; more are counted under one heading. */
const mostTraces = 200;

export type ExceptionGroup = { readonly message: string; readonly trace: string; readonly count: number; readonly isOutsideTask: boolean };

/** Hears of each error that escaped a user; `owner` is where it escaped, null when nobody can tell. */
export type ErrorListener = (error: unknown, owner: User | TaskSet | null) => void;

/** Where an error came up that nobody caught: `where` goes into the trace, `who` only into the message, so that equal errors of different users stay one group. */
export type Stray = { readonly where: string; readonly who: string };

export class ThreadExceptions {
  readonly #post: (group: ExceptionGroup) => void;
  readonly #tell: ErrorListener;
  readonly #groups = new Map<string, { message: string; count: number; isOutsideTask: boolean }>();
  #timer: Timer | null = null;

  constructor(post: (group: ExceptionGroup) => void, tell: ErrorListener = () => undefined) {
    this.#post = post;
    this.#tell = tell;
  }

  /** An error that escaped a user, or that nobody caught. */
  add(thrown: unknown, owner: User | TaskSet | null = null, stray: Stray | null = null): void {
    this.#group(thrown, stray, stray !== null);
    this.#tell(thrown, owner);
  }

  /** An error of a listener: no other listener hears of it, or one that fails on errors would hear itself for ever. */
  addOfListener(thrown: unknown): void {
    this.#group(thrown, null, true);
  }

  #group(thrown: unknown, stray: Stray | null, isOutsideTask: boolean): void {
    let trace = errorTrace(thrown) + (stray === null ? '' : `\n    (${stray.where})`);
    let message = errorLine(thrown) + (stray === null || stray.who === '' ? '' : ` (${stray.who})`);
    let group = this.#groups.get(trace);
    if (group === undefined && this.#groups.size >= mostTraces) {
      message = trace = `more than ${mostTraces} different exceptions in ${flushEveryMs} ms`;
      group = this.#groups.get(trace);
    }
    if (group === undefined) this.#groups.set(trace, (group = { message, count: 0, isOutsideTask: false }));
    group.count++;
    if (isOutsideTask) group.isOutsideTask = true;
    this.#timer ??= setTimer(() => this.flush(), flushEveryMs);
  }

  /** Posts what has gathered; called before a thread says `stopped`. */
  flush(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    for (const [trace, group] of this.#groups) this.#post({ trace, ...group });
    this.#groups.clear();
  }
}
