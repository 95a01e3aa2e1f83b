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
import type { LoadScenario, ThreadPort, ThreadSeed, ThreadStart } from '../shared/threadSeed.ts';
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
  const parts = partsOf(seed, port.postMessage.bind(port), guest);
  const { attribution, beats, exceptions, feeds, host, trust } = parts;
  const close = (): void => {
    beats.close();
    trust.stop();
    port.close();
  };
  if (guest?.isOwnProcess !== false) catchUnhandledErrors(exceptions, attribution);
  installScenarioHost(host);
  installFeeds(feeds);
  return { loaded: load(parts, port, guest?.modules ?? null, close), close };
}

type Parts = ReturnType<typeof partsOf>;

/** All that a thread has before its scenario is loaded. */
function partsOf(seed: ThreadSeed, post: (message: ThreadToMain) => void, guest: Guest | null) {
  const { threadIndex, threadCount } = seed;
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
    threadCount: guest === null ? threadCount : null,
    allowHosts: seed.allowHosts,
    failureSamples: seed.failureSamples,
    httpDebug: seed.httpDebug,
    onFailure: (sample) => post({ kind: 'failureSample', ...sample }),
    onDebugText: (text) => post({ kind: 'log', level: 'info', text }),
  });
  const recording: Recording = new Recording({
    post,
    problem: log,
    onListenerError: listenerFailed,
    wallOffsetMs: new SteadyClock(seed.clockAnchorMs).nowMs() - now(),
    warmsUp: seed.warmsUp,
    hasRowHistograms: seed.hasRowHistograms,
    keepsSchedule: seed.keepsSchedule,
    requestLog: seed.requestLog === null ? null : { seed: seed.requestLog, threadIndex, classOf: (user) => spawner.classOf(user) },
  });
  const turn = new Turn();
  const runner = new ThreadRunner();
  const pace = new ThreadPace({
    pace: seed.pace,
    threadIndex,
    threadCount,
    turn,
    onLimiterError: listenerFailed,
    onUsedUp: () => runner.groups?.dismissAll(),
    onDrop: (className) => recording.drop(className),
  });
  const attribution = new Attribution<WorkOwner>();
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
  const stats = new ThreadStats(post);
  const environment = new ThreadEnvironment(seed, runner, stats);
  const host = new ThreadHost({ post, services, runner, pace, recording, problem: log });
  const spawner = new UserSpawner({ seed, services, environment, exceptions });
  const feeds = new ThreadFeeds({
    threadIndex,
    readsFiles: seed.readsFeedFiles,
    link: { want: (name, waiting, limit) => post({ kind: 'feedWanted', name, waiting, limit }), stopTest: (reason) => host.stopTest(reason), warn: log },
  });
  const timeWatch = new TimeWatch(log);
  const beats = new LoopBeats(pulse, () => timeWatch.look());
  const trust = new TrustWatch(seed.trust, () => recording.samples);
  const profiler = new Profiler(post);
  return { seed, post, log, listenerFailed, exceptions, http, recording, turn, runner, pace, attribution, lint, stats, environment, host, spawner, feeds, beats, trust, profiler };
}

/** Loads the scenario, then obeys. `modules` take the place of bundles; null: there are bundles. Never rejects: why a scenario cannot be loaded is posted. */
async function load(parts: Parts, port: ThreadPort, modules: Guest['modules'], close: () => void): Promise<void> {
  const { seed, post, log, http, environment, spawner, lint, turn, recording, runner, host } = parts;
  try {
    // Loaded while the main thread compiles the scenario.
    const early = seed.mentionsHttp ? http.load() : null;
    const { bundleUrls } = await new Promise<LoadScenario>((resolve) => port.once('message', resolve));
    await early; // a module under way cannot be required, as a CommonJS scenario does
    const source = { modules: modules ?? bundleUrls.map((url) => () => import(url) as Promise<ScenarioModule>), registered: host.tasks, look: (exported: ScenarioModule) => lint.lookAtExports(exported) };
    const scenario = await sayIfLate(loadScenario(source, seed), 'the scenario is not loaded', 'a top-level await does not end', log);
    const { plans, settings } = scenario;
    await http.loadFor(plans.map(({ userClass }) => userClass));
    environment.declare(settings.options);
    spawner.setPlans(plans);
    for (const plan of plans) lint.lookAtClasses(plan.tasks);
    const groups = new UserGroups({
      plans,
      spawn: spawner.spawn,
      turn,
      report: (generation, counts, reached) => post({ kind: 'users', generation, counts, reached }),
      warn: log,
      samples: () => recording.samples,
    });
    runner.groups = groups;
    await setArrivals(parts, plans, groups);
    const testSetup = hostTestFunctions(parts, scenario);
    const orders = new ThreadOrders({ ...parts, close, plans, groups, testSetup, messageListeners: host.messageListeners });
    await orders.begin(seed.workerIndex);
    port.on('message', (message: MainToThread) => orders.obey(message));
    post({ kind: 'ready', classes: plans.map((plan) => plan.info()), settings });
  } catch (error) {
    post(loadFailure(error));
  }
}

/** What users wait for whose tasks begin when something has come. */
async function setArrivals(parts: Parts, plans: readonly UserPlan[], groups: UserGroups): Promise<void> {
  const replays = await openReplays(parts, plans, groups);
  installReplays(replays);
  const arrivals = parts.pace.setClasses(plans, groups.growFor, replays);
  if (arrivals !== null) groups.setArrivals(arrivals);
}

/** Null when no class replays anything: what that takes is not even loaded. */
async function openReplays({ seed, post, listenerFailed }: Parts, classes: readonly UserPlan[], groups: UserGroups): Promise<ThreadReplays | null> {
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
function hostTestFunctions({ seed, post, environment, host, listenerFailed }: Parts, { plans, settings, functions }: Scenario): TestSetup {
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
