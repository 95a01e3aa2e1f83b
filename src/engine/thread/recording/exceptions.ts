/**
 * Errors that nobody caught, of tasks, listeners and callbacks, of a promise that nobody awaits: data, not the end of the thread. They are
 * counted by their trace, and told to listeners of `userError`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { StopUser } from '../../../scenario/endings.ts';
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { errorLine, errorTrace } from '../../../util/errorText.ts';
import { isInstanceOf } from '../../../util/steering.ts';
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

const firstVersionWithCheapContexts = 24;

/**
 * Knows whose work it is that runs, by AsyncLocalStorage. That is not free before Node 24 (about 80 ns for every promise in the thread), so there
 * it is off until the first error that nobody caught: that one is told by its trace alone, all later ones with their user and task.
 * Users of `run()` always have it, since `recordSuccess` finds its user by it.
 */
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

  /** Something came up whose owner nobody knows, an error that nobody caught: from now on it will be known. */
  begin(): void {
    this.isOn = true;
  }
}

/** Whose error it may be, as its line in the log needs it. */
type ErrorOwner = { readonly user: User; readonly doing: string };

/** Takes what nobody in this thread caught; what a stop aborted, and nobody awaits, is no error. */
export function catchUnhandledErrors(exceptions: ThreadExceptions, attribution: Attribution<ErrorOwner>): void {
  process.on('unhandledRejection', (reason) => {
    if (!isInstanceOf(reason, StopUser)) add(reason, 'in a promise that nobody awaited');
  });
  process.on('uncaughtException', (error) => add(error, 'in a callback'));

  function add(error: unknown, where: string): void {
    const owner = attribution.owner();
    attribution.begin();
    if (owner === null) exceptions.add(error, null, { where, who: '' });
    else exceptions.add(error, owner.user, { where: `${where}, begun in ${owner.doing}`, who: `user ${owner.user.environment.userIndex}` });
  }
}
