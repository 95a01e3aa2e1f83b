/** All load threads taken together: orders that go down to them, and what becomes of what they say. */
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { endThreads, type FakeThread, runOptions, startFakePool, withFakeTime } from './fakeThreads.ts';
import { ExceptionCounter, type ExceptionKind } from '../../../../src/engine/shared/exceptionCounts.ts';

withFakeTime();

const users = (generation: number, counts: Readonly<Record<string, number>>, reached = true) => ({ kind: 'users', generation, counts, reached }) as const;

describe('users', () => {
  it('are split over the threads, and reached when all threads have theirs', async () => {
    const { pool, threads, inputs } = await startFakePool({ threadCount: 2 });
    const [one, two] = threads;
    pool.startRun(runOptions);
    pool.setUsers(1, { Shopper: 5, Stranger: 3 }, 2_000);
    expect(threads.map((thread) => thread.of('users'))).toEqual([3, 2].map((Shopper) => [{ kind: 'users', generation: 1, targets: { Shopper }, stopTimeoutMs: 2_000 }]));
    one?.say(users(1, { Shopper: 3 }));
    two?.say(users(1, { Shopper: 1 }, false));
    two?.say(users(1, { Shopper: 2 }));
    expect(inputs).toEqual([users(1, { Shopper: 3 }, false), users(1, { Shopper: 4 }, false), users(1, { Shopper: 5 })]);
    expect(pool.counts()).toEqual({ Shopper: 5 });
  });

  it('of a class that a spawn does not name stay, and late counts are not called reached', async () => {
    const { pool, threads, inputs } = await startFakePool({}, ['Admin', 'Shopper']);
    pool.startRun(runOptions);
    pool.setUsers(1, { Admin: 1 }, 0);
    pool.setUsers(2, { Shopper: 4 }, 0);
    expect(threads[0]?.of('users').map(({ targets }) => targets)).toEqual([{ Admin: 1 }, { Admin: 1, Shopper: 4 }]);
    threads[0]?.say(users(1, { Admin: 1 }));
    expect(inputs).toEqual([users(2, { Admin: 1, Shopper: 0 }, false)]);
  });

  it('are nobody\'s business once they are stopped, nor in the next run before it has targets', async () => {
    const { pool, threads, inputs } = await startFakePool();
    pool.startRun(runOptions);
    pool.setUsers(1, { Shopper: 4 }, 0);
    pool.stopUsers(2, 0);
    threads[0]?.say(users(1, { Shopper: 2 }));
    expect(inputs).toEqual([]);
    threads[0]?.say({ kind: 'stopped', generation: 2 });
    pool.startRun(runOptions);
    threads[0]?.say(users(1, { Shopper: 0 }));
    expect(inputs).toEqual([{ kind: 'usersStopped', generation: 2 }]);
  });

  it('of a lost thread are missing until it has them again', async () => {
    const { pool, threads, current, inputs, whenStarted } = await startFakePool({ threadCount: 2 });
    pool.startRun(runOptions);
    pool.setUsers(1, { Shopper: 4 }, 0);
    for (const thread of threads) thread.say(users(1, { Shopper: 2 }));
    threads[1]?.exit();
    expect(inputs.slice(-1)).toEqual([users(1, { Shopper: 2 }, false)]);
    whenStarted(3);
    current()[1]?.load();
    current()[1]?.say(users(1, { Shopper: 2 }));
    expect(inputs.slice(-1)).toEqual([users(1, { Shopper: 4 })]);
  });
});

