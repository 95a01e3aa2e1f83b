/**
 * The thread boundary: what main thread and load threads say to each other. A thread's first message is in `threadSeed.ts`, what is said of
 * feeders in `feeders.ts`; most other files of this folder are memory that both sides share.
 *
 * Plain data and shared memory only: no functions, no classes, no Error objects. Every field is present, absence is
 * `null`. Each port is first in, first out; late answers are harmless because targets are absolute and carry a
 * generation number that only grows.
 */
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';
import type { ArrivalCurve } from './arrivalCurve.ts';
import type { ExceptionMessage } from './exceptionCounts.ts';
import type { StatsSoFar } from '../../stats/soFar.ts';
import type { LogLevel } from '../../util/logger.ts';
import type { FeederInfo, FeedsToThread, PackedRows } from './feeders.ts';

/** An option that a scenario declares (`defineOptions`), checked. */
export type OptionInfo = {
  /** As Python has it: `basket_size`. */
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  /** Null: none. */
  readonly default: string | number | boolean | null;
  /** Null: any value of the type. */
  readonly choices: readonly (string | number | boolean)[] | null;
  /** Empty: none. */
  readonly help: string;
  readonly isSecret: boolean;
};

/** What a scenario exports beside its classes; stages and thresholds as they were written: checked on the main thread. */
export type ScenarioExports = {
  /** `export const options = defineOptions(…)` of all files together. */
  readonly options: readonly OptionInfo[];
  /** It exports a function `setup`. */
  readonly hasSetup: boolean;
  /** It exports a function `teardown`. */
  readonly hasTeardown: boolean;
  /** It exports a function `shape`. */
  readonly hasShape: boolean;
  /** `export const stages = …`; null when absent. */
  readonly stages: unknown;
  /** `export const thresholds = …`; null when absent. */
  readonly thresholds: unknown;
};

/** One outcome of `--run-tasks`. */
export type TaskRun = {
  readonly className: string;
  readonly taskName: string;
  readonly elapsedMs: number;
  /** Null when it went through; else the error that escaped it. */
  readonly error: string | null;
};

/** A task of a user class or of a task set, as it was written. */
export type TaskInfo = {
  readonly name: string;
  readonly weight: number;
  /** Its own, and those of the sets that it stands in; in order. */
  readonly tags: readonly string[];
  /** What is in it, when it is a task set; null for a task, and for a set that stands within itself. */
  readonly set: TaskSetInfo | null;
  /** Of a task of a Markov chain: the weights of those that it leads to; else null. */
  readonly transitions: Readonly<Record<string, number>> | null;
};

/** A task set, as it was written. */
export type TaskSetInfo = { readonly order: 'random' | 'sequential' | 'markov'; readonly tasks: readonly TaskInfo[] };

/** A user class as a thread found it in the scenario. */
export type ClassInfo = {
  readonly name: string;
  readonly weight: number;
  /** 0 when unset. */
  readonly fixedCount: number;
  /** What each user stands for: tasks that begin a second, and how many of them are under way at most; null: one user, that goes on by itself. */
  readonly arrivals: { readonly perSec: number; readonly maxAtOnce: number } | null;
  /** The capture that it replays, whose visitors its users are, in words: `traffic.gor at 2x`; null: none. */
  readonly replay: string | null;
  /** Its own; null when it names none. */
  readonly host: string | null;
  readonly taskNames: readonly string[];
  /** The same with all that belongs to them. */
  readonly tasks: readonly TaskInfo[];
  /** True for the class that stands for the tasks handed to `run()`: it runs for any class name of the master. */
  readonly isTaskList: boolean;
};

/** What one test run hands to the scenario. */
export type RunOptions = {
  /** From the master; null or empty leaves the classes their own. */
  readonly host: string | null;
  /** Options that are not Locust's own, plus `tags`, `exclude_tags`, `expect_workers`. */
  readonly parsedOptions: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[] | null;
  readonly excludeTags: readonly string[] | null;
  /** The master's index of this worker; −1 until it is known. */
  readonly workerIndex: number;
};

