/**
 * All load threads taken together, as the agent sees its users: orders go to the threads, and what they say goes to the part of the
 * pool that it concerns. It never waits for a thread without a deadline.
 */
import type { Users } from '../../protocol/worker/ports.ts';
import type { ArrivalCounts, ThreadTrust } from '../../report/runView.ts';
import { counted } from '../../util/counted.ts';
import { redactText } from '../../util/redaction.ts';
import { SteadyClock } from '../../util/steadyClock.ts';
import { callLater, onBeat } from '../../util/timers.ts';
import type { ClassInfo, MainToThread, RunOptions, ScenarioExports } from '../shared/messages.ts';
import { ExceptionReporter } from './exceptionReporter.ts';
import { Feeders } from './feeders.ts';
import { LoadThread, type LoadThreadOptions, type SharedSeed, type ThreadLoss, type ThreadMessage } from './loadThread.ts';
import { OneOffTasks } from './oneOffTasks.ts';
import { noPace, PaceMemory } from './paceMemory.ts';
import type { ArrivalCurve } from '../shared/arrivalCurve.ts';
import type { Lateness } from '../shared/pace.ts';
import type { PoolOptions } from './poolOptions.ts';
import { type Extras, ReportExtras } from './reportExtras.ts';
import { RequestLogFile } from './requestLogFile.ts';
import { RunControl } from './runControl.ts';
import { ScenarioLoading } from './scenarioLoading.ts';
import { DebuggerWatch } from './standstill.ts';
import { StatsTelling } from './statsTelling.ts';
import { Closing } from './stopping.ts';
import { threadTrust, TrustWarning } from './trustWarning.ts';

export type { PoolOptions } from './poolOptions.ts';

/** While users are at work; between tests a worker does as little as it can, and all of it once a second. */
const watchEveryMs = 500;
/** The time between two reports, less what the threads may take to say what they add. */
const extrasAskedAfterMs = 2_500;

export class ThreadPool implements Users {
  readonly #options: PoolOptions;
  readonly #reporter: ExceptionReporter;
  readonly #loading: ScenarioLoading;
  readonly #requestLog: RequestLogFile | null;
  readonly #pace: PaceMemory;
  readonly #feeders: Feeders;
  readonly #run: RunControl;
  readonly #oneOffTasks: OneOffTasks;
  readonly #extras: ReportExtras;
  readonly #trustWarning: TrustWarning;
  readonly #stats: StatsTelling;
  /** Once it has been asked for. */
  #closed: Promise<number | null> | null = null;
  readonly #closing: Closing;
  /** Filled when all that they share is there. */
  readonly #threads: LoadThread[] = [];
  #endWatch: () => void = () => undefined;
  #isClosing = false;

