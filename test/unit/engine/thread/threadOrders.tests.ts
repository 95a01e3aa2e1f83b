import type { MainToThread, RunOptions, ThreadToMain } from '../../../../src/engine/shared/messages.ts';
import { ThreadOrders } from '../../../../src/engine/thread/threadOrders.ts';
import { loadFailure } from '../../../../src/engine/thread/hosting/scenarioLoader.ts';
import { ThreadEnvironment } from '../../../../src/engine/thread/hosting/threadEnvironment.ts';
import { UserGroups } from '../../../../src/engine/thread/users/userGroups.ts';
import { events, type ReportEvent } from '../../../../src/scenario/events.ts';
import type { MessageListener } from '../../../../src/scenario/scenarioHost.ts';
import { task } from '../../../../src/scenario/task.ts';
import { User } from '../../../../src/scenario/user.ts';
import { BoomerError } from '../../../../src/util/boomerError.ts';
import { pass, pause, Stage, useFakeTime } from './stage.ts';

useFakeTime();

class Shopper extends User {
  @task
  work(): Promise<void> {
    return pause(400);
  }
}

const options = (changes: Partial<RunOptions> = {}): RunOptions => ({ host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 0, ...changes });
const wish = (generation: number, count: number): MainToThread => ({ kind: 'users', generation, targets: { Shopper: count }, stopTimeoutMs: 0 });
const stop = (generation: number): MainToThread => ({ kind: 'stop', generation, stopTimeoutMs: 0 });

/** A thread with everything real but the port. */
function scene() {
  const stage = new Stage();
  const posted: ThreadToMain[] = [];
  const states: string[] = [];
  const messageListeners = new Map<string, MessageListener>();
  const plan = stage.plan(Shopper);
  const post = (message: ThreadToMain): void => void posted.push(message);
  const groups = new UserGroups({
    plans: [plan],
    spawn: stage.spawn,
    turn: stage.turn,
    report: (generation, counts, reached) => post({ kind: 'users', generation, counts, reached }),
    warn: () => undefined,
    samples: () => stage.recorded.length,
  });
  const environment = new ThreadEnvironment({ threadIndex: 0, threadCount: 1, workerIndex: null, host: null }, { state: 'ready', userCount: 0 });
  const done: string[] = [];
  const busy: { tell: (percent: number) => void } = { tell: () => undefined };
  const thread = new ThreadOrders({
    post,
    testSetup: { begin: () => null, end: () => null, hurry: () => false },
    stats: { take: ({ isFinal }) => void done.push(`stats ${isFinal ? 'final' : 'so far'}`), whenFinal: () => Promise.resolve() },
    feeds: {
      loaded: (isWhole) => (done.push(`feeders ${isWhole === true ? 'whole' : 'so far'}`), { feeders: [], rows: {} }),
      startRun: () => void done.push('feeders begin'),
      grown: (name) => void done.push(`${name} has grown`),
      endWaits: () => void done.push('waits for rows end'),
    },
    http: { startRun: () => void done.push('HTTP begins') },
    plans: [plan],
    groups,
    environment,
    exceptions: stage.exceptions,
    messageListeners,
    recording: {
      begin: () => void done.push('recording begins'),
      setCounting: (isOn) => void done.push(`counting ${isOn}`),
      flush: () => void done.push('flushed'),
    },
    pace: { begin: () => void done.push('pace begins'), setArrivals: () => void done.push('open model'), setOrder: () => undefined, settled: () => Promise.resolve(), startArrivals: (startsAtMs) => void done.push(`arrivals at ${startsAtMs}`), endArrivals: () => void done.push('arrivals end'), end: () => void done.push('pace ends') },
    beats: { start: () => void done.push('beats often'), stop: () => void done.push('beats seldom') },
    trust: { start: (onBusy) => void (done.push('trust looks'), (busy.tell = onBusy)), reset: () => void done.push('trust anew'), update: () => void done.push('trust whole'), stop: () => void done.push('trust rests') },
    profiler: { start: (what, path, durationMs) => void done.push(`profile ${what} ${path} ${durationMs}`), finish: () => Promise.resolve() },
    spawner: {
      begin: (workerIndex) => void done.push(`users of worker ${workerIndex}`),
      spawnOnce: (ofPlan, _, failed, gone) => {
        done.push(`once ${ofPlan.name}`);
        failed(new TypeError('once'));
        gone();
      },
    },
    runner: {
      get state(): never {
        throw new Error('only listeners and users read it');
      },
      set state(state: string) {
        states.push(state);
      },
    },
    close: () => post({ kind: 'log', level: 'debug', text: 'port closed' }),
  });
  return { stage, posted, states, messageListeners, plan, groups, environment, thread, done, busy };
}

