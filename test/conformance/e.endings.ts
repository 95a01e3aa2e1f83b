/** §8 E: stopping and quitting. */
import { fieldsOf } from '../support/fakeMaster.ts';
import { until } from '../support/until.ts';
import { countsOf, offBeat, ownMs, pause, session, sumOf, type Session } from './session.ts';

const ends = (session: Session, since = 0): number => session.master.of('user', since).filter((frame) => 'ended' in fieldsOf(frame)).length;
const answers = (session: Session, since: number): readonly string[] =>
  session.master.frames.slice(since).map(({ type }) => type).filter((type) => type === 'client_stopped' || type === 'client_ready');

test.concurrent('[47] stop in any state is answered with client_stopped, then client_ready, once each', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const slow = { parsedOptions: { act: 'work', taskSec: 1 }, stopTimeoutSec: 5 };
    const inReady = master.frames.length;
    await worker.stop();
    await worker.stop();
    expect(answers(worker, inReady)).toEqual(['client_stopped', 'client_ready', 'client_stopped', 'client_ready']);

    const inSpawning = master.frames.length;
    await worker.spawn({ A: 2, B: 0 }, slow);
    await pause(100);
    master.spawn({ A: 0, B: 0 }, slow);
    await master.next('spawning');
    await worker.stop();
    expect(answers(worker, inSpawning)).toEqual(['client_stopped', 'client_ready']);

    const inRunning = master.frames.length;
    await worker.spawn({ A: 2, B: 0 }, slow);
    await pause(100);
    master.send('stop');
    await pause(200);
    // This one comes while stopping: the one answer covers both.
    master.send('stop');
    await master.next('client_ready', { since: inRunning });
    await pause(1_500);
    expect(answers(worker, inRunning)).toEqual(['client_stopped', 'client_ready']);
  });
});

test.concurrent('[48] stop timeout 0: work in flight is aborted, client_stopped within 1 s, nothing of it counts', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 20, B: 0 }, { parsedOptions: { act: 'work', taskSec: 30 } });
    await pause(300);
    const sent = worker.stopwatch();
    master.send('stop');
    const stopped = await master.next('client_stopped');
    expect(sent.ownMs(stopped.atMs)).toBeLessThan(1_000);
    await worker.report();
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(0);
    expect(sumOf(master.of('stats'), 'num_failures')).toBe(0);
    expect(master.of('exception')).toEqual([]);
  });
});

test.concurrent('[49] stop timeout T: tasks may finish, those that do not are ended at T', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const finishing = { parsedOptions: { act: 'work', taskSec: 1 }, stopTimeoutSec: 4 };
    await worker.spawn({ A: 5, B: 0 }, finishing);
    await pause(300);
    let sent = worker.stopwatch();
    master.send('stop');
    const early = await master.next('client_stopped');
    expect(sent.ownMs(early.atMs)).toBeLessThan(1_700);
    await master.next('client_ready', { since: early.index });
    expect(sumOf(master.of('stats'), 'num_requests', 'done')).toBe(5);

    const since = master.frames.length;
    await worker.spawn({ A: 5, B: 0 }, { parsedOptions: { act: 'work', taskSec: 30 }, stopTimeoutSec: 2 });
    await pause(300);
    sent = worker.stopwatch();
    master.send('stop');
    const late = await master.next('client_stopped');
    expect(late.atMs - sent.startMs).toBeGreaterThan(1_900);
    expect(sent.ownMs(late.atMs)).toBeLessThan(3_000);
    expect(sumOf(master.of('stats', since), 'num_requests', 'done')).toBe(0);
  });
});

test.concurrent.each([
  ['finish their task', 1, 3],
  ['are killed', 30, 0],
])('[50] onStop runs for each user when they %s', async (_, taskSec, stopTimeoutSec) => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 7, B: 4 }, { parsedOptions: { act: 'work', taskSec, reports: true }, stopTimeoutSec });
    await pause(200);
    await worker.stop();
    expect(ends(worker)).toBe(11);
    // What the hooks record belongs to the run and is reported with it.
    expect(sumOf(master.of('stats'), 'num_requests', 'onStop')).toBe(11);
    expect(worker.hooks()).toContain('testStop');
  });
});

test.concurrent('[51] client_ready follows client_stopped at once, not after the stop timeout', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 2, B: 0 }, { stopTimeoutSec: 30 });
    worker.master.send('stop');
    const stopped = await worker.master.next('client_stopped');
    const ready = await worker.master.next('client_ready', { since: stopped.index });
    expect(ownMs(stopped, ready)).toBeLessThan(100);
  });
});

test.concurrent('[51] … plus the seconds of LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP', async () => {
  await session({ env: { LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP: '2' } }, async (worker) => {
    await worker.spawn({ A: 2, B: 0 });
    worker.master.send('stop');
    const stopped = await worker.master.next('client_stopped');
    const ready = await worker.master.next('client_ready', { since: stopped.index });
    expect(offBeat([stopped, ready], 2_000, 200)).toEqual([]);
  });
});