describe('a thread that comes late', () => {
  it('is told whole what all others were told so far, in their order', async () => {
    const { pool, threads, current, whenStarted } = await startFakePool({ warmsUp: true, tags: ['own'], excludeTags: ['never'] });
    threads[0]?.exit();
    whenStarted(2);
    pool.updateUserClass('Shopper', { host: 'http://a' });
    pool.updateUserClass('Shopper', { weight: 2 });
    pool.startRun(runOptions);
    pool.startArrivals();
    pool.setUsers(1, { Shopper: 4 }, 0);
    pool.setCounting(true);
    pool.updateOptions({ ...runOptions, host: 'http://b', excludeTags: ['slow'], workerIndex: 3 });
    const [late] = current();
    await turn();
    expect(late?.orders.map(({ kind }) => kind)).toEqual(['load']);
    late?.load();
    expect(late?.orders.slice(1)).toEqual([
      { kind: 'count', isOn: true },
      { kind: 'updateUserClass', className: 'Shopper', attributes: { host: 'http://a', weight: 2 } },
      { kind: 'feeds', feeds: [] },
      { kind: 'runStart', options: { ...runOptions, host: 'http://b', tags: ['own'], excludeTags: ['slow'], workerIndex: 3 }, isUnderWay: true },
      { kind: 'startArrivals', startsAtMs: expect.any(Number) as number },
      { kind: 'users', generation: 1, targets: { Shopper: 4 }, stopTimeoutMs: 0 },
    ]);
  });

  it('is told where the arrivals of classes whose users stand for a rate come from, as all others are', async () => {
    const { pool, threads, current, whenStarted } = await startFakePool({ threadCount: 2, userPerSec: 2 });
    pool.startRun({ ...runOptions, workerIndex: 3 }, 1_000_000);
    pool.setUsers(1, { Shopper: 3 }, 0);
    const [order] = threads.map((thread) => thread.of('arrivals'));
    expect(order).toEqual([{ kind: 'arrivals', order: { users: { Shopper: 3 }, fromMs: expect.any(Number) as number, epochMs: expect.any(Number) as number, workerIndex: 3 } }]);
    const { fromMs = 0, epochMs = 0 } = order?.[0]?.order ?? {};
    expect(Math.abs(fromMs - epochMs - 1_000_000_000)).toBeLessThan(5_000);
    expect([threads[1]?.of('arrivals'), pool.arrivals()?.perSec]).toEqual([order, 6]);
    threads[1]?.exit();
    whenStarted(3);
    current()[1]?.load();
    expect(current()[1]?.of('arrivals')).toEqual(order);
    pool.setUsers(2, { Shopper: 1 }, 0);
    pool.stopUsers(3, 0);
    // What it came to at most.
    expect(pool.arrivals()?.perSec).toBe(6);
  });

  it('hears nothing of a run that is over, nor twice of the end of the warm-up', async () => {
    const { pool, threads, current, whenStarted } = await startFakePool({ warmsUp: true });
    pool.startRun(runOptions);
    pool.setUsers(1, { Shopper: 4 }, 0);
    pool.setCounting(true);
    pool.setCounting(true);
    expect(threads[0]?.of('count')).toEqual([{ kind: 'count', isOn: true }]);
    pool.stopUsers(2, 0);
    threads[0]?.exit();
    whenStarted(2);
    await turn();
    current()[0]?.load();
    expect(current()[0]?.orders.map(({ kind }) => kind)).toEqual(['load']);
  });

  it('hears of spawningComplete when it has its users, once, and not of that of former targets', async () => {
    const { pool, threads, current, whenStarted } = await startFakePool({ threadCount: 2 });
    pool.startRun(runOptions);
    pool.setUsers(1, { Shopper: 4 }, 0);
    for (const thread of threads) thread.say(users(1, { Shopper: 2 }));
    pool.spawningComplete(12);
    threads[1]?.exit();
    whenStarted(3);
    current()[1]?.load();
    current()[1]?.say(users(1, { Shopper: 1 }, false));
    expect(current()[1]?.of('spawningComplete')).toEqual([]);
    for (const Shopper of [2, 2]) current()[1]?.say(users(1, { Shopper }));
    expect(current().map((thread) => thread.of('spawningComplete'))).toEqual([[{ kind: 'spawningComplete', userCount: 12 }], [{ kind: 'spawningComplete', userCount: 12 }]]);
    threads[0]?.exit();
    whenStarted(4);
    current()[0]?.load();
    pool.setUsers(2, { Shopper: 2 }, 0);
    for (const thread of current()) thread.say(users(2, { Shopper: 1 }));
    expect(current()[0]?.of('spawningComplete')).toEqual([]);
  });

  it('fires its init with the index that has become known while it loaded', async () => {
    const { pool, threads, current, whenStarted } = await startFakePool({ workerIndex: null });
    threads[0]?.exit();
    whenStarted(2);
    const done: string[] = [];
    pool.init(5, () => done.push('done'));
    const [late] = current();
    expect(late?.of('init')).toEqual([]);
    late?.say({ kind: 'ready', classes: pool.classes(), settings: pool.settings() });
    expect(late?.of('init')).toEqual([{ kind: 'init', workerIndex: 5 }]);
  });
});