const kinds = (posted: readonly ThreadToMain[]): string[] => posted.map(({ kind }) => kind);
const logs = (posted: readonly ThreadToMain[]): string[] => posted.flatMap((message) => (message.kind === 'log' ? [message.text] : []));

/** Listens to an event for one test. */
const cleanups: (() => void)[] = [];
function listen(name: 'init' | 'testStart' | 'testStopping' | 'testStop' | 'resetStats' | 'cpuWarning' | 'quitting' | 'quit' | 'spawningComplete' | 'reportToMaster', listener: (argument: unknown) => unknown): void {
  events[name].add(listener);
  cleanups.push(() => events[name].remove(listener));
}
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe('a run', () => {
  it('goes from ready over spawning and running to ready', async () => {
    const { thread, posted, states } = scene();
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    thread.obey(wish(1, 2));
    await pass();
    thread.obey(stop(2));
    await pass();
    expect(states).toEqual(['spawning', 'spawning', 'running', 'stopping', 'ready']);
    expect(posted).toEqual([
      { kind: 'users', generation: 1, counts: { Shopper: 2 }, reached: true },
      { kind: 'users', generation: 2, counts: { Shopper: 0 }, reached: false },
      { kind: 'stopped', generation: 2 },
    ]);
  });

  it('lets users wait for the listeners of testStart, and fires testStop when all users are gone, before it says stopped', async () => {
    const { thread, posted, groups } = scene();
    const seen: string[] = [];
    listen('testStart', () => pause(1000).then(() => seen.push('testStart')));
    listen('testStop', () => pause(100).then(() => seen.push(`testStop with ${groups.userCount} users, ${kinds(posted).includes('stopped') ? 'after' : 'before'} stopped`)));
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    thread.obey(wish(1, 1));
    await pass(999);
    expect(groups.userCount).toBe(0);
    await pass(1);
    expect(groups.userCount).toBe(1);
    thread.obey(stop(2));
    await pass(100);
    expect(seen).toEqual(['testStart', 'testStop with 0 users, before stopped']);
    expect(kinds(posted).at(-1)).toBe('stopped');
  });

  it('drops users that a stop overtook while testStart was still at work', async () => {
    const { thread, posted, groups } = scene();
    listen('testStart', () => pause(1000));
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    thread.obey(wish(1, 5));
    thread.obey(stop(2));
    await pass(2000);
    expect(groups.userCount).toBe(0);
    expect(posted.at(-1)).toEqual({ kind: 'stopped', generation: 2 });
  });

  it('goes on when a listener throws, and reports it once', async () => {
    const { thread, groups, stage, posted } = scene();
    listen('testStart', () => {
      throw new Error('no database');
    });
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    thread.obey(wish(1, 1));
    await pass();
    expect(groups.userCount).toBe(1);
    expect(stage.errors).toEqual(['Error: no database']);
    expect(logs(posted)).toEqual([]);
  });

  it('waits a quarter of a second for listeners of testStop, not longer', async () => {
    const { thread, posted } = scene();
    listen('testStop', () => new Promise(() => {}));
    thread.obey(stop(1));
    await pass(249);
    expect(kinds(posted)).not.toContain('stopped');
    await pass(1);
    expect(posted.at(-1)).toEqual({ kind: 'stopped', generation: 1 });
    expect(logs(posted)).toEqual(['a listener of testStop took longer than 250 ms: going on without it']);
  });

  it('fires testStopping once for each run, before any user is told, and waits for none of its listeners', async () => {
    const { thread, environment, states, groups } = scene();
    const heard: unknown[] = [];
    listen('testStopping', (argument) => {
      heard.push([argument === environment, groups.userCount, states.at(-1)]);
      return new Promise(() => undefined);
    });
    for (const generation of [1, 4]) {
      thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
      thread.obey(wish(generation, 2));
      await pass();
      thread.obey({ kind: 'stop', generation: generation + 1, stopTimeoutMs: 10_000 });
      await pass(50);
      thread.obey(stop(generation + 2));
      await pass(400);
      expect(heard.splice(0)).toEqual([[true, 2, 'running']]);
      expect(groups.userCount).toBe(0);
    }
  });

  it('fires resetStats when counting begins anew, and cpuWarning when the thread has no moment free', async () => {
    const { thread, environment, busy } = scene();
    const heard: unknown[] = [];
    listen('resetStats', (argument) => heard.push(['resetStats', argument === environment]));
    listen('cpuWarning', (argument) => heard.push(argument));
    thread.obey({ kind: 'count', isOn: false });
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    thread.obey({ kind: 'count', isOn: true });
    thread.obey({ kind: 'statsReset' });
    busy.tell(97.5);
    await pass();
    expect(heard).toEqual([['resetStats', true], ['resetStats', true], { environment, cpuUsage: 97.5 }]);
  });

  it('fires testStop and gathers extras once for each run, when a second stop cuts the grace short, too', async () => {
    const { thread, posted } = scene();
    const heard: string[] = [];
    listen('testStop', () => pause(100).then(() => heard.push('testStop')));
    listen('reportToMaster', () => heard.push('reportToMaster'));
    for (const generation of [1, 4]) {
      thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
      thread.obey(wish(generation, 1));
      await pass();
      thread.obey({ kind: 'stop', generation: generation + 1, stopTimeoutMs: 10_000 });
      await pass(50);
      thread.obey(stop(generation + 2));
      await pass(100);
      expect(heard.splice(0)).toEqual(['testStop', 'reportToMaster']);
      expect(posted.splice(0).slice(-2)).toEqual([{ kind: 'stopped', generation: generation + 1 }, { kind: 'stopped', generation: generation + 2 }]);
    }
  });

  it('posts the exceptions of the run before it says stopped', async () => {
    const stage = scene();
    stage.stage.exceptions.add('last words');
    stage.thread.obey(stop(1));
    await pass();
    expect(stage.stage.errors).toEqual(['last words']);
    expect(kinds(stage.posted).at(-1)).toBe('stopped');
  });
});

