/**
 * What a load thread is: puts the parts together, loads the scenario, then obeys. The composition root of this realm; whose thread it is,
 * one of its own (`entry.ts`) or a program's (`src/engine/here`), is its caller's concern.
 */
import { events } from '../../scenario/events.ts';
import { installFeeds, ThreadFeeds } from '../../scenario/feeders/threadFeeds.ts';
import { ThreadHttp } from '../../scenario/httpUser.ts';
import { installReplays } from '../../scenario/replay/replayUser.ts';
import { installScenarioHost } from '../../scenario/scenarioHost.ts';
import { TaskSet } from '../../scenario/taskSet.ts';
import { now } from '../../util/nodeTime.ts';
import { SteadyClock } from '../../util/steadyClock.ts';
import type { MainToThread, ThreadToMain } from '../shared/messages.ts';
import { ArrivalCounter } from '../shared/pace.ts';
import { Pulse } from '../shared/pulse.ts';
import { ReplayMemory } from '../shared/replays.ts';
import { shapeMessage } from '../shared/shape.ts';
import type { LoadScenario, ThreadPort, ThreadStart } from '../shared/threadSeed.ts';
import { sayIfLate } from './hosting/listenerCalls.ts';
import { ScenarioLint } from './hosting/scenarioLint.ts';
import { loadFailure, loadScenario, type Scenario, type ScenarioModule } from './hosting/scenarioLoader.ts';
import { setupMessage, TestSetup } from './hosting/testSetup.ts';
import { TestShape } from './hosting/testShape.ts';
import { ThreadEnvironment, ThreadRunner, ThreadStats } from './hosting/threadEnvironment.ts';
import { ThreadHost } from './hosting/threadHost.ts';
import { ThreadOrders } from './threadOrders.ts';
import { SleepWheel } from './pacing/sleepWheel.ts';
import { ThreadPace } from './pacing/threadPace.ts';
import { Turn } from './pacing/turn.ts';
import { Attribution, catchUnhandledErrors, ThreadExceptions } from './recording/exceptions.ts';
import { Recording } from './recording/recording.ts';
import type { ThreadReplays } from './replaying/threadReplays.ts';
import type { ThreadServices, WorkOwner } from './users/threadServices.ts';
import { UserGroups } from './users/userGroups.ts';
import type { UserPlan } from './users/userPlan.ts';
import { UserSpawner } from './users/userSpawner.ts';
import { LoopBeats } from './watching/loopBeats.ts';
import { Profiler } from './watching/profiler.ts';
import { TimeWatch } from './watching/timeWatch.ts';
import { TrustWatch } from './watching/trustWatch.ts';

/** In a thread that is not its own, nothing is installed for the whole process. `modules` take the place of bundles; null: there are bundles. */
export type Guest = { readonly modules: readonly (() => Promise<ScenarioModule>)[] | null; readonly isOwnProcess: boolean };

/** A load thread that has begun. */
export type StartedThread = {
  /** The scenario is loaded, or why it is not was posted. */
  readonly loaded: Promise<void>;
  /** Ends its timers and its port. May be called twice. */
  readonly close: () => void;
};

