/**
 * What a load thread runs: puts the parts together, loads the scenario, then obeys. The thread's composition root and
 * the only file of this realm that knows `worker_threads`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { FailureSamples, installFailureSink } from '../client/failureSamples.ts';
import { installFeeds, ThreadFeeds } from '../feed/threadFeeds.ts';
import { Recorder } from '../stats/recorder.ts';
import { checkedBoomerTasks, type BoomerTask } from '../user/boomerTask.ts';
import { isEnding, StopUser } from '../user/endings.ts';
import { events } from '../user/events.ts';
import { TaskSet } from '../user/taskSet.ts';
import { installWorld, type MessageListener, type World } from '../user/world.ts';
import { errorTrace } from '../util/errorText.ts';
import { Advisor } from './advisor.ts';
import { Attribution } from './attribution.ts';
import { ThreadExceptions } from './exceptions.ts';
import { LoadThread, loadFailure } from './loadThread.ts';
import { threadMarker, type FeedsToThread, type LoadScenario, type MainToThread, type ThreadSeed, type ThreadToMain } from './messages.ts';
import { RequestTap } from './requestTap.ts';
import { loadScenario } from './scenario.ts';
import { ThreadEnvironment, UserView } from './threadEnvironment.ts';
import type { SampleSink } from './sampleSink.ts';
import { Turn } from './turn.ts';
import { UserGroups, type Spawn } from './userGroups.ts';
import { UserLife } from './userLife.ts';
import { UserStreams } from './userStreams.ts';

/** How often a turning event loop says so; the main thread calls a thread hung after many missed ticks. */
const tickEveryMs = 200;

const seed = workerData as ThreadSeed;
const port = parentPort;
if (port === null || seed?.marker !== threadMarker) throw new Error('this file runs only as a load thread of boomer-node');

const post = (message: ThreadToMain): void => port.postMessage(message);
const log = (text: string): void => post({ kind: 'log', level: 'warning', text });
const wallOffsetMs = (): number => Date.now() - performance.now();

process.setSourceMapsEnabled(true);

const recorder = new Recorder({ sink: post, problem: log, wallOffsetMs: wallOffsetMs() });
const exceptions: ThreadExceptions = new ThreadExceptions(
  (group) => post({ kind: 'exception', ...group }),
  (error, owner) => {
    const taskSet = owner instanceof TaskSet ? owner : null;
    events.userError.tell({ error, user: owner instanceof TaskSet ? owner.user : owner, taskSet }, listenerFailed);
  },
);
const listenerFailed = (error: unknown): void => exceptions.addOfListener(error);
const failures = new FailureSamples(seed.failureSamples, (message, trace) => post({ kind: 'exception', message, trace, count: 1 }));
const attribution = new Attribution<UserLife>();
const advisor = new Advisor(log);
const support = { sink: recorder as SampleSink, turn: new Turn(), exceptions, advisor, attribution };
new RequestTap(recorder, listenerFailed).sitIn(support);
events.reportToMaster.watch((isSo) => post({ kind: 'addsToReports', isSo }));
let runnerState: 'ready' | 'spawning' | 'running' | 'stopping' = 'ready';
const environment = new ThreadEnvironment(seed.threadIndex, seed.host, {
  get state() {
    return runnerState;
  },
  get userCount() {
    return groups?.userCount ?? 0;
  },
});

const registeredTasks: BoomerTask[] = [];
const messageListeners = new Map<string, MessageListener>();
let groups: UserGroups | null = null;

const world: World = {
  record(type, name, elapsedMs, bytes, error) {
    const life = attribution.owner();
    const nowMs = performance.now();
    if (life !== null) life.report(life.phase(), type, name, elapsedMs, bytes, error, nowMs);
    else if (runnerState !== 'ready') support.sink.record(type, name, elapsedMs, bytes, error, nowMs, null);
  },
  addTasks: (tasks) => void registeredTasks.push(...checkedBoomerTasks(tasks)),
  sendMessage: (type, data) => post({ kind: 'custom', type, data }),
  registerMessage(type, listener) {
    messageListeners.set(type, listener);
    post({ kind: 'listening', types: [...messageListeners.keys()] });
  },
  stopTest: (reason) => post({ kind: 'stopTest', reason }),
};