describe('options', () => {
  it('reach the environment and the plans', () => {
    const { thread, environment, plan } = scene();
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options({ host: 'http://a', workerIndex: 4 }) });
    expect([environment.host, plan.host, environment.workerIndex]).toEqual(['http://a', 'http://a', 4]);
    thread.obey({ kind: 'runOptions', options: options({ parsedOptions: { x: 1 } }) });
    expect([environment.host, plan.host, environment.parsedOptions]).toEqual(['http://a', 'http://a', { x: 1 }]);
  });

  it('warn when they leave a class without a task', () => {
    const { thread, posted } = scene();
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options({ tags: ['none'] }) });
    expect(logs(posted)).toEqual(['Shopper has no task left to run: check tags, exclude tags and weights; a user without tasks idles']);
  });
});

describe('init', () => {
  it('has the worker\'s index, and what its listeners add to reports is asked before it is over', async () => {
    const { thread, environment, posted } = scene();
    const seen: unknown[] = [];
    listen('init', async (argument) => {
      seen.push(argument, environment.workerIndex);
      await pause(50);
      listen('reportToMaster', (report) => ((report as ReportEvent).data['late'] = 1));
    });
    thread.obey({ kind: 'init', workerIndex: 4 });
    await pass(49);
    expect([...seen, posted]).toEqual([environment, 4, []]);
    await pass(1);
    expect(posted).toEqual([{ kind: 'reportExtras', data: { late: 1 } }, { kind: 'feeders', isWhole: true, feeders: [], rows: {} }, { kind: 'initialised' }]);
  });

  it('goes on without a listener that fails, and says what one holds up that does not end', async () => {
    const { thread, stage, posted } = scene();
    listen('init', () => Promise.reject(new Error('cannot')));
    listen('init', () => pause(60_000));
    thread.obey({ kind: 'init', workerIndex: -1 });
    await pass(10_000);
    expect(stage.errors).toEqual(['Error: cannot']);
    expect(logs(posted)).toEqual([expect.stringMatching(/^a listener of init failed: Error: cannot\n/u), 'no user begins after 10 s: a listener of init has not ended; still waiting']);
  });

  it('may come after the keys of the first report, whose listeners may fail without it', async () => {
    const { thread, stage, posted } = scene();
    listen('reportToMaster', (report) => ((report as ReportEvent).data['early'] = 0));
    listen('reportToMaster', () => {
      throw new Error('needs init');
    });
    await thread.begin(null);
    expect(posted).toEqual([{ kind: 'reportExtras', data: { early: 0 } }, { kind: 'feeders', isWhole: false, feeders: [], rows: {} }]);
    expect(stage.errors).toEqual([]);
  });
});

