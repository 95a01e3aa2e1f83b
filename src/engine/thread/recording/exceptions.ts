/**
 * Errors that nobody caught, of tasks, listeners and callbacks: counted by their trace, and told to listeners of `userError`.
 */
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { errorLine, errorTrace } from '../../../util/errorText.ts';
import { ExceptionCounter, type ExceptionMessage } from '../../shared/exceptionCounts.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';

/** The main thread is asked to read at most so often. */
const flushEveryMs = 100;

/** Hears of each error that escaped a user; `owner` is where it escaped, null when nobody can tell. */
export type ErrorListener = (error: unknown, owner: User | TaskSet | null) => void;

/** Where an error came up that nobody caught: `where` goes into the trace, `who` only into the message, so that equal errors of different users are of one kind. */
export type Stray = { readonly where: string; readonly who: string };

/** Counts exceptions by trace, and tells listeners of each. */
export class ThreadExceptions {
  readonly #post: (message: ExceptionMessage) => void;
  readonly #tell: ErrorListener;
  readonly #counter: ExceptionCounter;
  #timer: Timer | null = null;

  constructor(post: (message: ExceptionMessage) => void, tell: ErrorListener = () => undefined) {
    this.#post = post;
    this.#tell = tell;
    this.#counter = new ExceptionCounter(post);
  }

  /** An error that escaped a user, or that nobody caught. */
  add(thrown: unknown, owner: User | TaskSet | null = null, stray: Stray | null = null): void {
    this.#count(thrown, stray, stray !== null);
    this.#tell(thrown, owner);
  }

  /** An error of a listener: no other listener hears of it, or one that fails on errors would hear itself for ever. */
  addOfListener(thrown: unknown): void {
    this.#count(thrown, null, true);
  }

  /** A new test begins. */
  begin(): void {
    this.flush();
    this.#counter.begin();
  }

  /** What was counted is to be read; called before a thread says `stopped`. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimer(this.#timer);
    this.#timer = null;
    this.#post({ kind: 'exceptionsCounted' });
  }

  #count(thrown: unknown, stray: Stray | null, isOutsideTask: boolean): void {
    const trace = errorTrace(thrown) + (stray === null ? '' : `\n    (${stray.where})`);
    const message = errorLine(thrown) + (stray === null || stray.who === '' ? '' : ` (${stray.who})`);
    this.#counter.count({ message, trace, isOutsideTask });
    this.#timer ??= setTimer(() => this.flush(), flushEveryMs);
  }
}
