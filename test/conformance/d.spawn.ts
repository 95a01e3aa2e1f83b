/** §8 D: spawning. */
import { fieldsOf, type MasterFrame } from '../support/fakeMaster.ts';
import type { Fields } from '../support/frameChecks.ts';
import { countsOf, once, pause, rowsOf, session, sumOf, type Session } from './session.ts';

const began = (frames: readonly MasterFrame[]): readonly unknown[] => frames.map(fieldsOf).filter((data) => 'began' in data);
const median = (values: readonly number[]): number => values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;

test.concurrent('[31] spawning at once, spawning_complete with live counts within 100 ms for 100 users', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const times: { readonly spawning: number; readonly complete: number }[] = [];
    // Other tests run beside this one: the middle one of five is what the worker takes.
    for (let round = 0; round < 5; round += 1) {
      const since = master.frames.length;
      const sent = worker.stopwatch();
      const complete = await worker.spawn({ A: 60, B: 40 }, { parsedOptions: { waitSec: 10 } });
      expect(countsOf(complete)).toEqual({ A: 60, B: 40 });
      const spawning = await master.next('spawning', { since });
      expect(spawning.data).toBeNull();
      expect(spawning.index).toBeLessThan(complete.index);
      times.push({ spawning: sent.ownMs(spawning.atMs), complete: sent.ownMs(complete.atMs) });
      await worker.stop();
    }
    expect(median(times.map(({ spawning }) => spawning))).toBeLessThan(100);
    expect(median(times.map(({ complete }) => complete))).toBeLessThan(100);
  });
});

test.concurrent('[32] counts are absolute targets: {A:2,B:0} then {A:1,B:1} stops one A and starts one B', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    const parsedOptions = { reports: true, waitSec: 5 };
    expect(countsOf(await worker.spawn({ A: 2, B: 0 }, { parsedOptions }))).toEqual({ A: 2, B: 0 });
    expect(countsOf(await worker.spawn({ A: 1, B: 1 }, { parsedOptions }))).toEqual({ A: 1, B: 1 });
    const told = master.of('user').map(fieldsOf);
    expect(told.filter((data) => 'began' in data).map((data) => data['began'])).toEqual(['A', 'A', 'B']);
    expect(told.filter((data) => 'ended' in data)).toEqual([{ ended: 'A' }]);
    expect(countsOf(await worker.report())).toEqual({ A: 1, B: 1 });
  });
});

test.concurrent('[33] a class that the map does not name keeps its users', async () => {
  await session({}, async (worker) => {
    await worker.spawn({ A: 3, B: 2 });
    expect(countsOf(await worker.spawn({ B: 1 }))).toEqual({ A: 3, B: 1 });
    expect(countsOf(await worker.spawn({}))).toEqual({ A: 3, B: 1 });
  });
});

test.concurrent('[34] an all-zero spawn, the very first one too, is answered like any other', async () => {
  await session({}, async (worker) => {
    expect(countsOf(await worker.spawn({ A: 0, B: 0 }))).toEqual({ A: 0, B: 0 });
    await worker.master.next('heartbeat', { isRight: ({ state }) => state === 'running' });
    await worker.spawn({ A: 1, B: 0 });
    expect(countsOf(await worker.spawn({ A: 0, B: 0 }))).toEqual({ A: 0, B: 0 });
    await worker.stop();
    expect(countsOf(await worker.spawn({ A: 0, B: 0 }))).toEqual({ A: 0, B: 0 });
  });
});

test.concurrent('[35] an equal or older timestamp changes nothing and is not completed', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 2, B: 0 }, { timestamp: 1_000 });
    const since = master.frames.length;
    for (const timestamp of [1_000, 999.999_999, 1]) master.spawn({ A: 9, B: 9 }, { timestamp });
    await master.waitFor('three spawning', () => master.of('spawning', since).length === 3);
    expect(countsOf(await worker.report())).toEqual({ A: 2, B: 0 });
    expect(master.of('spawning_complete', since)).toEqual([]);
  });
});

test.concurrent('[36] timestamps 1 µs apart are both honoured; of several in one tick the last one wins', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const base = 1_700_000_000;
    await worker.spawn({ A: 1, B: 0 }, { timestamp: base });
    expect(countsOf(await worker.spawn({ A: 2, B: 0 }, { timestamp: base + 0.000_001 }))).toEqual({ A: 2, B: 0 });
    const since = master.frames.length;
    for (let step = 2; step < 12; step += 1) master.spawn({ A: step, B: 0 }, { timestamp: base + step * 0.000_001 });
    await master.next('spawning_complete', { since, isRight: (data) => data['user_count'] === 11 });
    await master.waitFor('ten spawning', () => master.of('spawning', since).length === 10);
    const users = master.of('spawning_complete', since).map((frame) => fieldsOf(frame)['user_count']);
    expect(users.at(-1)).toBe(11);
  });
});