describe('other messages', () => {
  it('fires spawningComplete with the count of all workers', async () => {
    const { thread, environment } = scene();
    const seen: unknown[] = [];
    listen('spawningComplete', (argument) => seen.push(argument));
    thread.obey({ kind: 'spawningComplete', userCount: 12 });
    await pass();
    expect(seen).toEqual([{ environment, userCount: 12 }]);
  });

  it('delivers a custom message to its listener, whose error stops nothing', async () => {
    const { thread, messageListeners, posted } = scene();
    const seen: unknown[] = [];
    messageListeners.set('good', (message) => seen.push(message));
    messageListeners.set('bad', () => {
      throw new Error('cannot');
    });
    for (const type of ['good', 'bad', 'nobody']) thread.obey({ kind: 'custom', type, data: [1], isOwn: false });
    await pass();
    expect(seen).toEqual([{ type: 'good', data: [1] }]);
    expect(logs(posted)).toEqual([expect.stringMatching(/^the listener for custom message "bad" failed: Error: cannot\n/u)]);
  });

  it('counts the error of a listener of what the scenario sent itself as one outside tasks', async () => {
    const { thread, stage, messageListeners, posted } = scene();
    messageListeners.set('bad', () => Promise.reject(new Error('cannot')));
    thread.obey({ kind: 'custom', type: 'bad', data: null, isOwn: true });
    await pass();
    expect(stage.errors).toEqual(['Error: cannot']);
    expect(logs(posted)).toEqual([]);
  });

  it('updates a user class, and says what could not be done', () => {
    const { thread, plan, posted } = scene();
    thread.obey({ kind: 'updateUserClass', className: 'Shopper', attributes: { host: 'http://b', tasks: ['walk'] } });
    thread.obey({ kind: 'updateUserClass', className: 'Stranger', attributes: { host: 'http://c' } });
    expect(plan.host).toBe('http://b');
    expect(logs(posted)).toEqual(['the master chooses tasks that Shopper does not have: "walk" (it has work): all tasks of Shopper run']);
  });

  it('asks the listeners of reportToMaster when told to, and at the end of a run before it says stopped', async () => {
    const { thread, posted } = scene();
    let count = 5;
    const listener = ({ data }: ReportEvent): void => {
      data['count'] = count;
      count = 0;
    };
    events.reportToMaster.add(listener);
    cleanups.push(() => events.reportToMaster.remove(listener));
    thread.obey({ kind: 'gatherExtras' });
    await pass();
    expect(posted).toEqual([{ kind: 'reportExtras', data: { count: 5 } }]);
    count = 2;
    thread.obey(stop(1));
    await pass();
    expect(posted.slice(2)).toEqual([
      { kind: 'reportExtras', data: { count: 2 } },
      { kind: 'stopped', generation: 1 },
    ]);
  });

  it('closes after the listeners of quitting and then of quit, or after a quarter of a second each', async () => {
    const { thread, posted, environment } = scene();
    const quits: unknown[] = [];
    listen('quitting', () => pause(100));
    listen('quit', (argument) => {
      quits.push(argument);
      return pause(1000);
    });
    thread.obey({ kind: 'close', exitCode: 3 });
    await pass(99);
    expect(quits).toEqual([]);
    await pass(1);
    expect(quits).toEqual([{ environment, exitCode: 3 }]);
    await pass(249);
    expect(posted).toEqual([]);
    await pass(1);
    await untilClosed(posted);
    expect(kinds(posted)).toEqual(['log', 'closed', 'log']);
    expect(logs(posted)).toEqual(['a listener of quit took longer than 250 ms: going on without it', 'port closed']);
  });

  it('closes with the exit code that a listener of quitting set, if it is one', async () => {
    for (const [code, exitCode, heard] of [[7, 7, 7], [null, null, 1], [256, null, 1]] as const) {
      const { thread, posted, environment } = scene();
      const quits: unknown[] = [];
      listen('quitting', () => (environment.processExitCode = code));
      listen('quit', (argument) => quits.push(argument));
      thread.obey({ kind: 'close', exitCode: 1 });
      await untilClosed(posted);
      expect(posted).toContainEqual({ kind: 'closed', exitCode });
      expect(quits).toEqual([{ environment, exitCode: heard }]);
      for (const cleanup of cleanups.splice(0)) cleanup();
    }
  });

  it('keeps account anew of a new run and of what counts, not for a run that is under way', async () => {
    const { thread, done } = scene();
    thread.obey({ kind: 'runStart', isUnderWay: false, options: options() });
    expect(done.splice(0)).toEqual(['users of worker 0', 'HTTP begins', 'recording begins', 'beats often', 'trust looks', 'trust anew', 'pace begins']);
    thread.obey({ kind: 'runStart', isUnderWay: true, options: options() });
    expect(done.splice(0)).toEqual(['users of worker 0', 'HTTP begins', 'recording begins', 'beats often', 'trust looks', 'pace begins']);
    thread.obey({ kind: 'count', isOn: true });
    thread.obey({ kind: 'startArrivals', startsAtMs: 17 });
    thread.obey({ kind: 'profile', what: 'cpu', path: 'x', durationMs: 5 });
    thread.obey({ kind: 'feeds', feeds: [] });
    thread.obey({ kind: 'feedGrown', name: 'logins.csv' });
    expect(done.splice(0)).toEqual(['counting true', 'trust anew', 'arrivals at 17', 'profile cpu x 5', 'feeders begin', 'logins.csv has grown']);
    thread.obey(stop(1));
    await pass();
    expect(done).toEqual(['waits for rows end', 'arrivals end', 'pace ends', 'flushed', 'trust whole', 'trust rests', 'beats seldom']);
  });

  it('runs tasks once by name and answers with what became of them, whatever is unknown', async () => {
    const { thread, posted, done } = scene();
    thread.obey({ kind: 'runTasks', names: ['work', 'Shopper.work', 'nothing'] });
    await pass();
    expect(done).toEqual(['once Shopper', 'once Shopper', 'flushed']);
    const run = { className: 'Shopper', taskName: 'work', elapsedMs: 0, error: 'TypeError: once' };
    expect(posted).toEqual([{ kind: 'tasksRun', runs: [run, run], unknownNames: ['nothing'] }]);
  });
});

describe('loadFailure', () => {
  it('says why and where', () => {
    const error = new SyntaxError('x');
    expect(loadFailure(error)).toEqual({ kind: 'loadFailed', reason: 'it threw while it was loaded: SyntaxError: x', trace: error.stack });
    expect(loadFailure(null)).toMatchObject({ reason: 'it threw while it was loaded: null' });
    expect(loadFailure(new BoomerError('no-user', 'it exports no user class'))).toMatchObject({ reason: 'it exports no user class' });
  });
});

/** A thread waits a quarter of a second for its output to be taken; where Jest has put its own stream there, nobody says that it was. */
async function untilClosed(posted: readonly { readonly kind: string }[]): Promise<void> {
  for (let ms = 0; ms < 300 && !posted.some(({ kind }) => kind === 'closed'); ms++) await pass(1);
}