/** Begins with the first message from its port. `guest`: it is not a thread of its own. */
export function startThread({ seed, port }: ThreadStart<ThreadPort>, guest: Guest | null = null): StartedThread {
  // Bound here: a scenario may replace what it finds on prototypes.
  const post: (message: ThreadToMain) => void = port.postMessage.bind(port);
  const log = (text: string): void => post({ kind: 'log', level: 'warning', text });

  const exceptions: ThreadExceptions = new ThreadExceptions(
    post,
    (error, owner) => {
      const taskSet = owner instanceof TaskSet ? owner : null;
      events.userError.fireUnawaited({ error, user: owner instanceof TaskSet ? owner.user : owner, taskSet }, listenerFailed);
    },
  );
  const listenerFailed = (error: unknown): void => exceptions.addOfListener(error);
  const http = new ThreadHttp({
    threadCount: guest === null ? seed.threadCount : null,
    allowHosts: seed.allowHosts,
    failureSamples: seed.failureSamples,
    httpDebug: seed.httpDebug,
    onFailure: (sample) => post({ kind: 'failureSample', ...sample }),
    onDebugText: (text) => post({ kind: 'log', level: 'info', text }),
  });
  const attribution = new Attribution<WorkOwner>();
  const turn = new Turn();
  const recording: Recording = new Recording({
    post,
    problem: log,
    onListenerError: listenerFailed,
    wallOffsetMs: new SteadyClock(seed.clockAnchorMs).nowMs() - now(),
    warmsUp: seed.warmsUp,
    hasRowHistograms: seed.hasRowHistograms,
    keepsSchedule: seed.keepsSchedule,
    requestLog: seed.requestLog === null ? null : { seed: seed.requestLog, threadIndex: seed.threadIndex, classOf: (user) => spawner.classOf(user) },
  });
  const pace = new ThreadPace({
    pace: seed.pace,
    threadIndex: seed.threadIndex,
    threadCount: seed.threadCount,
    turn,
    onLimiterError: listenerFailed,
    onUsedUp: () => runner.groups?.dismissAll(),
    onDrop: (className) => recording.drop(className),
  });
  const trust = new TrustWatch(seed.trust, () => recording.samples);
  const profiler = new Profiler(post);
  const lint = new ScenarioLint(log);
  const pulse = new Pulse(seed.pulse);
  const services: ThreadServices = {
    pulse,
    sink: recording.sink,
    gate: pace.gate,
    scheduleSink: recording.scheduleSink,
    turn,
    stamps: recording.stamps,
    sleeps: new SleepWheel(),
    exceptions,
    lint,
    attribution,
  };
  recording.onChange((sink) => (services.sink = sink));
  pace.onChange((gate) => (services.gate = gate));
  events.reportToMaster.watch((isSo) => post({ kind: 'addsToReports', isSo }));
  const runner = new ThreadRunner();
  const stats = new ThreadStats(post);
  const environment = new ThreadEnvironment(seed, runner, stats);
  const host = new ThreadHost({ post, services, runner, pace, recording, problem: log });
  const spawner = new UserSpawner({ seed, services, environment, exceptions });
  if (guest?.isOwnProcess !== false) catchUnhandledErrors(exceptions, attribution);

  const timeWatch = new TimeWatch(log);
  const beats = new LoopBeats(pulse, () => timeWatch.look());

  const feeds = new ThreadFeeds({
    threadIndex: seed.threadIndex,
    readsFiles: seed.readsFeedFiles,
    link: { want: (name, waiting, limit) => post({ kind: 'feedWanted', name, waiting, limit }), stopTest: (reason) => host.stopTest(reason), warn: log },
  });

  const close = (): void => {
    beats.close();
    trust.stop();
    port.close();
  };
  installScenarioHost(host);
  installFeeds(feeds);
  return { loaded: load(), close };

  async function load(): Promise<void> {
    try {
      // Loaded while the main thread compiles the scenario.
      const early = seed.mentionsHttp ? http.load() : null;
      const { bundleUrls } = await new Promise<LoadScenario>((resolve) => port.once('message', resolve));
      await early; // a module under way cannot be required, as a CommonJS scenario does
      const modules = guest?.modules ?? bundleUrls.map((url) => () => import(url) as Promise<ScenarioModule>);
      const loading = loadScenario({ modules, registered: host.tasks, look: (exported) => lint.lookAtExports(exported) }, seed);
      const scenario = await sayIfLate(loading, 'the scenario is not loaded', 'a top-level await does not end', log);
      const { plans, settings } = scenario;
      await http.loadFor(plans.map(({ userClass }) => userClass));
      environment.declare(settings.options);
      spawner.setPlans(plans);
      for (const plan of plans) lint.lookAtClasses(plan.tasks);
      const groups = new UserGroups(plans, spawner.spawn, turn, (generation, counts, reached) => post({ kind: 'users', generation, counts, reached }), log, () => recording.samples);
      runner.groups = groups;
      await setArrivals(plans, groups);
      const testSetup = hostTestFunctions(scenario);
      const { messageListeners } = host;
      const orders = new ThreadOrders({ post, close, environment, runner, plans, groups, spawner, pace, recording, exceptions, stats, testSetup, messageListeners, feeds, http, trust, beats, profiler });
      await orders.begin(seed.workerIndex);
      port.on('message', (message: MainToThread) => orders.obey(message));
      post({ kind: 'ready', classes: plans.map((plan) => plan.info()), settings });
    } catch (error) {
      post(loadFailure(error));
    }
  }

  /** What users wait for whose tasks begin when something has come. */
  async function setArrivals(plans: readonly UserPlan[], groups: UserGroups): Promise<void> {
    const replays = await openReplays(plans, groups);
    installReplays(replays);
    const arrivals = pace.setClasses(plans, groups.growFor, replays);
    if (arrivals !== null) groups.setArrivals(arrivals);
  }

  /** Null when no class replays anything: what that takes is not even loaded. */
  async function openReplays(classes: readonly UserPlan[], groups: UserGroups): Promise<ThreadReplays | null> {
    if (classes.every(({ replay }) => replay === null)) return null;
    const { threadIndex, threadCount } = seed;
    return await (await import('./replaying/threadReplays.ts')).openReplays({
      threadIndex,
      threadCount,
      memory: new ReplayMemory(seed.pace.replays, threadCount),
      counter: new ArrivalCounter(seed.pace.classArrivals),
      classes,
      grow: groups.growFor,
      log: (level, text) => post({ kind: 'log', level, text }),
      onError: listenerFailed,
      onOver: (reason) => post({ kind: 'replayed', reason }),
    });
  }

  /** `setup`, `teardown` and `shape` answer custom messages. */
  function hostTestFunctions({ plans, settings, functions }: Scenario): TestSetup {
    const { threadIndex, threadCount } = seed;
    const testSetup = new TestSetup({
      ...functions,
      threadIndex,
      threadCount,
      environment,
      send: (data) => post({ kind: 'custom', type: setupMessage, data }),
      onError: listenerFailed,
      stopTest: (reason) => host.stopTest(reason),
    });
    if (settings.hasSetup || settings.hasTeardown) host.registerMessage(setupMessage, testSetup.listener);
    if (functions.shape !== null) {
      const testShape = new TestShape({
        shape: functions.shape,
        threadIndex,
        classNames: plans.map(({ name }) => name),
        environment,
        send: (data) => post({ kind: 'custom', type: shapeMessage, data }),
        onError: listenerFailed,
      });
      host.registerMessage(shapeMessage, testShape.listener);
    }
    return testSetup;
  }
}