test.concurrent('[37] a newer spawn during a slow ramp-down supersedes it and is completed last', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const slow = { parsedOptions: { act: 'work', taskSec: 1.5 }, stopTimeoutSec: 10 };
    await worker.spawn({ A: 4, B: 0 }, slow);
    await pause(100);
    const since = master.frames.length;
    master.spawn({ A: 1, B: 0 }, slow);
    await master.next('spawning', { since });
    master.spawn({ A: 6, B: 3 }, slow);
    const complete = await master.next('spawning_complete', { since });
    expect(countsOf(complete)).toEqual({ A: 6, B: 3 });
    await worker.report();
    expect(master.of('spawning_complete', since)).toHaveLength(1);
    expect(countsOf(await worker.report())).toEqual({ A: 6, B: 3 });
  });
});

test.concurrent('[38] an unknown class name: known classes run, spawning_complete is sent, the problem is told once', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    expect(countsOf(await worker.spawn({ A: 1, Nobody: 3 }))).toEqual({ A: 1, B: 0 });
    expect(countsOf(await worker.spawn({ A: 2, Nobody: 4 }))).toEqual({ A: 2, B: 0 });
    const told = master.of('exception').map(fieldsOf);
    expect(told).toHaveLength(1);
    expect(told[0]?.['msg']).toContain('users of class Nobody, which this worker\'s scenario does not have (it has: A, B)');
    await worker.stop();
    expect(countsOf(await worker.spawn({ A: 0, B: 2 }))).toEqual({ A: 0, B: 2 });
  });
});

test.concurrent('[38] no class name known: the total counts, split by weight, under the master\'s names, and back to 0', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const complete = await worker.spawn({ Dummy: 3, Other: 2 }, { parsedOptions: { reports: true } });
    expect(countsOf(complete)).toEqual({ Dummy: 3, Other: 2 });
    expect(began(master.of('user')).map((data) => (data as Fields)['began']).sort()).toEqual(['A', 'A', 'A', 'B', 'B']);
    expect(countsOf(await worker.report())).toEqual({ Dummy: 3, Other: 2 });
    await worker.stop();
    expect(countsOf(await worker.report())).toEqual({ Dummy: 0, Other: 0 });
    expect(master.of('exception')).toEqual([]);
  });
});

test.concurrent('[39] the first spawn clears the statistics and fires testStart once; later ones do not; after a stop again', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const parsedOptions = { act: 'count' };
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions });
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions });
    await worker.report();
    expect(worker.hooks().filter((name) => name === 'testStart')).toHaveLength(1);
    await worker.stop();
    const since = master.frames.length;
    const startSec = Date.now() / 1_000;
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions: { act: 'samples', samples: [{ type: 'GET', name: '/one', elapsedMs: 3 }] } });
    const report = await worker.report();
    expect(worker.hooks(since)).toEqual(['testStart']);
    const rows = master.of('stats', since).flatMap(rowsOf);
    expect(rows.map(({ name, num_requests: requests }) => [name, requests])).toEqual([['/one', 1]]);
    expect(Number(rows[0]?.['start_time'])).toBeGreaterThanOrEqual(startSec - 0.1);
    expect(report.index).toBeGreaterThan(since);
  });
});

test.concurrent('[40] a host in the spawn is the users\' host; nil and an empty text leave it', async () => {
  await session({ flags: ['--host', 'http://flag'] }, async (worker) => {
    const { master } = worker;
    const hostAfter = async (host: string | null, users: number): Promise<unknown> => {
      const since = master.frames.length;
      await worker.spawn({ A: users, B: 0 }, { host, parsedOptions: { reports: true } });
      return began(master.of('user', since)).map((data) => (data as Fields)['host'])[0];
    };
    expect(await hostAfter(null, 1)).toBe('http://flag');
    expect(await hostAfter('http://master', 2)).toBe('http://master');
    expect(await hostAfter('', 3)).toBe('http://master');
    expect(await hostAfter(null, 4)).toBe('http://master');
  });
});

test.concurrent('[41] custom options reach the scenario before testStart; Locust\'s own keys change nothing; tags filter tasks', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const parsedOptions = {
      my_text: 'x', users: 3, act: 'tags', tags: ['red'], exclude_tags: null, expect_workers: 1,
      master_host: 'elsewhere', master_port: 1, loglevel: 'CRITICAL', stop_timeout: 99, host: 'http://no', worker: true,
    };
    await worker.spawn({ A: 0, B: 2 }, { parsedOptions });
    expect((await worker.hook('testStart'))['options']).toEqual({
      my_text: 'x', users: 3, act: 'tags', tags: ['red'], exclude_tags: null, expect_workers: 1,
    });
    await worker.report();
    await worker.stop();
    const red = master.of('stats').flatMap(rowsOf).map(({ name }) => name);
    expect(new Set(red)).toEqual(new Set(['red']));
    const since = master.frames.length;
    await worker.spawn({ A: 0, B: 2 }, { parsedOptions: { act: 'tags', exclude_tags: ['red'] } });
    await worker.report();
    expect(new Set(master.of('stats', since).flatMap(rowsOf).map(({ name }) => name))).toEqual(new Set(['blue']));
  });
});

