/**
 * What a load thread is: puts the parts together, loads the scenario, then obeys. The composition root of this realm; whose thread it is,
 * one of its own (`entry.ts`) or a program's (`src/engine/here`), is its caller's concern.
 */
import { events } from '../../scenario/events.ts';
import { installFeeds, ThreadFeeds } from '../../scenario/feeders/threadFeeds.ts';
import { loadHttp, loadUndiciFor, speaksHttp } from '../../scenario/httpUser.ts';
import { installReplays } from '../../scenario/replay/threadReplays.ts';
import { installScenarioHost } from '../../scenario/scenarioHost.ts';
import { TaskSet } from '../../scenario/taskSet.ts';
import { now } from '../../util/nodeTime.ts';
import { SteadyClock } from '../../util/steadyClock.ts';
import type { FeedsToThread } from '../shared/feeders.ts';
import type { MainToThread, ThreadToMain } from '../shared/messages.ts';
import { ArrivalCounter } from '../shared/pace.ts';
import { Pulse } from '../shared/pulse.ts';
import { ReplayMemory } from '../shared/replays.ts';
import { shapeMessage } from '../shared/shape.ts';
import type { LoadScenario, ThreadPort, ThreadStart } from '../shared/threadSeed.ts';
import { sayIfLate } from './listenerCalls.ts';
import { LoadThread } from './loadThread.ts';
import { LoopBeats } from './loopBeats.ts';
import { SleepWheel } from './pacing/sleepWheel.ts';
import { ThreadPace } from './pacing/threadPace.ts';
import type { ThreadReplays } from './pacing/threadReplays.ts';
import { Turn } from './pacing/turn.ts';
import { Profiler } from './profiler.ts';
import { ThreadExceptions } from './recording/exceptions.ts';
import { Recording } from './recording/recording.ts';
import { SampleStamps } from './recording/sampleStamps.ts';
import { TrustWatch } from './recording/trustWatch.ts';
import { ScenarioLint } from './scenarioLint.ts';
import { loadFailure, loadScenario, type ScenarioModule } from './scenarioLoader.ts';
import { ThreadEnvironment, ThreadRunner } from './threadEnvironment.ts';
import { ThreadHost } from './threadHost.ts';
import { setupMessage, TestSetup } from './testSetup.ts';
import { TestShape } from './testShape.ts';
import { ThreadStats } from './threadStats.ts';
import { TimeWatch } from './timeWatch.ts';
import { Attribution, catchUnhandledErrors } from './unhandledErrors.ts';
import type { ThreadServices, WorkOwner } from './users/threadServices.ts';
import { Spawning, UserGroups } from './users/userGroups.ts';
import type { UserPlan } from './users/userPlan.ts';


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
  let startHttpRun = (): void => undefined;
  let httpLoading: Promise<void> | null = null;
  const useHttp = (): Promise<void> => (httpLoading ??= loadHttp({
    threadCount: guest === null ? seed.threadCount : null,
    allowHosts: seed.allowHosts,
    failureSamples: seed.failureSamples,
    httpDebug: seed.httpDebug,
    onFailure: (sample) => post({ kind: 'failureSample', ...sample }),
    onDebugText: (text) => post({ kind: 'log', level: 'info', text }),
  }).then((startRun) => {
    startHttpRun = startRun;
  }));
  const attribution = new Attribution<WorkOwner>();
  const turn = new Turn();
  const wallOffsetMs = new SteadyClock(seed.clockAnchorMs).nowMs() - now();
  const stamps = new SampleStamps({ problem: log, wallOffsetMs });
  const recording: Recording = new Recording({
    post,
    problem: log,
    onListenerError: listenerFailed,
    wallOffsetMs,
    warmsUp: seed.warmsUp,
    hasRowHistograms: seed.hasRowHistograms,
    keepsSchedule: seed.keepsSchedule,
    requestLog: seed.requestLog === null ? null : { seed: seed.requestLog, threadIndex: seed.threadIndex, classOf: (user) => spawning.classOf(user) },
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
    stamps,
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
  const spawning = new Spawning({ seed, services, environment, exceptions });
  if (guest?.isOwnProcess !== false) catchUnhandledErrors(exceptions, attribution);

  const timeWatch = new TimeWatch(log);
  const beats = new LoopBeats(pulse, () => timeWatch.look());

  const feeds = new ThreadFeeds({
    threadIndex: seed.threadIndex,
    readsFiles: seed.readsFeedFiles,
    link: { want: (name, waiting, limit) => post({ kind: 'feedWanted', name, waiting, limit }), stopTest: (reason) => host.stopTest(reason), warn: log },
  });

  function obey(message: MainToThread | FeedsToThread, thread: LoadThread): void {
    if (message.kind === 'stats') return stats.take(message.stats);
    if (message.kind === 'init') return void init(thread, message.workerIndex, 'no user begins');
    if (message.kind === 'feeds') return feeds.startRun(message.feeds);
    if (message.kind === 'feedGrown') return feeds.grown(message.name);
    if (message.kind === 'stop') feeds.endWaits();
    if (message.kind === 'runStart') {
      spawning.begin(message.options.workerIndex);
      startHttpRun();
      exceptions.begin();
      stamps.begin();
      recording.begin();
    }
    thread.obey(message);
  }

  /** Fires `init`: before the main thread takes this one for ready, or when it is told the worker's index. */
  async function init(thread: LoadThread, workerIndex: number, waiting: string): Promise<void> {
    await thread.init(workerIndex, waiting);
    post({ kind: 'feeders', isWhole: true, ...feeds.loaded() });
    post({ kind: 'initialised' });
  }

  /** Null when no class replays anything: what that takes is not even loaded. */
  async function openReplays(classes: readonly UserPlan[], groups: UserGroups): Promise<ThreadReplays | null> {
    if (classes.every(({ replay }) => replay === null)) return null;
    const { threadIndex, threadCount } = seed;
    return await (await import('./pacing/openReplays.ts')).openReplays({
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

  const close = (): void => {
    beats.close();
    trust.stop();
    port.close();
  };
  installScenarioHost(host);
  installFeeds(feeds);
  const load = async (): Promise<void> => {
    try {
      // Loaded while the main thread compiles the scenario.
      const early = seed.mentionsHttp ? useHttp() : null;
      const { bundleUrls } = await new Promise<LoadScenario>((resolve) => port.once('message', resolve));
      await early; // a module under way cannot be required, as a CommonJS scenario does
      const { plans, settings, functions } = await sayIfLate(loadScenario(guest?.modules ?? bundleUrls.map((url) => () => import(url) as Promise<ScenarioModule>), host.tasks, seed, (exported) => lint.lookAtExports(exported)), 'the scenario is not loaded', 'a top-level await does not end', log);
      const userClasses = plans.map(({ userClass }) => userClass);
      if (userClasses.some(speaksHttp)) await useHttp();
      loadUndiciFor(userClasses);
      environment.declare(settings.options);
      spawning.take(plans);
      for (const plan of plans) lint.lookAtClasses(plan.tasks);
      const groups = new UserGroups(plans, spawning.spawn, turn, (generation, counts, reached) => post({ kind: 'users', generation, counts, reached }), log, () => recording.samples);
      runner.groups = groups;
      const replays = await openReplays(plans, groups);
      installReplays(replays);
      const classArrivals = pace.setClasses(plans, groups.growFor, replays);
      if (classArrivals !== null) groups.setArrivals(classArrivals);
      const testSetup = new TestSetup({
        ...functions,
        threadIndex: seed.threadIndex,
        threadCount: seed.threadCount,
        environment,
        send: (data) => post({ kind: 'custom', type: setupMessage, data }),
        onError: listenerFailed,
        stopTest: (reason) => host.stopTest(reason),
      });
      if (settings.hasSetup || settings.hasTeardown) host.registerMessage(setupMessage, testSetup.listener);
      if (functions.shape !== null) {
        const testShape = new TestShape({
          shape: functions.shape,
          threadIndex: seed.threadIndex,
          classNames: plans.map(({ name }) => name),
          environment,
          send: (data) => post({ kind: 'custom', type: shapeMessage, data }),
          onError: listenerFailed,
        });
        host.registerMessage(shapeMessage, testShape.listener);
      }
      const thread = new LoadThread({
        post,
        testSetup,
        plans,
        groups,
        environment,
        exceptions,
        messageListeners: host.messageListeners,
        recording,
        pace,
        classArrivals,
        trust,
        beats,
        stats,
        profiler,
        spawnOnce: spawning.spawnOnce,
        runner,
        close,
      });
      if (seed.workerIndex !== null) await init(thread, seed.workerIndex, 'the load thread is not ready');
      else {
        // The first report is due as soon as the master answers, whatever `init` takes then.
        await thread.gatherFirstKeys();
        post({ kind: 'feeders', isWhole: false, ...feeds.loaded(false) });
      }
      port.on('message', (message: MainToThread | FeedsToThread) => obey(message, thread));
      post({ kind: 'ready', classes: plans.map((plan) => plan.info()), settings });
    } catch (error) {
      post(loadFailure(error));
    }
  };
  return { loaded: load(), close };
}