/** Where arrivals of classes whose users each stand for a rate come from, for all threads of the worker. */
export type ArrivalsOrder = {
  /** Users of the worker, by class. */
  readonly users: Readonly<Record<string, number>>;
  /** They are so many from this moment on, of the shared clock (see engine/shared/pace). */
  readonly fromMs: number;
  /** The moment of the shared clock from which all workers count. */
  readonly epochMs: number;
  readonly workerIndex: number;
};

/** An open model's arrivals, for all threads. */
export type Arrivals = {
  readonly curve: ArrivalCurve;
  /** Of all threads (see engine/shared/pace). */
  readonly counts: SharedArrayBuffer;
};

/** What the main thread says to a load thread. */
export type MainToThread =
  | FeedsToThread
  /** The master has given the worker its index (−1: it gives none): fire `init`, answer `initialised`. For a thread whose seed has no index, once, before all others but `close`. */
  | { readonly kind: 'init'; readonly workerIndex: number }
  /**
   * A new test run begins: take these options, fire `testStart`. Always before the first `users` of that run. `isUnderWay`:
   * for a thread that takes the place of a lost one in the midst of it.
   */
  | { readonly kind: 'runStart'; readonly options: RunOptions; readonly isUnderWay: boolean }
  /** Options of a later spawn of the same run (host and parsed options may have changed). */
  | { readonly kind: 'runOptions'; readonly options: RunOptions }
  /** Absolute targets per class name; a class that is absent keeps its users. */
  | {
      readonly kind: 'users';
      readonly generation: number;
      readonly targets: Readonly<Record<string, number>>;
      readonly stopTimeoutMs: number;
    }
  /** Stop every user; fires `testStop` when they are gone, then answers `stopped`. */
  | { readonly kind: 'stop'; readonly generation: number; readonly stopTimeoutMs: number }
  | { readonly kind: 'spawningComplete'; readonly userCount: number }
  | { readonly kind: 'updateUserClass'; readonly className: string; readonly attributes: Readonly<Record<string, unknown>> }
  /** `isOwn`: there is no master, the scenario sent it to itself. */
  | { readonly kind: 'custom'; readonly type: string; readonly data: unknown; readonly isOwn: boolean }
  /** From here on samples count (true), or belong to the warm-up (false). */
  | { readonly kind: 'count'; readonly isOn: boolean }
  /** What was counted so far is dropped, as the master asks. */
  | { readonly kind: 'statsReset' }
  /** The run so far, of all threads: once a second where somebody wants it. */
  | { readonly kind: 'stats'; readonly stats: StatsSoFar }
  /** An open model: tasks begin on schedule, whoever is free takes them. Before the users; without it they go on by themselves. */
  | { readonly kind: 'openModel'; readonly arrivals: Arrivals }
  /** Arrival k is due at `startsAtMs` (of engine/shared/pace) + k / rate; thread i takes every k ≡ i modulo their number. */
  | { readonly kind: 'startArrivals'; readonly startsAtMs: number }
  /** For the next `users`; only where a class has arrivals, or replays a capture. */
  | { readonly kind: 'arrivals'; readonly order: ArrivalsOrder }
  /** boomer's --run-tasks: run each of these tasks (`name` or `Class.name`) once, in this order, answer `tasksRun`. */
  | { readonly kind: 'runTasks'; readonly names: readonly string[] }
  /** Writes a profile of this thread to `path`; answered by `profiled` when it is there. */
  | { readonly kind: 'profile'; readonly what: 'cpu' | 'memory'; readonly path: string; readonly durationMs: number }
  /** A report is due soon: ask the listeners of `reportToMaster`, answer `reportExtras` if they have something. */
  | { readonly kind: 'gatherExtras' }
  /** The process is about to end with this exit code: fire `quitting` and `quit`, answer `closed`. */
  | { readonly kind: 'close'; readonly exitCode: number };

