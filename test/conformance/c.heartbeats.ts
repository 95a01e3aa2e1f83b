/** §8 C: heartbeats, liveness, and connections that come and go. */
import { fieldsOf } from '../support/fakeMaster.ts';
import { countsOf, offBeat, ownGapsMs, pause, regularBeats, session, sumOf } from './session.ts';

const isState = (state: string) => (data: Readonly<Record<string, unknown>>): boolean => data['state'] === state;

test.concurrent('[24] a heartbeat every 1 s ±0.2 while nothing much happens', async () => {
  await session({}, async (worker) => {
    await pause(3_000);
    await worker.spawn({ A: 20, B: 20 }, { parsedOptions: { act: 'work', taskSec: 3 } });
    await pause(3_000);
    worker.master.send('stop');
    await pause(3_000);
    expect(worker.master.of('heartbeat').length).toBeGreaterThanOrEqual(9);
    expect(offBeat(regularBeats(worker.master.frames), 1_000, 200)).toEqual([]);
  });
});

test.concurrent('[24] … and under full load, through spawns of 1000 users and a graceful stop: never a gap of more than 3 s', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    const options = { parsedOptions: { act: 'spin', waitSec: 0 }, stopTimeoutSec: 3 };
    master.spawn({ A: 1_000, B: 0 }, options);
    await pause(4_000);
    master.spawn({ A: 1_000, B: 1_000 }, options);
    await pause(4_000);
    await worker.stop();
    const beats = regularBeats(master.frames);
    expect(Math.max(...ownGapsMs(beats))).toBeLessThan(3_000);
    // The load threads take all of the machine's cores, this process's own too: most beats must be on time all the same.
    expect(offBeat(beats, 1_000, 200).length).toBeLessThanOrEqual(beats.length * 0.3);
  });
});

test.concurrent('[24] … and while a user blocks its thread', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions: { act: 'block', blockSec: 4 } });
    await pause(4_500);
    for (const gap of ownGapsMs(worker.master.of('heartbeat'))) expect(gap).toBeLessThan(1_500);
  });
});

test.concurrent('[25] states over spawn and stop: ready, spawning, running, running until client_ready, ready', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await master.next('heartbeat', { isRight: isState('ready') });
    const work = { parsedOptions: { act: 'work', taskSec: 2.5 }, stopTimeoutSec: 10 };
    await worker.spawn({ A: 4, B: 0 }, work);
    await master.next('heartbeat', { isRight: isState('running') });
    // Ramping down, this worker waits for tasks to end: long enough to be seen spawning.
    const ramp = worker.spawn({ A: 2, B: 0 }, work);
    await master.next('heartbeat', { isRight: isState('spawning') });
    await ramp;
    await master.next('heartbeat', { isRight: isState('running') });
    const since = master.frames.length;
    master.send('stop');
    const stopped = await master.next('client_stopped', { since });
    const beats = master.of('heartbeat', since).filter(({ index }) => index < stopped.index);
    expect(beats.length).toBeGreaterThan(0);
    for (const beat of beats) expect(fieldsOf(beat)['state']).toBe('running');
    expect(fieldsOf(await master.next('heartbeat'))['state']).toBe('ready');
  });
});

test.concurrent('[26] a master that stops answering heartbeats: users stop, the worker ends with 255 and says why (here after 3 s; after the default 60 s see [6])', async () => {
  await session({ env: { LOCUST_MASTER_HEARTBEAT_TIMEOUT: '3000' } }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 5, B: 0 }, { parsedOptions: { reports: true } });
    await master.next('heartbeat');
    await pause(500);
    master.isAnswering = false;
    const silent = worker.stopwatch();
    const exit = await worker.worker.ended();
    expect(exit.code).toBe(255);
    expect(performance.now() - silent.startMs).toBeGreaterThan(2_000);
    expect(silent.ownMs()).toBeLessThan(6_000);
    expect(master.of('user').filter((frame) => fieldsOf(frame)['ended'] === 'A')).toHaveLength(5);
    expect(master.frames.at(-1)?.type).toBe('quit');
    expect(worker.output()).toMatch(/ERROR.*has not answered heartbeats for 3 s/u);
  });
});

test.concurrent('[26] a master that never answered a heartbeat is not waited for', async () => {
  await session({ master: { isAnswering: false }, env: { LOCUST_MASTER_HEARTBEAT_TIMEOUT: '1500' } }, async (worker) => {
    await pause(5_000);
    expect(worker.worker.child.isGone).toBe(false);
    expect(countsOf(await worker.spawn({ A: 1, B: 0 }))).toEqual({ A: 1, B: 0 });
  });
});

test.concurrent('[27] reconnect: heartbeats go on within 1 s on a new connection under the same identity, users untouched', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 5, B: 2 }, { parsedOptions: { reports: true, act: 'count' } });
    for (let round = 0; round < 3; round += 1) {
      const since = master.frames.length;
      const connections = master.connections;
      const sent = worker.stopwatch();
      master.send('reconnect');
      await master.waitFor('new connection', () => master.connections > connections);
      const beat = await master.next('heartbeat', { since });
      expect(sent.ownMs(beat.atMs)).toBeLessThan(1_000);
      expect(beat.id).toBe(master.workerId);
      await master.next('stats', { since });
    }
    expect(master.of('client_ready')).toHaveLength(1);
    expect(master.of('user').filter((frame) => 'began' in fieldsOf(frame))).toHaveLength(7);
    const report = await worker.report();
    expect(countsOf(report)).toEqual({ A: 5, B: 2 });
    // Nothing was lost on the way, and nothing came twice.
    master.send('quit');
    const { requests } = await worker.recorded();
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
  });
});

test.concurrent('[28] the master\'s socket closed and opened again: the worker goes on by itself, queued reports arrive', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 3, B: 0 }, { parsedOptions: { act: 'count' } });
    await worker.report();
    // Right after a report: what is on its way when a socket closes is nobody's fault, and the next one is 3 s off.
    await master.reopen(4_000);
    const since = master.frames.length;
    await master.next('stats', { since });
    await master.next('heartbeat');
    expect(master.of('client_ready')).toHaveLength(1);
    master.send('quit');
    const { requests } = await worker.recorded();
    expect(requests).toBeGreaterThan(100);
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
  });
});

test.concurrent('[29] a new master that does not know the worker: users stop, what was for the old one is named, and it has a ready worker', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 3, B: 0 }, { parsedOptions: { reports: true, act: 'count' } });
    await worker.report();
    master.forgetWorkers();
    await master.reopen(500);
    const since = master.frames.length;
    const ready = await master.next('client_ready', { since });
    expect(master.of('user').filter((frame) => 'ended' in fieldsOf(frame))).toHaveLength(0);
    expect(master.frames.filter(({ index, type }) => index >= since && index < ready.index && type === 'stats')).toEqual([]);
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions: { act: 'count' } });
    await worker.report();
    master.send('quit');
    const { requests } = await worker.recorded();
    const [, undelivered] = /not delivered (\d+) requests/u.exec(worker.output()) ?? [];
    expect(Number(undelivered)).toBeGreaterThan(0);
    expect(sumOf(master.of('stats'), 'num_requests') + Number(undelivered)).toBe(requests);
  });
});

test.concurrent('[30] client_ready is not said again during a test to a master that answers', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'count' } });
    await pause(11_000);
    expect(worker.master.of('client_ready')).toHaveLength(1);
    await worker.stop();
    await pause(6_000);
    expect(worker.master.of('client_ready')).toHaveLength(2);
  });
});