  private constructor(options: PoolOptions) {
    const { sink, log, nowMs, seed, isAlone = false, requestLogPath = null, keepsRequestLog = false, threadCount } = options;
    const threads = this.#threads;
    const sendToAll = (message: MainToThread): void => this.#sendToAll(message);
    const debugging = new DebuggerWatch(log);
    this.#options = options;
    this.#reporter = new ExceptionReporter(options);
    this.#loading = new ScenarioLoading(log);
    this.#requestLog = requestLogPath === null ? null : new RequestLogFile(requestLogPath, keepsRequestLog, (text) => this.#reporter.trouble({ kind: 'requestLogCut' }, text));
    this.#pace = new PaceMemory(options.pace ?? noPace, threadCount);
    this.#feeders = new Feeders({ seed, isAlone, nowMs, send: (type, data) => sink({ kind: 'customFromUser', type, data }), sendToAll, log });
    this.#run = new RunControl({ ...options, threads, sendToAll, classes: this.classes, feeders: this.#feeders, pace: this.#pace, debugging });
    this.#oneOffTasks = new OneOffTasks(threads);
    this.#extras = new ReportExtras(() => this.#gatherExtras(), extrasAskedAfterMs);
    this.#trustWarning = new TrustWarning((text) => log('warning', text));
    this.#stats = new StatsTelling({ threads, soFar: options.soFar ?? null });
    // Of a scenario that does not compile, others say so.
    void Promise.resolve(options.mentionsStats).then((mentions) => (mentions === true ? this.#stats.want() : undefined), () => undefined);
    this.#closing = new Closing(threads);
    const forAll = this.#threadOptions(debugging);
    for (let index = 0; index < threadCount; index++) threads.push(new LoadThread(index, forAll));
    this.#lookLater();
  }

  /**
   * Starts all threads and waits until each has loaded the scenario and, where the worker's index is known, fired its `init`; rejects with a
   * BoomerError when one cannot or the request log cannot be written, or with what `bundleUrls` rejects with.
   */
  static async start(options: PoolOptions): Promise<ThreadPool> {
    const pool = new ThreadPool(options);
    try {
      await Promise.all([pool.#loading.whenLoaded(), options.bundleUrls]);
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    } finally {
      pool.#loading.endStart();
    }
  }

  readonly classes = (): readonly ClassInfo[] => this.#loading.classes;

  readonly counts = (): Readonly<Record<string, number>> => this.#run.counts();

  readonly init = (workerIndex: number, whenDone: () => void): void => {
    this.#run.setWorkerIndex(workerIndex);
    void this.#oneOffTasks.init(workerIndex).then(whenDone);
  };

  readonly startRun = (options: RunOptions, masterSec: number = Date.now() / 1000): void => {
    this.#trustWarning.begin();
    this.#run.start(options, masterSec * 1000);
    this.#stats.begin();
  };

  /** Before `runTasks`: what a run would tell the scenario, though none begins. */
  readonly rehearse = (options: RunOptions): void => this.#run.rehearse(options);

  readonly updateOptions = (options: RunOptions): void => this.#run.update(options);

  readonly setUsers: RunControl['setUsers'] = (...order) => this.#run.setUsers(...order);

  readonly stopUsers = (generation: number, stopTimeoutMs: number): void => {
    // A master that quits listens for half a second: what listeners have counted so far must not wait for the last user.
    this.#extras.askNow();
    this.#run.stopUsers(generation, stopTimeoutMs);
    this.#stats.stop();
  };

  readonly spawningComplete = (userCount: number): void => this.#run.spawningComplete(userCount);

  readonly statsReset = (): void => {
    this.#stats.restarted();
    this.#sendToAll({ kind: 'statsReset' });
  };

  readonly updateUserClass: RunControl['updateUserClass'] = (...edit) => this.#run.updateUserClass(...edit);

  readonly deliver = (type: string, data: unknown): boolean => {
    if (this.#feeders.take(type, data)) return true;
    const listeners = this.#threads.filter((thread) => thread.listening.includes(type));
    for (const thread of listeners) thread.post({ kind: 'custom', type, data, isOwn: this.#options.isAlone ?? false });
    return listeners.length > 0;
  };

  /** Samples count from here on (true), or belong to the warm-up. */
  readonly setCounting = (isOn: boolean): void => this.#run.setCounting(isOn);

  /** The scenario has an open model; before its first run. */
  readonly setArrivals = (curve: ArrivalCurve): void => {
    this.#pace.setCurve(curve);
    const { openModel } = this.#pace;
    if (openModel !== null) this.#sendToAll({ kind: 'openModel', arrivals: openModel });
  };

  /** Arrivals of an open model begin now, until the users are stopped. */
  readonly startArrivals = (): void => this.#run.startArrivals();

  /** Task runs that may still begin; null: no end. */
  readonly iterationsLeft = (): number | null => this.#pace.iterationsLeft();

  /** Arrivals since the run began, or its warm-up was over; null without an open model. */
  readonly arrivals = (): ArrivalCounts | null => this.#pace.arrivals(this.#run.maxArrivalsPerSec(), this.#run.replays());

  /** How late they began since the last call; null without an open model. For one caller. */
  readonly takeLateness = (): Lateness | null => this.#pace.takeLateness(this.#run.maxArrivalsPerSec(), this.#run.replays());

  /** How well each thread kept up since the run began, or its warm-up was over. */
  readonly trust = (): readonly ThreadTrust[] => this.#threads.map((thread) => threadTrust(thread.index, thread.trust()));

  /** What the scenario exports for a run without a master, unchecked. */
  readonly settings = (): ScenarioExports => this.#loading.settings;

  /** See OneOffTasks. */
  readonly runTasks: OneOffTasks['runTasks'] = (names) => this.#oneOffTasks.runTasks(names);
  readonly profile: OneOffTasks['profile'] = (what, path, durationMs) => this.#oneOffTasks.profile(what, path, durationMs);

  /** What the scenario's listeners add to the report that is sent now. */
  readonly takeExtras = (): Extras => this.#extras.take();

  /**
   * Ends all threads, after their `quitting` and `quit` listeners or a deadline. Resolves with the exit code that the scenario
   * set (`environment.processExitCode`; of several threads' the highest), or null. May be called twice.
   */
  close(exitCode = 0): Promise<number | null> {
    this.#isClosing = true;
    this.#endWatch();
    this.#extras.close();
    this.#run.close();
    this.#stats.last();
    return (this.#closed ??= this.#closing.close(exitCode, this.#oneOffTasks.isProfiling));
  }

  #threadOptions(debugging: DebuggerWatch): LoadThreadOptions {
    return {
      ...this.#options,
      seed: sharedSeed(this.#options, this.#pace),
      requestLog: this.#requestLog,
      debugging,
      warmsUp: () => !this.#run.isCounting,
      workerIndex: () => this.#run.workerIndex,
      exceptions: (exception, count) => this.#reporter.exceptions(exception, count),
      receive: (thread, message) => this.#handleThreadMessage(thread, message),
      lost: (thread, loss, reason) => this.#handleLost(thread, loss, reason),
      retired: () => this.#handleStopped(),
    };
  }

  #handleThreadMessage(thread: LoadThread, message: ThreadMessage): void {
    const { sink } = this.#options;
    switch (message.kind) {
      case 'feeders':
        if (!this.#feeders.declare(message.feeders, message.rows, message.isWhole)) this.#loading.differs(thread, 'feeders');
        return;
      case 'feedWanted':
        return this.#feeders.want(message.name, message.waiting, message.limit);
      case 'ready':
        this.#loading.found(thread, message.classes, message.settings);
        return this.#handleLoaded(thread);
      case 'initialised':
        this.#oneOffTasks.take(thread.index, message);
        // Else it has yet to say that the scenario is loaded.
        if (thread.isReady) this.#run.bringUpToDate(thread);
        return;
      case 'loadFailed':
        return this.#loading.failed(thread, message.reason, message.trace);
      case 'users':
        return this.#run.handleUsers();
      case 'statsWanted':
        return this.#stats.want();
      case 'usersGone':
        return this.#stats.check();
      case 'stopped':
        return this.#handleStopped();
      case 'failureSample':
        return this.#reporter.failureSample(message);
      case 'log':
        return this.#reporter.log.line(message.level, message.text);
      case 'custom':
        return sink({ kind: 'customFromUser', type: message.type, data: message.data });
      case 'listening':
      case 'addsToReports':
        // Noted by the thread's own class.
        return;
      case 'reportExtras':
        return this.#extras.add(message.data);
      case 'stopTest':
        return sink({ kind: 'stopTest', reason: redactText(message.reason) });
      case 'replayed':
        return sink({ kind: 'replayed', reason: redactText(message.reason) });
      case 'requestLogFailed':
        return this.#requestLog?.failed(message.reason);
      case 'tasksRun':
      case 'profiled':
        return this.#oneOffTasks.take(thread.index, message);
      case 'closed':
        return this.#closing.closed(message.exitCode);
      default:
        message satisfies never;
    }
  }

  #handleStopped(): void {
    this.#run.handleStopped();
    this.#stats.check();
  }

  /** A thread has loaded the scenario. */
  #handleLoaded(thread: LoadThread): void {
    const { workerIndex } = this.#run;
    if (thread.isReady) this.#run.bringUpToDate(thread);
    // The index has become known while it loaded.
    else if (workerIndex !== null) thread.init(workerIndex);
    if (this.#threads.every(({ isLoaded }) => isLoaded)) this.#loading.allLoaded();
  }

  /** A thread was lost with what was in it, and is started again. */
  #handleLost(thread: LoadThread, { users, requests }: ThreadLoss, reason: string): void {
    this.#oneOffTasks.lost(thread.index, reason);
    if (this.#loading.lost(reason)) return;
    const what = `${counted(users, 'user')} and ${requests === 0 ? 'no request' : counted(requests, 'request')} under way`;
    this.#reporter.trouble({ kind: 'threadLost', requests }, `load thread ${thread.index} was lost with its ${what}, and is replaced: ${reason}`, `load thread ${thread.index}: ${reason}`);
    this.#run.handleUsers();
  }

  #sendToAll(message: MainToThread): void {
    for (const thread of this.#threads) thread.post(message);
  }

  #gatherExtras(): void {
    for (const thread of this.#threads) if (thread.addsToReports) thread.post({ kind: 'gatherExtras' });
  }

  #lookLater(): void {
    const look = (): void => {
      const end = this.#endWatch;
      this.#look(this.#options.nowMs());
      if (!this.#isClosing) this.#lookLater();
      end(); // only now: a beat that nobody waits for would begin anew, at another moment
    };
    this.#endWatch = this.#threads.every(({ isResting }) => isResting) ? onBeat(look) : callLater(look, watchEveryMs);
  }

  #look(nowMs: number): void {
    for (const thread of this.#threads) thread.watch(nowMs);
    this.#feeders.watch();
    if (this.#run.isUnderWay) this.#trustWarning.look(this.#threads.map((thread) => thread.trust()), nowMs);
  }
}

/** What all threads begin with. */
function sharedSeed(options: PoolOptions, { pace }: PaceMemory): SharedSeed {
  const { threadCount, host, seed: randomSeed, failureSamples = 0, httpDebug = null, userClasses = null, userPerSec = null, allowHosts = null, mentionsHttp = false, clockAnchorMs = new SteadyClock().anchorMs } = options;
  const keepsSchedule = options.scheduleLedgers !== undefined;
  return { threadCount, host, allowHosts, mentionsHttp, userClasses, userPerSec, failureSamples, randomSeed, pace, httpDebug, clockAnchorMs, hasRowHistograms: options.hasRowHistograms ?? keepsSchedule, keepsSchedule };
}