test.concurrent('[52] a spawn between client_stopped and the next ack is honoured after it, once', async () => {
  await session({ env: { LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP: '1' } }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 2, B: 0 });
    const since = master.frames.length;
    master.send('stop');
    await master.next('client_stopped', { since });
    master.spawn({ A: 5, B: 0 });
    master.spawn({ A: 3, B: 1 });
    const ready = await master.next('client_ready', { since });
    const complete = await master.next('spawning_complete', { since });
    expect(complete.index).toBeGreaterThan(ready.index);
    expect(countsOf(complete)).toEqual({ A: 3, B: 1 });
    await worker.report();
    expect(master.of('spawning_complete', since)).toHaveLength(1);
    expect(master.of('spawning', since)).toHaveLength(1);
    expect(worker.hooks(since).filter((name) => name === 'testStart')).toHaveLength(1);
  });
});

test.concurrent('[52] a spawn that the stop of its test has overtaken ends with it, where the master lacks our plug-in', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    /** As from a master that is stopped in the moment in which it hands out more users. */
    const stopWhileSpawning = async (): Promise<void> => {
      const { index } = await worker.spawn({ A: 2, B: 0 });
      await master.next('heartbeat', { since: index + 1 });
      const timestamp = Date.now() / 1_000 - 0.002;
      master.send('stop');
      master.spawn({ A: 4, B: 0 }, { timestamp });
    };
    await stopWhileSpawning();
    await master.waitFor('it stops twice', () => master.of('client_stopped').length === 2);
    expect(worker.output()).toContain('of the test that it had just stopped: users are stopping');
    await master.waitFor('it is ready', () => master.of('client_ready').length === 3);
    await stopWhileSpawning();
    await until('it says so', () => worker.output().includes('a spawn of the test that was stopped came after its end: it is left out'));
    await worker.spawn({ A: 1, B: 0 });
    expect(worker.hooks().filter((name) => name === 'testStart')).toHaveLength(4);
  });
});

test.concurrent.each([1, 2])('[53] after stop every sample has reached the master before client_stopped (%i threads)', async (threads) => {
  await session({ threads }, async (worker) => {
    const { master } = worker;
    for (let run = 0; run < 2; run += 1) {
      await worker.spawn({ A: 10, B: 10 }, { parsedOptions: { act: 'count', waitSec: 0.005 }, stopTimeoutSec: run });
      await pause(1_300);
      master.send('stop');
      await master.next('client_stopped');
      await master.next('client_ready', { since: master.of('client_stopped').at(-1)?.index ?? 0 });
    }
    const stopped = master.of('client_stopped').at(-1);
    const before = master.of('stats').filter(({ index }) => index < (stopped?.index ?? 0));
    master.send('quit');
    const { requests } = await worker.recorded();
    expect(requests).toBeGreaterThan(1_000);
    expect(sumOf(before, 'num_requests', '/count')).toBe(requests);
  });
});

test.concurrent('[54] reports after stop have all classes at 0', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 3, B: 2 });
    await worker.stop();
    const last = worker.master.of('stats').at(-1);
    if (last === undefined) throw new Error('no report before client_stopped');
    for (const report of [last, await worker.report()]) {
      expect(countsOf(report)).toEqual({ A: 0, B: 0 });
      expect(fieldsOf(report)['user_count']).toBe(0);
    }
  });
});

test.concurrent('[55] quit: what was counted is sent within 0.5 s though users may finish their tasks; then quit, exit code 0', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 10, B: 0 }, { parsedOptions: { act: 'count', waitSec: 0.01 }, stopTimeoutSec: 0 });
    await worker.spawn({ A: 10, B: 3 }, { parsedOptions: { act: 'work', taskSec: 3 }, stopTimeoutSec: 20 });
    await worker.report();
    const mixed = master.frames.length;
    await worker.spawn({ A: 12, B: 3 }, { parsedOptions: { act: 'work', taskSec: 2 }, stopTimeoutSec: 20 });
    await pause(1_000);
    const sent = worker.stopwatch();
    master.send('quit');
    const flush = await master.next('stats');
    expect(sent.ownMs(flush.atMs)).toBeLessThan(500);
    // The master listens for half a second: reports keep coming until then.
    const third = await master.waitFor('three reports', () => master.of('stats', mixed).filter(({ atMs }) => atMs >= sent.startMs)[2]);
    expect(sent.ownMs(third.atMs)).toBeLessThan(500);
    const { requests } = await worker.recorded();
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
    expect(master.frames.at(-1)?.type).toBe('quit');
    expect((await worker.worker.ended()).code).toBe(0);
  });
});