/** One failed request in full. */
export type FailureSample = {
  readonly method: string;
  readonly name: string;
  /** As it is counted. */
  readonly error: string;
  /** The request and its answer, for a person, secrets taken out. */
  readonly text: string;
  /** Names its kind, and is the same wherever it happens: a master makes a row of each. */
  readonly trace: string;
};

/** What a load thread says to the main thread. */
export type ThreadToMain =
  | LedgerMessage
  /** Definitions of the thread's other ledger: the same samples, measured from their intended start. */
  | { readonly kind: 'scheduleLedger'; readonly message: LedgerMessage }
  /** Definitions of the ledger of checks and metrics of the scenario's own; there once it has some. */
  | { readonly kind: 'metricLedger'; readonly message: LedgerMessage }
  /**
   * The scenario's feeders; `rows` has the files' rows by feeder name, if this thread reads them and has not told them yet. Before
   * `initialised` with all of them (`isWhole`); before `ready` too when that comes first, with those that there are by then.
   */
  | { readonly kind: 'feeders'; readonly isWhole: boolean; readonly feeders: readonly FeederInfo[]; readonly rows: Readonly<Record<string, PackedRows>> }
  /**
   * This feeder needs more of the master's rows: so many users wait, or it is running low (0). `limit` is that of its
   * counter when this was found; a larger one by now means that the news is old.
   */
  | { readonly kind: 'feedWanted'; readonly name: string; readonly waiting: number; readonly limit: number }
  /** Listeners of `init` are done; before `ready` when the seed has the worker's index. The thread takes orders once it has said both. */
  | { readonly kind: 'initialised' }
  /** The scenario is loaded. */
  | { readonly kind: 'ready'; readonly classes: readonly ClassInfo[]; readonly settings: ScenarioExports }
  /** The scenario could not be loaded; `reason` is one sentence for a person. */
  | { readonly kind: 'loadFailed'; readonly reason: string; readonly trace: string }
  /** Live users per class; `reached` is true once the targets of `generation` are met and leavers have left. */
  | {
      readonly kind: 'users';
      readonly generation: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly reached: boolean;
    }
  /** Somebody in the thread wants to know of the run so far, from now on. */
  | { readonly kind: 'statsWanted' }
  /** Before `stopped`, and before listeners of `testStop`: the thread's users are gone. */
  | { readonly kind: 'usersGone' }
  /** All users of the `stop` with this generation are gone and everything they recorded is in the ledger. */
  | { readonly kind: 'stopped'; readonly generation: number }
  /** Errors that nobody caught: traces have no addresses or timings, so that equal errors are of one kind. */
  | ExceptionMessage
  | ({ readonly kind: 'failureSample' } & FailureSample)
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'custom'; readonly type: string; readonly data: unknown }
  /** The thread has a listener for these custom message types. */
  | { readonly kind: 'listening'; readonly types: readonly string[] }
  /** The scenario has listeners for `reportToMaster`, or none any more. */
  | { readonly kind: 'addsToReports'; readonly isSo: boolean }
  /** What these listeners gave: to be sent once. */
  | { readonly kind: 'reportExtras'; readonly data: Readonly<Record<string, unknown>> }
  /** A user asked to end the whole test. */
  | { readonly kind: 'stopTest'; readonly reason: string }
  /** All threads are done with what was to be replayed. */
  | { readonly kind: 'replayed'; readonly reason: string }
  /** The request log ends here: the file takes no more. Each thread says so once; the main thread tells people. */
  | { readonly kind: 'requestLogFailed'; readonly reason: string }
  | { readonly kind: 'tasksRun'; readonly runs: readonly TaskRun[]; readonly unknownNames: readonly string[] }
  /** `error` is null when the file is there. */
  | { readonly kind: 'profiled'; readonly path: string; readonly error: string | null }
  /** `exitCode`: what a listener of `quitting` set as `environment.processExitCode`; null: nothing. */
  | { readonly kind: 'closed'; readonly exitCode: number | null };