test.concurrent('[42] options of any type do not disturb the spawn', async () => {
  await session({}, async (worker) => {
    const odd = {
      nested: [[1, [2, [null]]], { deep: { deeper: [true] } }],
      when: { __datetime__: true, as_str: '20260102T03:04:05.678901' },
      big: 2n ** 63n,
      negative: -(2n ** 62n),
      nothing: null,
      bytes: Buffer.from([0, 255]),
      keys: new Map<unknown, unknown>([[1, 'one'], ['two', 2]]),
      float: 0.1,
      empty: {},
    };
    expect(countsOf(await worker.spawn({ A: 1, B: 1 }, { parsedOptions: odd }))).toEqual({ A: 1, B: 1 });
    const options = (await worker.hook('testStart'))['options'] as Fields;
    expect(options).toMatchObject({ nested: odd.nested, nothing: null, float: 0.1, empty: {} });
    expect(options['when']).toEqual({ __datetime__: true, as_str: '20260102T03:04:05.678000' });
  });
});

test.concurrent('[43] a stop_timeout of nil is 0', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 3, B: 0 }, { stopTimeoutSec: null, parsedOptions: { act: 'work', taskSec: 30 } });
    await pause(200);
    const sent = worker.stopwatch();
    master.send('stop');
    const stopped = await master.next('client_stopped');
    expect(sent.ownMs(stopped.atMs)).toBeLessThan(1_000);
  });
});

test.concurrent('[44] ramp-down with a stop timeout: waiting users end at once, busy ones finish, new ones were started before', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    // A: in the middle of a task of 2 s. Waiting users are those whose task is over and whose wait is long.
    const busy = { parsedOptions: { act: 'work', taskSec: 2, waitSec: 60, reports: true }, stopTimeoutSec: 20 };
    await worker.spawn({ A: 3, B: 0 }, busy);
    await pause(300);
    const since = master.frames.length;
    const sent = worker.stopwatch();
    const complete = await worker.spawn({ A: 1, B: 2 }, busy);
    expect(countsOf(complete)).toEqual({ A: 1, B: 2 });
    expect(complete.atMs - sent.startMs).toBeGreaterThan(1_000);
    expect(sent.ownMs(complete.atMs)).toBeLessThan(2_500);
    const told = master.of('user', since);
    const firstEnd = told.find((frame) => 'ended' in fieldsOf(frame))?.index ?? 0;
    for (const frame of told.filter((candidate) => 'began' in fieldsOf(candidate))) expect(frame.index).toBeLessThan(firstEnd);
    // By now every user waits for a minute: ending them takes no time.
    await pause(2_500);
    const again = worker.stopwatch();
    const quick = await worker.spawn({ A: 0, B: 0 }, busy);
    expect(again.ownMs(quick.atMs)).toBeLessThan(500);
    await worker.report();
    // Busy users finished their task, and it counts.
    expect(sumOf(master.of('stats'), 'num_requests', 'done')).toBe(5);
  });
});

test.concurrent('[45] a user that ended by itself is not replaced until the next spawn', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const leave = { parsedOptions: { act: 'leave', reports: true } };
    await worker.spawn({ A: 2, B: 0 }, leave);
    await master.waitFor('both to leave', () => master.of('user').filter((frame) => 'ended' in fieldsOf(frame)).length === 2);
    expect(countsOf(await worker.report())).toEqual({ A: 0, B: 0 });
    await worker.report();
    expect(began(master.of('user'))).toHaveLength(2);
    const since = master.frames.length;
    const complete = await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { reports: true } });
    expect(countsOf(complete)).toEqual({ A: 2, B: 0 });
    expect(began(master.of('user', since))).toHaveLength(2);
  });
});

const masterComplete = once(async () => {
  const kept: { hook: Fields; spawns: number; frames: Session['master']['frames'] } = { hook: {}, spawns: 0, frames: [] };
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 1, B: 0 });
    const since = master.frames.length;
    master.send('spawning_complete', { user_count: 321 });
    kept.hook = await worker.hook('spawningComplete', since);
    await worker.report();
    kept.frames = master.frames.slice(since);
  });
  return kept;
});

test.concurrent('[46] spawning_complete of the master fires the local event with its user count, and is no spawn', async () => {
  const { hook, frames } = await masterComplete();
  expect(hook['userCount']).toBe(321);
  expect(frames.filter(({ type }) => type === 'spawning' || type === 'spawning_complete')).toEqual([]);
});
