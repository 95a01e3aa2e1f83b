/**
 * All load threads taken together, as the agent sees its users: splits wishes over threads and adds up their answers.
 * It never waits for a thread without a deadline.
 */
import type { Users } from '../agent/ports.ts';
import type { ArrivalCounts, ThreadTrust } from '../outputs/runView.ts';
import type { ClassInfo, FailureSample, FeedsToThread, MainToThread, RunOptions, ScenarioSettings } from '../thread/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { sharedNowMs } from '../util/sharedClock.ts';
import { passException } from './exceptionPasser.ts';
import { Feeds } from './feeds.ts';
import { withOwnTags } from './ownTags.ts';
import { noPace, PaceMemory } from './paceMemory.ts';
import type { PoolOptions } from './poolOptions.ts';
import { ReportExtras, type Extras } from './reportExtras.ts';
import { RequestLogFile } from './requestLogFile.ts';
import { splitOverThreads } from './split.ts';
import { ThreadLog } from './threadLog.ts';
import { ThreadSlot, type Ledgers, type SlotMessage } from './threadSlot.ts';
import { ThreadErrands } from './threadErrands.ts';
import { threadTrust } from './threadTrust.ts';
import { TrustWarning } from './trustWarning.ts';

export type { PoolOptions } from './poolOptions.ts';

/** Threads look after their own deadlines; one that has not answered a stop by then is blocked. */
const stopOverrunMs = 900;
const watchEveryMs = 500;
const closeDeadlineMs = 700;
/** The same while threads finish their profiles, which may be large. */
const profileDeadlineMs = 10_000;
/** The time between two reports, less what the threads may take to say what they add. */
const extrasAskedAfterMs = 2_500;
type Wish = { readonly generation: number; readonly targets: Readonly<Record<string, number>>; readonly stopTimeoutMs: number };
type Start = { readonly resolve: () => void; readonly reject: (error: BoomerError) => void };

export class Pool implements Users {
  readonly #options: PoolOptions;
  readonly #slots: readonly ThreadSlot[];
  readonly #watch: NodeJS.Timeout;
  readonly #threadLog: ThreadLog;
  readonly #feeds: Feeds;
  readonly #extras: ReportExtras;
  readonly #pace: PaceMemory;
  readonly #requestLog: RequestLogFile | null;
  readonly #trustWarning: TrustWarning;
  readonly #errands = new ThreadErrands(() => this.#slots);
  #classes: readonly ClassInfo[] = [];
  #settings: ScenarioSettings = { stages: null, thresholds: null };
  #isCounting: boolean;
  #exitCode: number | null = null;
  /** Of arrival 0, on the shared clock; null: none have begun. */
  #arrivalsStartAtMs: number | null = null;
  #start: Start | null = null;
  #run: RunOptions | null = null;
  /** Targets of the run, merged over its spawns: a class that a spawn does not name keeps its users. */
  #wish: Wish | null = null;
  #stop: { readonly generation: number; readonly timer: NodeJS.Timeout } | null = null;
  #checkClosed: () => void = () => undefined;

