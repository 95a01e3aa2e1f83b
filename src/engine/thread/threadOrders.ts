/**
 * Every message of the main thread, and what a load thread does about it with its users, from `init` to `close`.
 */
import { events } from '../../scenario/events.ts';
import type { ThreadFeeds } from '../../scenario/feeders/threadFeeds.ts';
import type { MessageListener } from '../../scenario/scenarioHost.ts';
import { errorTrace } from '../../util/errorText.ts';
import { printed } from '../../util/printed.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import type { MainToThread, RunOptions, ThreadToMain } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import { ListenerCalls, sayIfLate } from './hosting/listenerCalls.ts';
import type { LoopBeats } from './watching/loopBeats.ts';
import type { ThreadPace } from './pacing/threadPace.ts';
import type { Profiler } from './watching/profiler.ts';
import type { ThreadExceptions } from './recording/exceptions.ts';
import type { Recording } from './recording/recording.ts';
import type { TrustWatch } from './watching/trustWatch.ts';
import { runTasksOnce } from './tasks/singleRuns.ts';
import type { ThreadEnvironment, ThreadRunner, ThreadStats } from './hosting/threadEnvironment.ts';
import type { TestSetup } from './hosting/testSetup.ts';
import type { UserGroups } from './users/userGroups.ts';
import type { UserPlan } from './users/userPlan.ts';
import type { UserSpawner } from './users/userSpawner.ts';

/** What was printed before the thread ends gets so long to be taken. */
const maxPrintingMs = 250;

/** What a load thread's behaviour is made of; everything concrete is handed in by threadRoot.ts. */
export type ThreadOrdersParts = {
  readonly post: (message: ThreadToMain) => void;
  readonly plans: readonly UserPlan[];
  readonly groups: UserGroups;
  readonly environment: ThreadEnvironment;
  readonly exceptions: ThreadExceptions;
  readonly messageListeners: ReadonlyMap<string, MessageListener>;
  readonly recording: Pick<Recording, 'begin' | 'setCounting' | 'flush'>;
  readonly pace: Pick<ThreadPace, 'begin' | 'setArrivals' | 'setOrder' | 'startArrivals' | 'endArrivals' | 'settled' | 'end'>;
  readonly trust: Pick<TrustWatch, 'start' | 'reset' | 'update' | 'stop'>;
  readonly beats: Pick<LoopBeats, 'start' | 'stop'>;
  readonly stats: Pick<ThreadStats, 'take' | 'whenFinal'>;
  readonly feeds: Pick<ThreadFeeds, 'loaded' | 'startRun' | 'grown' | 'endWaits'>;
  /** Of users that speak HTTP. */
  readonly http: { readonly startRun: () => void };
  readonly profiler: Pick<Profiler, 'start' | 'finish'>;
  readonly spawner: Pick<UserSpawner, 'begin' | 'spawnOnce'>;
  readonly testSetup: Pick<TestSetup, 'begin' | 'end' | 'hurry'>;
  /** What the environment tells of this thread. */
  readonly runner: Pick<ThreadRunner, 'state'>;
  /** Nothing more is posted. */
  readonly close: () => void;
};

/** Told once, however many stops there are: that it is about to end, and, when its users are gone, what its end still has to say. */
type RunOfThread = { isStopping: boolean; lastWords: Promise<void> | null };

export class ThreadOrders {
  readonly #parts: ThreadOrdersParts;
  readonly #listeners: ListenerCalls;
  /** The setup and the listeners of `testStart` are done; users wait for it. False: the setup has failed, and nobody begins. */
  #started: Promise<boolean> = Promise.resolve(true);
  #run: RunOfThread = { isStopping: false, lastWords: null };
  /** The newest order for users or their end; what was superseded while it waited is dropped. */
  #generation = 0;

  constructor(parts: ThreadOrdersParts) {
    this.#parts = parts;
    this.#listeners = new ListenerCalls(parts);
  }

  /** The scenario is loaded: fires `init` if the worker's index is known by now (null: it is not), and says which feeders there are. */
  async begin(workerIndex: number | null): Promise<void> {
    if (workerIndex !== null) return await this.#init(workerIndex, 'the load thread is not ready');
    // The first report is due as soon as the master answers, whatever `init` takes then.
    await this.#listeners.gatherFirstExtras();
    this.#tellFeeders(false);
  }

