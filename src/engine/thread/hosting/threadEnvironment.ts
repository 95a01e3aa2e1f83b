/**
 * The environment of a thread, and each user's view of it: one object that changes with the test, many thin views.
 */
import { type Environment, type OptionName, type ParsedOptions, type RunnerView, type SetupData, type UserEnvironment, asDeclared, requiredOption } from '../../../scenario/environment.ts';
import { withDeclared } from '../../../scenario/declaredOptions.ts';
import { noStats, type StatsSoFar } from '../../../stats/soFar.ts';
import type { OptionInfo, RunOptions, ThreadToMain } from '../../shared/messages.ts';
import type { ThreadSeed } from '../../shared/threadSeed.ts';

/** The runner as listeners and users see it; the thread keeps it up to date. */
export class ThreadRunner implements RunnerView {
  state: RunnerView['state'] = 'ready';
  /** Null until the scenario is loaded. */
  groups: { readonly userCount: number; readonly dismissAll: () => void } | null = null;

  get userCount(): number {
    return this.groups?.userCount ?? 0;
  }
}

/** What this thread knows of the run so far (`environment.stats`): it is told once a second, from the moment on at which somebody looks. */
export class ThreadStats {
  readonly #post: (message: ThreadToMain) => void;
  #stats = noStats;
  #isWanted = false;
  #becameFinal: (() => void) | null = null;

  constructor(post: (message: ThreadToMain) => void) {
    this.#post = post;
  }

  /** Those that were told last. */
  get current(): StatsSoFar {
    if (!this.#isWanted) this.#post({ kind: 'statsWanted' });
    this.#isWanted = true;
    return this.#stats;
  }

  /** The main thread tells. */
  take(stats: StatsSoFar): void {
    this.#isWanted = true;
    this.#stats = stats;
    if (stats.isFinal) this.#becameFinal?.();
  }

  /** The users of this thread are gone: resolves when those of all threads are, and the last numbers are here; at once where nobody wants any. */
  async whenFinal(): Promise<void> {
    const final = new Promise<void>((resolve) => (this.#becameFinal = resolve));
    this.#post({ kind: 'usersGone' });
    if (this.#stats.atSec !== null) await final;
  }
}

/** The environment of all users of a thread, and of its listeners. */
export class ThreadEnvironment implements Environment {
  readonly threadIndex: number;
  readonly threadCount: number;
  readonly runner: RunnerView;
  host: string | null;
  parsedOptions: ParsedOptions = asDeclared({});
  setupData: SetupData = {};
  workerIndex: number;
  tags: readonly string[] | null = null;
  excludeTags: readonly string[] | null = null;
  processExitCode: number | null = null;
  readonly #stats: Pick<ThreadStats, 'current'>;
  #declared: readonly OptionInfo[] = [];

  constructor({ threadIndex, threadCount, workerIndex, host }: Pick<ThreadSeed, 'threadIndex' | 'threadCount' | 'workerIndex' | 'host'>, runner: RunnerView, stats: Pick<ThreadStats, 'current'> = { current: noStats }) {
    this.#stats = stats;
    this.threadIndex = threadIndex;
    this.threadCount = threadCount;
    this.workerIndex = workerIndex ?? -1;
    this.host = host;
    this.runner = runner;
  }

  get stats(): StatsSoFar {
    return this.#stats.current;
  }

  option<Name extends OptionName>(name: Name): Exclude<ParsedOptions[Name], null | undefined> {
    return requiredOption(this.parsedOptions, name);
  }

  /** The scenario is loaded: its options have their defaults until a run says more. */
  declare(options: readonly OptionInfo[]): void {
    this.#declared = options;
    this.parsedOptions = withDeclared(this.parsedOptions, options);
  }

  /** Takes what the master sent; an empty host changes nothing, and a host once given stays (Locust runners.py:1302). */
  take(options: RunOptions): void {
    if (options.host !== null && options.host !== '') this.host = options.host;
    this.parsedOptions = withDeclared(asDeclared(options.parsedOptions), this.#declared);
    this.workerIndex = options.workerIndex;
    this.tags = options.tags;
    this.excludeTags = options.excludeTags;
  }
}

/** What one user sees: the thread's environment of the moment, and its own number. */
export class UserView implements UserEnvironment {
  readonly #thread: ThreadEnvironment;
  readonly userIndex: number;

  constructor(thread: ThreadEnvironment, userIndex: number) {
    this.#thread = thread;
    this.userIndex = userIndex;
  }

  get host(): string | null {
    return this.#thread.host;
  }
  get parsedOptions(): ParsedOptions {
    return this.#thread.parsedOptions;
  }
  get setupData(): SetupData {
    return this.#thread.setupData;
  }
  option<Name extends OptionName>(name: Name): Exclude<ParsedOptions[Name], null | undefined> {
    return this.#thread.option(name);
  }
  get workerIndex(): number {
    return this.#thread.workerIndex;
  }
  get threadIndex(): number {
    return this.#thread.threadIndex;
  }
  get threadCount(): number {
    return this.#thread.threadCount;
  }
  get tags(): readonly string[] | null {
    return this.#thread.tags;
  }
  get excludeTags(): readonly string[] | null {
    return this.#thread.excludeTags;
  }
  get runner(): RunnerView {
    return this.#thread.runner;
  }
  get stats(): StatsSoFar {
    return this.#thread.stats;
  }
  get processExitCode(): number | null {
    return this.#thread.processExitCode;
  }
  set processExitCode(code: number | null) {
    this.#thread.processExitCode = code;
  }
}