  private constructor(options: PoolOptions) {
    this.#options = options;
    this.#threadLog = new ThreadLog(options.log);
    this.#feeds = new Feeds({
      seed: options.seed,
      isAlone: options.isAlone ?? false,
      nowMs: options.nowMs,
      send: (type, data) => options.sink({ kind: 'customFromUser', type, data }),
      tell: (message) => this.#postAll(message),
      log: options.log,
    });
    this.#extras = new ReportExtras(() => {
      for (const slot of this.#slots) if (slot.addsToReports) slot.post({ kind: 'gatherExtras' });
    }, extrasAskedAfterMs);
    const { threadCount, host, hangTimeoutMs, nowMs, ledgers, log, warmUpLedgers = noLedgers, scheduleLedgers = noLedgers } = options;
    const { failureSamples = 0, pace = noPace, warmsUp = false, httpDebug = null, requestLogPath = null } = options;
    this.#isCounting = !warmsUp;
    this.#pace = new PaceMemory(pace, threadCount);
    this.#requestLog = requestLogPath === null ? null : new RequestLogFile(requestLogPath, (text) => this.#requestLogEnds(text));
    this.#trustWarning = new TrustWarning((text) => log('warning', text));
    const bundleUrls = Promise.resolve(options.bundleUrls);
    this.#slots = Array.from(
      { length: threadCount },
      (_, index) =>
        new ThreadSlot({
          index,
          seed: { threadCount, host, failureSamples, randomSeed: options.seed, pace: this.#pace.pace, httpDebug },
          warmsUp: () => !this.#isCounting,
          requestLog: this.#requestLog,
          bundleUrls,
          hangTimeoutMs,
          nowMs,
          ledgers,
          warmUpLedgers,
          scheduleLedgers,
          log,
          receive: (slot, message) => this.#receive(slot, message),
          lost: (slot, users, reason) => this.#threadLost(slot, users, reason),
          retired: () => this.#checkStopped(),
        }),
    );
    this.#watch = setInterval(() => {
      for (const slot of this.#slots) slot.watch(nowMs());
      this.#feeds.watch();
      if (this.#run !== null) this.#trustWarning.look(this.#slots.map((slot) => slot.trust()), nowMs());
    }, watchEveryMs);
  }

  /** Starts all threads and waits until each has loaded the scenario; rejects with a BoomerError when one cannot, or with what `bundleUrls` rejects with. */
  static async start(options: PoolOptions): Promise<Pool> {
    const pool = new Pool(options);
    try {
      const loaded = new Promise<void>((resolve, reject) => (pool.#start = { resolve, reject }));
      await Promise.all([loaded, options.bundleUrls]);
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    } finally {
      pool.#start = null;
    }
  }

  readonly classes = (): readonly ClassInfo[] => this.#classes;

  readonly counts = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      this.#classes.map(({ name }) => [name, this.#slots.reduce((sum, slot) => sum + (slot.counts[name] ?? 0), 0)]),
    );

  readonly startRun = (wanted: RunOptions): void => {
    const options = withOwnTags(wanted, this.#options);
    this.#run = options;
    this.#wish = null;
    this.#arrivalsStartAtMs = null;
    this.#pace.begin();
    this.#trustWarning.begin();
    this.#feeds.startRun(options);
    this.#postAll(this.#feeds.message());
    this.#postAll({ kind: 'runStart', options, isUnderWay: false });
  };

  readonly updateOptions = (wanted: RunOptions): void => {
    const options = withOwnTags(wanted, this.#options);
    this.#run = options;
    this.#postAll({ kind: 'runOptions', options });
  };

  readonly setUsers = (generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): void => {
    this.#forgetStop();
    this.#wish = { generation, targets: { ...this.#wish?.targets, ...targets }, stopTimeoutMs };
    for (const slot of this.#slots) this.#postWish(slot);
  };

  readonly stopUsers = (generation: number, stopTimeoutMs: number): void => {
    this.#forgetStop();
    this.#run = null;
    this.#wish = null;
    this.#arrivalsStartAtMs = null;
    this.#feeds.endRun();
    const timer = setTimeout(() => this.#replaceUnstopped(generation), stopTimeoutMs + stopOverrunMs);
    this.#stop = { generation, timer };
    for (const slot of this.#slots) {
      if (slot.isReady) slot.post({ kind: 'stop', generation, stopTimeoutMs });
      else slot.stoppedGeneration = generation;
    }
    this.#checkStopped();
  };

  readonly spawningComplete = (userCount: number): void => {
    this.#postAll({ kind: 'spawningComplete', userCount });
  };

  readonly updateUserClass = (className: string, attributes: Readonly<Record<string, unknown>>): boolean => {
    if (!this.#classes.some(({ name }) => name === className)) return false;
    this.#postAll({ kind: 'updateUserClass', className, attributes });
    return true;
  };

  readonly deliver = (type: string, data: unknown): boolean => {
    if (this.#feeds.take(type, data)) return true;
    const listeners = this.#slots.filter((slot) => slot.listening.includes(type));
    for (const slot of listeners) slot.post({ kind: 'custom', type, data });
    return listeners.length > 0;
  };

  /** Samples count from here on (true), or belong to the warm-up. */
  readonly setCounting = (isOn: boolean): void => {
    this.#isCounting = isOn;
    if (isOn) this.#pace.countArrivalsAnew();
    for (const slot of this.#slots) this.#postCounting(slot);
  };

  /** Arrivals of an open model begin now, until the users are stopped. */
  readonly startArrivals = (): void => {
    this.#arrivalsStartAtMs = sharedNowMs();
    this.#postAll({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
  };

  /** Task runs that may still begin; null: no end. */
  readonly iterationsLeft = (): number | null => this.#pace.iterationsLeft();

  /** Arrivals since the run began, or its warm-up was over; null without an open model. */
  readonly arrivals = (): ArrivalCounts | null => this.#pace.arrivals();

  /** How well each thread kept up since the run began, or its warm-up was over. */
  readonly trust = (): readonly ThreadTrust[] => this.#slots.map((slot) => threadTrust(slot.index, slot.trust()));

  /** What the scenario exports for a run without a master, unchecked. */
  readonly settings = (): ScenarioSettings => this.#settings;

  /** See ThreadErrands. */
  readonly runTasks: ThreadErrands['runTasks'] = (names) => this.#errands.runTasks(names);
  readonly profile: ThreadErrands['profile'] = (what, path, durationMs) => this.#errands.profile(what, path, durationMs);

  /** What the scenario's listeners add to the report that is sent now. */
  readonly takeExtras = (): Extras => this.#extras.take();

  /**
   * Ends all threads, after their `quitting` and `quit` listeners or a deadline. Resolves with the exit code that the scenario
   * set (`environment.processExitCode`; of several threads' the highest), or null. May be called twice.
   */
  async close(exitCode = 0): Promise<number | null> {
    clearInterval(this.#watch);
    this.#extras.close();
    this.#forgetStop();
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, this.#errands.isProfiling ? profileDeadlineMs : closeDeadlineMs);
      this.#checkClosed = () => {
        if (this.#slots.some((slot) => slot.isReady && !slot.isClosed)) return;
        clearTimeout(deadline);
        resolve();
      };
      this.#postAll({ kind: 'close', exitCode });
      this.#checkClosed();
    });
    // Until they have ended, they may still leave something for the request log.
    await Promise.all(this.#slots.map((slot) => slot.close()));
    return this.#exitCode;
  }

  #receive(slot: ThreadSlot, message: SlotMessage): void {
    const { sink } = this.#options;
    switch (message.kind) {
      case 'feeders':
        if (!this.#feeds.declare(message.feeders, message.rows)) this.#threadsDiffer(slot, 'feeders');
        return;
      case 'feedWanted':
        this.#feeds.want(message.name, message.waiting, message.limit);
        return;
      case 'ready':
        if (slot.index === 0) this.#settings = message.settings;
        this.#threadReady(slot, message.classes);
        return;
      case 'loadFailed':
        this.#loadFailed(slot, message.reason, message.trace);
        return;
      case 'users':
        slot.counts = message.counts;
        if (message.reached) slot.reachedGeneration = message.generation;
        this.#reportUsers();
        return;
      case 'stopped':
        slot.stoppedGeneration = message.generation;
        this.#checkStopped();
        return;
      case 'exception':
        passException({ message: message.message, trace: message.trace, isOutsideTask: message.isOutsideTask }, message.count, this.#threadLog, sink);
        return;
      case 'failureSample':
        this.#passSample(message);
        return;
      case 'log':
        this.#threadLog.line(message.level, message.text);
        return;
      case 'custom':
        sink({ kind: 'customFromUser', type: message.type, data: message.data });
        return;
      case 'listening':
        slot.listening = message.types;
        return;
      case 'addsToReports':
        slot.addsToReports = message.isSo;
        return;
      case 'reportExtras':
        this.#extras.add(message.data);
        return;
      case 'stopTest':
        sink({ kind: 'stopTest', reason: message.reason });
        return;
      case 'requestLogFailed':
        this.#requestLog?.failed(message.reason);
        return;
      case 'tasksRun':
      case 'profiled':
        this.#errands.take(slot.index, message);
        return;
      case 'closed':
        slot.isClosed = true;
        if (message.exitCode !== null) this.#exitCode = Math.max(this.#exitCode ?? 0, message.exitCode);
        this.#checkClosed();
        return;
      default:
        message satisfies never;
    }
  }

  #threadReady(slot: ThreadSlot, classes: readonly ClassInfo[]): void {
    if (this.#classes.length === 0) this.#classes = classes;
    if (JSON.stringify(classes) !== JSON.stringify(this.#classes)) this.#threadsDiffer(slot, 'user classes or tasks');
    this.#postCounting(slot);
    if (this.#run !== null) {
      slot.post(this.#feeds.message());
      slot.post({ kind: 'runStart', options: this.#run, isUnderWay: true });
      if (this.#arrivalsStartAtMs !== null) slot.post({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
    }
    this.#postWish(slot);
    if (this.#slots.every(({ isReady }) => isReady)) this.#start?.resolve();
  }

  #threadsDiffer(slot: ThreadSlot, what: string): void {
    const text = `load thread ${slot.index} found other ${what} than the first one: what a scenario makes and exports must not depend on the thread`;
    if (this.#start === null) this.#options.log('error', text);
    this.#start?.reject(new BoomerError('threads-differ', text));
  }

  #loadFailed(slot: ThreadSlot, reason: string, trace: string): void {
    if (this.#start === null) {
      this.#options.log('error', `load thread ${slot.index} could not load the scenario again: ${trace}`);
      return;
    }
    const error = new BoomerError('scenario-not-loaded', reason);
    error.stack = trace;
    this.#start.reject(error);
  }

  #threadLost(slot: ThreadSlot, users: number, reason: string): void {
    this.#errands.lost(slot.index, reason);
    if (this.#start !== null) {
      this.#start.reject(new BoomerError('scenario-not-loaded', `a load thread ended while it loaded the scenario: ${reason}`));
      return;
    }
    if (this.#stop !== null) slot.stoppedGeneration = this.#stop.generation;
    const text = `load thread ${slot.index} was lost with its ${users} users and is replaced: ${reason}`;
    this.#options.log('error', text);
    this.#options.sink({ kind: 'exception', message: text, trace: `load thread ${slot.index}: ${reason}`, isOutsideTask: false });
    this.#reportUsers();
  }

  /** A thread that is not ready yet, or takes the place of another, may believe something else. */
  #postCounting(slot: ThreadSlot): void {
    if (!slot.isReady || slot.warmsUp !== this.#isCounting) return;
    slot.warmsUp = !this.#isCounting;
    slot.post({ kind: 'count', isOn: this.#isCounting });
  }

  #requestLogEnds(text: string): void {
    this.#options.log('error', text);
    this.#options.sink({ kind: 'exception', message: text, trace: text, isOutsideTask: false });
  }

  #postWish(slot: ThreadSlot): void {
    if (this.#wish === null) return;
    const { generation, targets, stopTimeoutMs } = this.#wish;
    const own: Record<string, number> = {};
    this.#classes.forEach(({ name }, classIndex) => {
      const users = targets[name];
      if (users !== undefined) own[name] = splitOverThreads(users, this.#slots.length, classIndex)[slot.index] ?? 0;
    });
    slot.post({ kind: 'users', generation, targets: own, stopTimeoutMs });
  }

  #postAll(message: MainToThread | FeedsToThread): void {
    for (const slot of this.#slots) slot.post(message);
  }

  #passSample(sample: FailureSample): void {
    const { onFailureSample, sink } = this.#options;
    if (onFailureSample !== undefined) onFailureSample(sample);
    else passException({ message: sample.text, trace: sample.trace, isOutsideTask: false }, 1, this.#threadLog, sink);
  }

  #reportUsers(): void {
    const generation = this.#wish?.generation;
    if (generation === undefined) return;
    const reached = this.#slots.every((slot) => slot.reachedGeneration === generation);
    this.#options.sink({ kind: 'users', generation, counts: this.counts(), reached });
  }

  /** All threads have answered, and those that were replaced have ended: the ledgers are whole. */
  #checkStopped(): void {
    if (this.#stop === null) return;
    const { generation } = this.#stop;
    if (this.#slots.some((slot) => slot.stoppedGeneration !== generation || slot.isRetiring)) return;
    this.#forgetStop();
    this.#options.sink({ kind: 'usersStopped', generation });
  }

  #forgetStop(): void {
    if (this.#stop !== null) clearTimeout(this.#stop.timer);
    this.#stop = null;
  }

  #replaceUnstopped(generation: number): void {
    for (const slot of this.#slots) {
      if (slot.stoppedGeneration !== generation) slot.replace('it did not stop its users in time: a task blocks its event loop');
    }
  }
}

const noLedgers: Ledgers = { define: ignore, threadEnded: ignore };

function ignore(): void {
  // nobody asked for these samples
}