test.concurrent.each([
  ['while running', false],
  ['while stopping', true],
])('[56] quit three times in 1.5 s, %s: one clean exit', async (_, isStopping) => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 3, B: 0 }, { parsedOptions: { act: 'work', taskSec: 2.5, reports: true }, stopTimeoutSec: 10 });
    await pause(300);
    const since = master.frames.length;
    if (isStopping) master.send('stop');
    for (let repeat = 0; repeat < 3; repeat += 1) {
      master.send('quit');
      await pause(500);
    }
    expect((await worker.worker.ended()).code).toBe(0);
    expect(master.of('quit', since)).toHaveLength(1);
    expect(master.frames.at(-1)?.type).toBe('quit');
    expect(answers(worker, since)).toEqual([]);
    expect(ends(worker)).toBe(3);
  });
});

test.concurrent.each(['SIGTERM', 'SIGINT'] as const)('[57] %s: the rest is sent, then quit, within the stop timeout + 2 s; the frames really leave', async (signal) => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 20, B: 5 }, { parsedOptions: { act: 'count', waitSec: 0.005 }, stopTimeoutSec: 1 });
    await pause(1_700);
    const sent = worker.stopwatch();
    const exit = await worker.worker.end(signal);
    expect(sent.ownMs()).toBeLessThan(3_000);
    expect(exit).toMatchObject({ code: 0, signal: null });
    await master.next('quit', { since: 0 });
    const { requests } = await worker.recorded();
    expect(requests).toBeGreaterThan(500);
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
  });
});

const counting = { parsedOptions: { act: 'count', waitSec: 0.02 }, stopTimeoutSec: 1 };

test.concurrent('[57] a master that takes a while for each report is waited for, and has them all', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 20, B: 0 }, counting);
    await worker.report();
    master.busyMs = 700;
    expect((await worker.worker.end('SIGTERM')).code).toBe(0);
    const { requests } = await worker.recorded();
    expect(worker.output()).toContain('to confirm the last report; another signal ends this worker at once');
    expect(worker.output()).toContain(`delivered ${requests} requests, 0 failures; not confirmed 0 requests`);
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
  });
});

test.concurrent.each([
  ['stands still is given up', /INFO\/boomer: waiting for the master .* to confirm the last report/u, async () => undefined],
  ['is gone is not waited for', null, async ({ master }: Session) => master.close()],
  ['stands still is left at a second signal', null, async ({ worker }: Session) => worker.child.signal('SIGTERM')],
] as const)('[57] a master that %s: what it may have is named', async (_, said, happen) => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 20, B: 0 }, counting);
    await worker.report();
    master.busyMs = 60_000;
    worker.worker.child.signal('SIGTERM');
    await until('it waits', () => worker.output().includes('to confirm the last report'));
    const since = worker.stopwatch();
    await happen(worker);
    expect((await worker.worker.ended()).code).toBe(0);
    expect(since.ownMs()).toBeLessThan(said === null ? 3_000 : 12_000);
    const { requests } = await worker.recorded();
    expect(requests).toBeGreaterThan(0);
    expect(worker.output()).toMatch(/not confirmed [1-9]\d* requests, 0 failures; not delivered 0 requests, 0 failures; what is not confirmed was sent, and the master answered no more/u);
    expect(worker.output().includes('which does not confirm it: it is very slow, or stands still')).toBe(said !== null);
  });
});

test.concurrent('[57] a second signal ends the users at once', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 3, B: 0 }, { parsedOptions: { act: 'work', taskSec: 60 }, stopTimeoutSec: 60 });
    await pause(200);
    worker.worker.child.signal('SIGINT');
    await pause(700);
    expect(worker.worker.child.isGone).toBe(false);
    const sent = worker.stopwatch();
    expect((await worker.worker.end('SIGINT')).code).toBe(0);
    expect(sent.ownMs()).toBeLessThan(2_500);
    expect(worker.master.frames.at(-1)?.type).toBe('quit');
  });
});

test.concurrent('[57] a signal before any master answered just ends the worker', async () => {
  await session({ master: { isAcking: false }, isAwaited: false }, async (worker) => {
    await worker.master.next('client_ready', { since: 0 });
    await pause(200);
    const exit = await worker.worker.end('SIGTERM');
    expect(exit.code).toBe(0);
    expect(worker.master.frames.map(({ type }) => type)).toEqual(['client_ready']);
  });
});

test.concurrent('[58] quit as the answer to spawning ends the worker', async () => {
  // That the worker says `spawning` to a master which has forgotten it is what this master provokes.
  await session({ tolerated: /^spawning(_complete)?: said to a master that does not know this worker/u }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 1, B: 0 });
    master.forgetWorkers();
    master.spawn({ A: 2, B: 0 });
    expect((await worker.worker.ended()).code).toBe(0);
    expect(master.of('quit')).toHaveLength(1);
  });
});