  /** Every message of the main thread, once the scenario is loaded. */
  obey(message: MainToThread): void {
    const { environment, feeds, pace, profiler, recording, stats, trust } = this.#parts;
    switch (message.kind) {
      case 'init':
        void this.#init(message.workerIndex, 'no user begins');
        return;
      case 'feeds':
        return feeds.startRun(message.feeds);
      case 'feedGrown':
        return feeds.grown(message.name);
      case 'stats':
        return stats.take(message.stats);
      case 'runStart':
        return this.#startRun(message.options, message.isUnderWay);
      case 'runOptions':
        return this.#takeOptions(message.options);
      case 'users':
        void this.#setUsers(message.generation, message.targets, message.stopTimeoutMs);
        return;
      case 'stop':
        void this.#stop(message.generation, message.stopTimeoutMs);
        return;
      case 'spawningComplete':
        void this.#listeners.fire(events.spawningComplete, { environment, userCount: message.userCount });
        return;
      case 'updateUserClass':
        return this.#updateUserClass(message.className, message.attributes);
      case 'custom':
        void this.#deliver(message);
        return;
      case 'count':
        recording.setCounting(message.isOn);
        trust.reset();
        if (message.isOn) void this.#listeners.fire(events.resetStats, environment);
        return;
      case 'statsReset':
        void this.#listeners.fire(events.resetStats, environment);
        return;
      case 'arrivals':
        return pace.setOrder(message.order);
      case 'openModel':
        return pace.setArrivals(message.arrivals);
      case 'startArrivals':
        return pace.startArrivals(message.startsAtMs);
      case 'runTasks':
        void this.#runTasks(message.names);
        return;
      case 'profile':
        return profiler.start(message.what, message.path, message.durationMs);
      case 'gatherExtras':
        void this.#listeners.gatherExtras();
        return;
      case 'close':
        void this.#close(message.exitCode);
        return;
      default:
        message satisfies never;
    }
  }

