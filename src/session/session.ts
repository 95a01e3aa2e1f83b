/**
 * What `worker` and `run` begin with: the scenario found and compiled, load threads that have loaded it, a log, a clock, and
 * signals that ask for a graceful end.
 */
import { closeSync, fstatSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { isatty } from 'node:tty';
import { ThreadPool, type PoolOptions } from '../engine/main/threadPool.ts';
import type { LogLevel } from '../util/logger.ts';
import type { StartHere } from '../engine/shared/threadSeed.ts';
import type { Users, UsersInput } from '../protocol/worker/ports.ts';
import type { LocalUsers } from '../run/localRun.ts';
import { BoomerError } from '../util/boomerError.ts';
import { createLogger, type Logger, type LogSink } from '../util/logger.ts';
import { keepNodesTime } from '../util/nodeTime.ts';
import { ratePerSec } from '../util/rate.ts';
import { SteadyClock } from '../util/steadyClock.ts';
import { bundleScenario, mentions, mentionsHttp, placeOf, scenarioFiles } from '../compile/bundle.ts';
import type { Settings } from '../options/settings.ts';
import { arrivalCurve } from './runPlan.ts';
import { visibleLog } from './visibleLog.ts';

/** Ctrl-C, `kill`, and a terminal that was closed or an SSH connection that was lost. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Who looks after what comes from the users, and ends gracefully at a signal. */
export type SessionOwner = {
  readonly input: (input: UsersInput) => void;
  /** Null: a signal ends the process at once. */
  readonly signal: ((signal: EndSignal) => void) | null;
};

/** What a session is opened with. */
export type SessionOptions = {
  readonly settings: Settings;
  /** Of the log. */
  readonly level: LogLevel;
  /** Shows a log line on the terminal, unless the log goes to a file. */
  readonly show: LogSink;
  /** Is given every log line beside that. */
  readonly keep?: LogSink;
  /** Of the scenario, absolute; absent: those that the settings name. */
  readonly files?: readonly string[];
  /** False: signals are somebody else's; true when absent. */
  readonly heedsSignals?: boolean;
  /** What there is to say before a signal ends the process while nobody looks after the scenario yet; resolves with the exit code. Absent: nothing, it ends at once. */
  readonly lastWords?: () => Promise<number>;
};

/** What a command decides by itself; the rest comes from its settings. */
export type PoolParts = Pick<PoolOptions, 'startHere' | 'ledgers' | 'scheduleLedgers' | 'metricLedgers' | 'soFar' | 'hasRowHistograms' | 'warmsUp' | 'requestLogPath' | 'keepsRequestLog' | 'isAlone' | 'workerIndex' | 'onFailureSample' | 'onTrouble'>;

/** Rejects with a BoomerError when there is no such scenario, or the file of the log cannot be written. */
export async function openSession(options: SessionOptions): Promise<Session> {
  return new Session(options, options.files ?? (await scenarioFiles(options.settings.files, process.cwd())));
}

/** A scenario with its log, clock and signals; see `openSession`. */
export class Session {
  /** Stamps the threads' samples. */
  readonly clock: SteadyClock = new SteadyClock();
  readonly log: Logger;
  readonly #settings: Settings;
  readonly #files: readonly string[];
  /** Null: there are none, or they are being said. */
  #lastWords: (() => Promise<number>) | null;
  #stopListening: () => void = () => undefined;
  #owner: SessionOwner | null = null;
  /** What the scenario says while nobody looks after it. */
  readonly #early: UsersInput[] = [];
  readonly #removals: (() => void)[] = [];
  /** Of the scenario as it was compiled last. */
  #modules: readonly string[] = [];

  /** `files` are absolute. */
  constructor({ settings, level, show, keep, heedsSignals = true, lastWords }: SessionOptions, files: readonly string[]) {
    this.#settings = settings;
    this.#files = files;
    this.#lastWords = lastWords ?? null;
    this.log = createLogger(level, hostname(), [...(keep === undefined ? [] : [keep]), visibleLog(settings.logFile, show)], () => new Date());
    // From the first moment on: what ends while it starts leaves nothing behind either.
    if (heedsSignals) this.heedSignals();
  }

  /** From now on signals are this session's, which began while they were another's. */
  heedSignals(): void {
    this.#stopListening();
    this.#stopListening = onSignals((signal) => {
      const end = this.#owner?.signal ?? null;
      if (end === null) this.#exitAt(signal);
      else end(signal);
    });
  }

  #exitAt(signal: EndSignal): void {
    const code = 128 + constants.signals[signal];
    const lastWords = this.#lastWords;
    if (lastWords === null) process.exit(code);
    // Another signal does not wait for them.
    this.#lastWords = null;
    void lastWords().then((own) => process.exit(own), () => process.exit(code));
  }

  /** Absolute paths of the modules that the scenario was compiled from; none before. */
  get modules(): readonly string[] {
    return this.#modules;
  }

  /** Resolves when every thread has loaded the scenario; rejects with a BoomerError that names the file and the line. */
  async startPool(parts: PoolParts): Promise<ThreadPool> {
    // The threads start while the scenario is compiled; one that does not compile ends them.
    const bundling = this.#files.length === 0 ? Promise.resolve(nothingCompiled) : bundleScenario(this.#files);
    const startHere = parts.startHere ?? (this.#settings.threadCount === 0 ? await startingHere() : null);
    const { threadCount, host, allowHosts, userClasses, tags, excludeTags, seed, failureSamples, hangTimeoutMs, httpDebug, iterations, maxRate, increaseRate, arrivals } = this.#settings;
    const perSec = arrivals === null ? null : ratePerSec(arrivals);
    const starting = ThreadPool.start({
      threadCount: Math.max(1, threadCount), host, allowHosts, userClasses, tags, excludeTags, seed, failureSamples, hangTimeoutMs, httpDebug,
      // A master says how many users there are, and each stands for the rate.
      pace: { iterations, maxRate, increaseRate, arrivals: parts.isAlone === true ? arrivalCurve(this.#settings) : null },
      userPerSec: parts.isAlone === true ? null : perSec,
      bundleUrls: bundling.then(({ urls }) => urls),
      mentionsHttp: mentionsHttp(this.#files),
      // Classes that are given have no text.
      mentionsStats: this.#files.length === 0 || bundling.then((bundle) => mentions(bundle, 'stats')),
      clockAnchorMs: this.clock.anchorMs,
      nowMs: () => performance.now(),
      log: this.log,
      sink: (input) => (this.#owner === null ? this.#early.push(input) : this.#owner.input(input)),
      ...parts,
      startHere,
    });
    // Threads that are started later, in place of lost ones, load it again: it is removed at the end of the process.
    const removing = bundling.then(({ modules, removeNow }) => {
      this.#modules = modules;
      this.#removals.push(removeNow);
    });
    const [bundle, pool] = await Promise.allSettled([removing, starting]);
    if (bundle.status === 'rejected') throw bundle.reason;
    if (pool.status === 'fulfilled') return pool.value;
    const error: unknown = pool.reason;
    if (!(error instanceof BoomerError)) throw error;
    throw new BoomerError(error.code, `${this.#files.length === 0 ? 'the classes' : this.#files.join(', ')}: ${error.message}${placeOf(error)}`, { cause: error });
  }

  /** From now on inputs, those so far first, and signals go to `owner`; until then a signal ends the process at once. */
  connect(owner: SessionOwner): void {
    this.#owner = owner;
    for (const input of this.#early.splice(0)) owner.input(input);
  }

  /** Removes what was compiled, before the end of the process: its threads have ended. May be called twice. */
  removeFiles(): void {
    for (const removeNow of this.#removals.splice(0)) removeNow();
  }

  /** Signals do again what they do by themselves. May be called twice. */
  close(): void {
    this.#stopListening();
  }
}

/** What an agent and a run without a master see of the pool: its methods, which are bound to it, as plain functions that a caller may replace. */
export function usersOf(pool: ThreadPool): Users & LocalUsers {
  const { classes, counts, init, startRun, updateOptions, setUsers, stopUsers, spawningComplete, statsReset, updateUserClass, deliver, setCounting, startArrivals, iterationsLeft } = pool;
  return { classes, counts, init, startRun, updateOptions, setUsers, stopUsers, spawningComplete, statsReset, updateUserClass, deliver, setCounting, startArrivals, iterationsLeft };
}

/** Of a scenario that is there already. */
const nothingCompiled = { urls: [], modules: [], removeNow: () => undefined };

/** `--threads 0` */
async function startingHere(): Promise<StartHere> {
  const { inThisThread } = await import('../engine/here/thisThread.ts');
  keepNodesTime();
  process.setSourceMapsEnabled(true);
  return inThisThread(null, true);
}

/**
 * Calls `onSignal` at each one; returns how to stop listening. After SIGHUP the terminal may be gone, which Node (20 to 24) does not
 * survive: at its end it puts the terminal's settings back, and aborts where it cannot (node.cc, `ResetStdio`).
 */
export function onSignals(onSignal: (signal: EndSignal) => void): () => void {
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, () => {
    if (signal === 'SIGHUP') process.once('exit', closeLostTerminal);
    onSignal(signal);
  }] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** A file descriptor that is closed, or none of a terminal's, is left alone there. */
function closeLostTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (!isatty(fd) && fstatSync(fd).isCharacterDevice()) closeSync(fd);
    } catch {
      // It is closed.
    }
  }
}