describe('the end of all users', () => {
  /** Two threads that are told to stop. */
  async function stopped(stopTimeoutMs: number) {
    const scene = await startFakePool({ threadCount: 2 });
    const [one, two] = scene.threads as [FakeThread, FakeThread];
    scene.pool.startRun(runOptions);
    scene.pool.stopUsers(7, stopTimeoutMs);
    return { ...scene, one, two };
  }

  const lostIn = (logs: readonly string[]): string[] => logs.filter((line) => line.includes('was lost'));

  it('waits for a thread that has much to do, and replaces one whose loop stands still', async () => {
    const { threads, one: busy, two: blocked, inputs, logs, pass } = await stopped(2_000);
    expect(busy.of('stop')).toEqual([{ kind: 'stop', generation: 7, stopTimeoutMs: 2_000 }]);
    pass(3_900, busy);
    expect(blocked.isTerminated).toBe(false);
    pass(56_000, busy);
    expect([busy.isTerminated, blocked.isTerminated, threads.length]).toEqual([false, true, 3]);
    expect(lostIn(logs)).toEqual([expect.stringContaining('it did not stop its users in time: its event loop stands still: a task blocks it')]);
    expect(threads[2]?.startedAtMs).toBe(4_001);
    busy.say({ kind: 'stopped', generation: 7 });
    // What the blocked one has counted is whole only when it has ended.
    expect(inputs.filter(({ kind }) => kind === 'usersStopped')).toEqual([]);
    blocked.exit();
    expect(inputs.filter(({ kind }) => kind === 'usersStopped')).toEqual([{ kind: 'usersStopped', generation: 7 }]);
  });

  it('does not call a thread blocked that turned just before the stop timeout was over', async () => {
    const { one, two, pass } = await stopped(1_000);
    pass(1_200, one, two);
    pass(1_800);
    expect([one.isTerminated, two.isTerminated]).toEqual([false, false]);
    pass(400);
    expect([one.isTerminated, two.isTerminated]).toEqual([true, true]);
  });

  it('calls nobody blocked who may be at a breakpoint', async () => {
    const inspected = jest.spyOn(process, 'getBuiltinModule').mockReturnValue({ url: () => 'ws://127.0.0.1:9229/0f2c' });
    try {
      const { one, two, logs, pass } = await stopped(0);
      pass(600_000);
      expect([one.isTerminated, two.isTerminated]).toEqual([false, false]);
      expect(logs).toEqual([expect.stringMatching(/^warning: a load thread stands still while the inspector listens at 127\.0\.0\.1:9229: it may be at a breakpoint/u)]);
    } finally {
      inspected.mockRestore();
    }
  });

  it('waits for a stop timeout of 30 days', async () => {
    const { one, two, pass } = await stopped(30 * 86_400_000);
    pass(60_000);
    expect([one.isTerminated, two.isTerminated]).toEqual([false, false]);
  });

  it('does not wait for ever for a thread that turns and never answers', async () => {
    const { one, two, logs, pass } = await stopped(0);
    pass(91_000, one, two);
    expect(lostIn(logs)).toEqual([0, 1].map((index) => expect.stringMatching(new RegExp(`^error: load thread ${index} .*it did not stop its users in time: it never said that they are gone`, 'u')) as string));
  });

  it('waits as long as it takes for a thread whose users are gone: it is at the end of the test, a teardown perhaps', async () => {
    const { one, two, logs, pass } = await stopped(0);
    one.say({ kind: 'usersGone' });
    two.say({ kind: 'usersGone' });
    pass(300_000, one, two);
    expect(lostIn(logs)).toEqual([]);
    pass(2_500, one);
    expect(lostIn(logs)).toEqual([expect.stringMatching(/^error: load thread 1 .*its event loop stands still/u)]);
  });

  it('comes at once with threads that have no users to stop: they are yet to load', async () => {
    const { pool, threads, inputs } = await startFakePool();
    threads[0]?.exit();
    pool.stopUsers(3, 60_000);
    expect(inputs.slice(-1)).toEqual([{ kind: 'usersStopped', generation: 3 }]);
  });

  it('is taken back by new targets', async () => {
    const { pool, one, two, inputs, pass } = await stopped(1_000);
    pool.startRun(runOptions);
    pool.setUsers(8, { Shopper: 2 }, 0);
    for (const thread of [one, two]) thread.say({ kind: 'stopped', generation: 7 });
    pass(60_000);
    expect([one.isTerminated, two.isTerminated]).toEqual([false, false]);
    expect(inputs.filter(({ kind }) => kind === 'usersStopped')).toEqual([]);
  });
});