  /** Fires `init` as this worker of the master; `waiting` says what its listeners hold up. Then asks what the scenario adds to the very first report; not waited for long. */
  async #init(workerIndex: number, waiting: string): Promise<void> {
    const { environment, post } = this.#parts;
    environment.workerIndex = workerIndex;
    await this.#listeners.fireInit(waiting);
    await this.#listeners.briefly(this.#listeners.gatherExtras(), 'reportToMaster');
    this.#tellFeeders(true);
    post({ kind: 'initialised' });
  }

  #tellFeeders(isWhole: boolean): void {
    const { feeds, post } = this.#parts;
    post({ kind: 'feeders', isWhole, ...feeds.loaded(isWhole) });
  }

  /** A new run; `isUnderWay` when this thread takes the place of a lost one in the midst of it. */
  #startRun(options: RunOptions, isUnderWay: boolean): void {
    const { beats, exceptions, http, pace, recording, runner, spawner, trust } = this.#parts;
    spawner.begin(options.workerIndex);
    http.startRun();
    exceptions.begin();
    recording.begin();
    beats.start();
    this.#takeOptions(options);
    trust.start(this.#warnOfCpu);
    if (!isUnderWay) trust.reset();
    pace.begin(options);
    this.#run = { isStopping: false, lastWords: null };
    const setup = this.#parts.testSetup.begin(isUnderWay);
    this.#started = setup === null ? this.#tellStart() : this.#startAfter(setup);
    // The test has begun, and what a shape records before there are users counts. Listeners of testStart found it ready, as Locust's do.
    runner.state = 'spawning';
  }

  async #startAfter(setup: Promise<boolean>): Promise<boolean> {
    const isSetUp = await sayIfLate(setup, 'no user begins', 'setup() has not ended', (text) => this.#log('warning', text));
    return isSetUp && this.#tellStart();
  }

  async #tellStart(): Promise<true> {
    await this.#listeners.fireAwaited(events.testStart, this.#parts.environment, 'no user begins', 'a listener of testStart has not ended');
    return true;
  }

  #takeOptions(options: RunOptions): void {
    const { environment, plans, post } = this.#parts;
    environment.take(options);
    this.#applyHost();
    for (const plan of plans) {
      for (const name of plan.filterByTags({ tags: environment.tags, excludeTags: environment.excludeTags })) {
        post({ kind: 'log', level: 'warning', text: `${name} has no task left to run: check tags, exclude tags and weights; a user without tasks idles` });
      }
    }
  }

  async #setUsers(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): Promise<void> {
    const { beats, groups, runner, trust } = this.#parts;
    this.#generation = generation;
    const isSetUp = await this.#started;
    if (this.#generation !== generation || !isSetUp) return;
    // The end of the test before may have come after this one's beginning.
    beats.start();
    trust.start(this.#warnOfCpu);
    runner.state = 'spawning';
    await groups.setTargets(generation, targets, stopTimeoutMs);
    if (this.#generation === generation) runner.state = 'running';
  }

  async #stop(generation: number, stopTimeoutMs: number): Promise<void> {
    const { beats, environment, exceptions, feeds, groups, pace, post, recording, runner, trust } = this.#parts;
    const run = this.#run;
    feeds.endWaits();
    this.#generation = generation;
    if (!run.isStopping) void this.#listeners.fire(events.testStopping, environment);
    run.isStopping = true;
    runner.state = 'stopping';
    pace.endArrivals();
    await groups.stopAll(generation, stopTimeoutMs);
    await pace.settled();
    if (this.#generation === generation) pace.end();
    // A second stop cuts the grace of the first short, and a teardown that goes on: both wait for the same end.
    if (run.lastWords !== null && this.#parts.testSetup.hurry()) this.#log('warning', 'teardown() has not ended, and is not waited for any longer');
    await (run.lastWords ??= this.#lastWords());
    exceptions.flush();
    recording.flush();
    trust.update();
    if (this.#generation === generation) {
      trust.stop();
      beats.stop();
      runner.state = 'ready';
    }
    post({ kind: 'stopped', generation });
  }

  /** Each of these tasks once, instead of users that go on. */
  async #runTasks(names: readonly string[]): Promise<void> {
    const { exceptions, plans, post, recording, runner, spawner, testSetup } = this.#parts;
    const isSetUp = (await this.#started) && ((await testSetup.begin(false)) ?? true);
    this.#applyHost();
    runner.state = 'running';
    const { runs, unknownNames } = await runTasksOnce(isSetUp ? names : [], plans, spawner.spawnOnce);
    runner.state = 'ready';
    await testSetup.end(true);
    exceptions.flush();
    recording.flush();
    post({ kind: 'tasksRun', runs, unknownNames });
  }

  #applyHost(): void {
    const { environment, plans } = this.#parts;
    if (environment.host !== null) for (const plan of plans) plan.host = environment.host;
  }

  async #lastWords(): Promise<void> {
    await this.#parts.stats.whenFinal();
    await this.#listeners.briefly(this.#listeners.fire(events.testStop, this.#parts.environment), 'testStop');
    const teardown = this.#parts.testSetup.end();
    if (teardown !== null) await sayIfLate(teardown, 'the test does not end', 'teardown() has not ended', (text) => this.#log('warning', text));
    await this.#listeners.briefly(this.#listeners.gatherExtras(), 'reportToMaster');
  }

  /** The last thing: the scenario's last listeners, then everything that is still to be said. `exitCode` is the process's, unless a listener of `quitting` sets another. */
  async #close(exitCode: number): Promise<void> {
    const { close, environment, exceptions, post, profiler, recording } = this.#parts;
    await this.#listeners.briefly(this.#listeners.fire(events.quitting, environment), 'quitting');
    const code = checkedExitCode(environment.processExitCode);
    if (code === 'wrong') {
      const text = `environment.processExitCode must be a whole number from 0 to 255, got ${printed(environment.processExitCode)}: it is left out`;
      post({ kind: 'log', level: 'warning', text });
    }
    await this.#listeners.briefly(this.#listeners.fire(events.quit, { environment, exitCode: typeof code === 'number' ? code : exitCode }), 'quit');
    await profiler.finish();
    await allPrinted();
    exceptions.flush();
    recording.flush();
    post({ kind: 'closed', exitCode: code === 'wrong' ? null : code });
    close();
  }

  readonly #warnOfCpu = (cpuUsage: number): void => {
    void this.#listeners.fire(events.cpuWarning, { environment: this.#parts.environment, cpuUsage });
  };

  #updateUserClass(className: string, attributes: Readonly<Record<string, unknown>>): void {
    const plan = this.#parts.plans.find(({ name }) => name === className);
    for (const problem of plan?.update(attributes) ?? []) this.#log('warning', problem);
  }

  /**
   * An error of the listener is only logged, as Locust's worker does (runners.py, "Uncaught exception in handler"). Without a
   * master Locust lets it escape through whoever sent the message; here it is an error outside tasks.
   */
  async #deliver({ type, data, isOwn }: Extract<MainToThread, { readonly kind: 'custom' }>): Promise<void> {
    try {
      await this.#parts.messageListeners.get(type)?.({ type, data });
    } catch (error) {
      if (isOwn) this.#parts.exceptions.addOfListener(error);
      else this.#log('error', `the listener for custom message "${type}" failed: ${errorTrace(error)}`);
    }
  }

  #log(level: LogLevel, text: string): void {
    this.#parts.post({ kind: 'log', level, text });
  }
}

/** What was printed goes to the main thread piece by piece, the next when the one before was taken: a thread that ends sooner loses the rest. */
async function allPrinted(): Promise<void> {
  let timer: Timer | null = null;
  const taken = [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  // A scenario may have put something else there.
  const late = new Promise<void>((resolve) => (timer = setTimer(resolve, maxPrintingMs)));
  await Promise.race([Promise.all(taken), late]);
  clearTimer(timer);
}

function checkedExitCode(code: unknown): number | null | 'wrong' {
  if (code === null || code === undefined) return null;
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255 ? code : 'wrong';
}