const streams = new UserStreams(seed.randomSeed, seed.threadIndex, seed.threadCount);
let classNames: readonly string[] = [];
let userNumber = seed.firstUserNumber;
const spawn: Spawn = (plan, onGone) => {
  const userIndex = userNumber++ * seed.threadCount + seed.threadIndex;
  try {
    const random = streams.next(plan.name, classNames.indexOf(plan.name));
    const life = new UserLife(plan, support, new UserView(environment, userIndex), random, onGone);
    // A function given to run() has no `this`: its recordSuccess finds the user so.
    if (plan.isTaskList) void attribution.run(life, () => life.start());
    else void life.start();
    return life;
  } catch (error) {
    exceptions.add(error);
    return null;
  }
};

// A promise that nobody awaits, a timer that throws: data, not the end of the thread.
// What a stop aborted, and nobody awaits, is neither.
process.on('unhandledRejection', (reason) => {
  if (!isEnding(reason, StopUser)) addAstray(reason, 'in a promise that nobody awaited');
});
process.on('uncaughtException', (error) => addAstray(error, 'in a callback'));
process.on('exit', () => exceptions.flush());

function addAstray(error: unknown, where: string): void {
  const life = attribution.owner();
  attribution.errorWentAstray();
  if (life === null) exceptions.add(error, null, { where, who: '' });
  else exceptions.add(error, life.user, { where: `${where}, begun in ${life.doing}`, who: `user ${life.user.environment.userIndex}` });
}


const ticks = new Int32Array(seed.ticks);
setInterval(() => Atomics.add(ticks, 0, 1), tickEveryMs);

const feeds = new ThreadFeeds({
  threadIndex: seed.threadIndex,
  readsFiles: seed.readsFeedFiles,
  link: { want: (name, waiting, limit) => post({ kind: 'feedWanted', name, waiting, limit }), stopTest: world.stopTest, warn: log },
});

function obey(message: MainToThread | FeedsToThread, thread: LoadThread): void {
  if (message.kind === 'feeds') return feeds.begin(message.feeds);
  if (message.kind === 'feedGrown') return feeds.grown(message.name);
  if (message.kind === 'stop') feeds.endWaits();
  if (message.kind === 'runStart') {
    streams.begin(message.options.workerIndex);
    failures.reset();
  }
  thread.obey(message);
}

installWorld(world);
installFeeds(feeds);
installFailureSink(seed.failureSamples > 0 ? failures.take : null);
try {
  // What nearly every scenario imports, loaded while the main thread compiles it.
  const early = import('../user/httpUser.ts');
  const { bundleUrls } = await new Promise<LoadScenario>((resolve) => port.once('message', resolve));
  await early; // a module under way cannot be required, as a CommonJS scenario does
  const plans = await loadScenario(bundleUrls, registeredTasks);
  for (const plan of plans) advisor.lookAtClasses(plan.tasks);
  groups = new UserGroups(plans, spawn, support.turn, (generation, counts, reached) => post({ kind: 'users', generation, counts, reached }), log);
  classNames = plans.map(({ name }) => name);
  const thread = new LoadThread({
    post,
    plans,
    groups,
    environment,
    exceptions,
    messageListeners,
    syncWallClock: () => recorder.setWallOffset(wallOffsetMs()),
    setState: (state) => {
      runnerState = state;
    },
    close: () => port.close(),
  });
  await events.init.fire(environment, (error) => {
    log(`a listener of init failed: ${errorTrace(error)}`);
    listenerFailed(error);
  });
  port.on('message', (message: MainToThread | FeedsToThread) => obey(message, thread));
  post({ kind: 'feeders', ...feeds.loaded() });
  post({ kind: 'ready', classes: plans.map((plan) => plan.info()) });
} catch (error) {
  post(loadFailure(error));
}