describe('the end of all threads', () => {
  it('comes after their last listeners, with the highest exit code that a scenario has set', async () => {
    const { pool, threads } = await startFakePool({ threadCount: 3 });
    const closing = pool.close(4);
    expect(threads.map((thread) => thread.of('close'))).toEqual([1, 2, 3].map(() => [{ kind: 'close', exitCode: 4 }]));
    for (const [index, exitCode] of [5, null, 9].entries()) threads[index]?.say({ kind: 'closed', exitCode });
    for (const thread of threads) thread.exit();
    expect(await closing).toBe(9);
  });

  it('waits for listeners no longer than 700 ms, and 10 s for profiles that are being made', async () => {
    for (const [profiled, deadlineMs] of [[false, 700], [true, 10_000]] as const) {
      const { pool, threads, pass } = await startFakePool();
      if (profiled) void pool.profile('cpu', 'cpu.prof', 60_000);
      const closing = pool.close();
      pass(deadlineMs - 1);
      await turn();
      expect(threads[0]?.isTerminated).toBe(false);
      pass(1);
      await turn();
      expect(threads[0]?.isTerminated).toBe(true);
      threads[0]?.exit();
      expect(await closing).toBeNull();
    }
  });
});

describe('the log of all threads', () => {
  const escaped = (message: string, trace: string, isOutsideTask = false): ExceptionKind => ({ message, trace, isOutsideTask });
  const counterOf = (thread: FakeThread | undefined): ((exception: ExceptionKind, times: number) => void) => {
    const counter = new ExceptionCounter((message) => thread?.say(message));
    return (exception, times) => {
      for (let time = 0; time < times; time++) counter.count(exception);
      thread?.say({ kind: 'exceptionsCounted' });
    };
  };

  it('has a warning once, whichever thread it comes from, and anything else always', async () => {
    const { threads, logs } = await startFakePool({ threadCount: 3 });
    for (const thread of threads) {
      thread.say({ kind: 'log', level: 'warning', text: 'slow' });
      thread.say({ kind: 'log', level: 'error', text: 'broken' });
    }
    threads[0]?.say({ kind: 'log', level: 'warning', text: 'other' });
    expect(logs).toEqual(['warning: slow', 'error: broken', 'error: broken', 'error: broken', 'warning: other']);
  });

  it('remembers a bounded number of warnings', async () => {
    const { threads, logs } = await startFakePool();
    const warn = (text: string): void => threads[0]?.say({ kind: 'log', level: 'warning', text });
    for (let index = 0; index < 1000; index++) warn(`warning ${index}`);
    warn('one too many');
    warn('warning 0');
    expect(logs).toHaveLength(1002);
  });

  it('has the first exception of a trace whole, then the 10th, the 100th … as a count, and each goes up', async () => {
    const { threads, logs, inputs } = await startFakePool();
    const count = counterOf(threads[0]);
    for (let time = 0; time < 150; time++) count(escaped('Error: x', 'Error: x\n  at y'), 1);
    expect(logs).toEqual(['error: an error escaped a task:\nError: x\n  at y', 'error: 10 times by now: Error: x', 'error: 100 times by now: Error: x']);
    expect(inputs).toHaveLength(150);
    expect(inputs[0]).toEqual({ kind: 'exception', message: 'Error: x', trace: 'Error: x\n  at y', count: 1, isOutsideTask: false });
  });

  it('counts exceptions over threads, and each trace for itself', async () => {
    const { threads, logs, inputs } = await startFakePool({ threadCount: 2 });
    const [one, two] = threads.map(counterOf);
    one?.(escaped('a', 'trace a'), 500);
    two?.(escaped('b', 'trace b'), 1);
    two?.(escaped('a', 'trace a'), 600);
    one?.(escaped('b', 'trace b'), 1);
    expect(logs).toEqual(['error: an error escaped a task:\ntrace a', 'error: an error escaped a task:\ntrace b', 'error: 1100 times by now: a']);
    expect(inputs.map((input) => input.kind === 'exception' && input.count)).toEqual([500, 1, 600, 1]);
  });

  it('tells errors outside tasks from those that escaped one', async () => {
    const { threads, logs } = await startFakePool();
    counterOf(threads[0])(escaped('a', 'of a listener', true), 1);
    expect(logs).toEqual(['error: an error outside tasks:\nof a listener']);
  });
});

