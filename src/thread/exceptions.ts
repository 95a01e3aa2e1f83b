/**
 * Errors that escaped tasks, grouped by their trace before they cross to the main thread: ten thousand users that fail
 * in the same line are one message with a count, not ten thousand messages.
 */
import type { TaskSet } from '../user/taskSet.ts';
import type { User } from '../user/user.ts';
import { errorLine, errorTrace } from '../util/errorText.ts';

const flushEveryMs = 100;
/** Distinct traces kept between two flushes; more are counted under one heading. */
const mostTraces = 200;

export type ExceptionGroup = { readonly message: string; readonly trace: string; readonly count: number };

/** Hears of each error that escaped a user; `owner` is where it escaped, null when nobody can tell. */
export type ErrorListener = (error: unknown, owner: User | TaskSet | null) => void;

export class ThreadExceptions {
  readonly #post: (group: ExceptionGroup) => void;
  readonly #tell: ErrorListener;
  readonly #groups = new Map<string, { message: string; count: number }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(post: (group: ExceptionGroup) => void, tell: ErrorListener = () => undefined) {
    this.#post = post;
    this.#tell = tell;
  }

  /** An error that escaped a user, or that nobody caught. */
  add(thrown: unknown, owner: User | TaskSet | null = null): void {
    this.addOfListener(thrown);
    this.#tell(thrown, owner);
  }

  /** An error of a listener: no other listener hears of it, or one that fails on errors would hear itself for ever. */
  addOfListener(thrown: unknown): void {
    let trace = errorTrace(thrown);
    let message = errorLine(thrown);
    let group = this.#groups.get(trace);
    if (group === undefined && this.#groups.size >= mostTraces) {
      message = trace = `more than ${mostTraces} different exceptions in ${flushEveryMs} ms`;
      group = this.#groups.get(trace);
    }
    if (group === undefined) this.#groups.set(trace, { message, count: 1 });
    else group.count++;
    this.#timer ??= setTimeout(() => this.flush(), flushEveryMs);
  }

  /** Posts what has gathered; called before a thread says `stopped`. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [trace, { message, count }] of this.#groups) this.#post({ message, trace, count });
    this.#groups.clear();
  }
}