describe('messages', () => {
  it('go to the threads that listen to them; what a scenario sends goes up', async () => {
    const { pool, threads, inputs } = await startFakePool({ threadCount: 2, isAlone: true });
    threads[1]?.say({ kind: 'listening', types: ['ask'] });
    expect([pool.deliver('ask', 1), pool.deliver('other', 2)]).toEqual([true, false]);
    expect(threads.map((thread) => thread.of('custom'))).toEqual([[], [{ kind: 'custom', type: 'ask', data: 1, isOwn: true }]]);
    threads[0]?.say({ kind: 'custom', type: 'answer', data: 2 });
    threads[0]?.say({ kind: 'stopTest', reason: 'enough' });
    expect(inputs).toEqual([{ kind: 'customFromUser', type: 'answer', data: 2 }, { kind: 'stopTest', reason: 'enough' }]);
  });

  it('that add to reports are asked for before each report and around a stop, of the threads that have listeners', async () => {
    const { pool, threads, pass } = await startFakePool({ threadCount: 2 });
    threads[1]?.say({ kind: 'addsToReports', isSo: true });
    threads[1]?.say({ kind: 'reportExtras', data: { cpu: 2 } });
    expect(pool.takeExtras()).toEqual({ cpu: 2 });
    pass(2_500);
    expect(threads.map((thread) => thread.of('gatherExtras').length)).toEqual([0, 1]);
    pool.startRun(runOptions);
    pool.stopUsers(1, 0);
    expect(threads[1]?.orders.map(({ kind }) => kind)).toEqual(['load', 'gatherExtras', 'feeds', 'runStart', 'gatherExtras', 'stop']);
  });
});

describe('a start', () => {
  it('is refused where threads find other classes', async () => {
    const refused = expect(startFakePool({ threadCount: 2 }, (index) => [`Class${index}`])).rejects.toThrow(/^load thread 1 found other user classes or tasks than the first one/u);
    await endThreads();
    await refused;
  });

  it('is refused with what the scenario could not be compiled for', async () => {
    const broken = expect(startFakePool({ bundleUrls: Promise.reject(new Error('no such file')) }, [])).rejects.toThrow('no such file');
    await endThreads();
    await broken;
  });
});
