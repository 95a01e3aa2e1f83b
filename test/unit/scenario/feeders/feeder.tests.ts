import { askAgainMs } from '../../../../src/engine/main/feeders.ts';
import { StopUser } from '../../../../src/scenario/endings.ts';
import { feed } from '../../../../src/scenario/feeders/feed.ts';
import { Links, MasterDesk, runOptions, SimulatedWorker } from './simulation.ts';

const letters = ['a', 'b', 'c', 'd'] as const;

/** A worker with one thread, in a run. */
function running(make: () => ReturnType<typeof feed.array<string>>, options = runOptions(), seed = 'by chance'): SimulatedWorker<string> {
  const worker = new SimulatedWorker({ name: 'worker', links: new Links('x'), threads: 1, make, seed });
  worker.startRun(options);
  return worker;
}

function take(worker: SimulatedWorker<string>, count: number): string {
  const user = worker.user();
  return Array.from({ length: count }, () => worker.feeder(0).nextNow(user)).join('');
}

describe('orders', () => {
  test('sequential is the default, and begins again', () => {
    expect(take(running(() => feed.array(letters)), 9)).toBe('abcdabcda');
  });

  test('shuffle changes its order from round to round, and repeats it with a seed', () => {
    const make = (): ReturnType<typeof feed.array<string>> => feed.array(Array.from('abcdefghijklmnopqrstuvwxyz'), { order: 'shuffle' });
    const drawn = take(running(make, runOptions(), '42'), 52);
    expect(drawn.slice(0, 26)).not.toBe(drawn.slice(26));
    expect(Array.from(drawn.slice(26)).sort().join('')).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(take(running(make, runOptions(), '42'), 52)).toBe(drawn);
    expect(take(running(make, runOptions(), '43'), 52)).not.toBe(drawn);
  });

  test("random follows the user's own stream alone", () => {
    const worker = running(() => feed.array(letters, { order: 'random' }));
    const other = running(() => feed.array(letters, { order: 'random' }));
    const [first, second] = [worker.user(), worker.user()];
    const mixed = Array.from({ length: 200 }, () => [worker.feeder(0).nextNow(first), worker.feeder(0).nextNow(second)]);
    expect(mixed.map(([drawn]) => drawn).join('')).toBe(take(other, 200));
    expect(new Set(mixed.flat()).size).toBe(4);
  });

  test('random needs no user', async () => {
    const feeder = running(() => feed.array(letters, { order: 'random' })).feeder(0);
    expect(letters).toContain(await feeder.next());
  });
});

describe('used up', () => {
  test.each(['sequential', 'shuffle', 'unique'] as const)('%s rows stop the user who asks', async (order) => {
    const worker = running(() => feed.array(letters, { order, whenUsedUp: 'stopUser' }));
    expect(Array.from(take(worker, 4)).sort().join('')).toBe('abcd');
    await expect(worker.feeder(0).next(worker.user())).rejects.toThrow(StopUser);
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow(StopUser);
    expect(worker.log).toEqual(['warning: feeder array 1 is used up: this worker has drawn the last of its share of 4 rows; users who ask for more stop']);
  });

  test('unique rows stop the user by default', () => {
    const worker = running(() => feed.array(letters, { order: 'unique' }));
    take(worker, 4);
    expect(() => take(worker, 1)).toThrow(StopUser);
  });

  test('stopTest asks once, and who asked waits for the stop', async () => {
    const worker = running(() => feed.array(letters, { order: 'unique', whenUsedUp: 'stopTest' }));
    take(worker, 4);
    const waiting = [worker.feeder(0).next(worker.user()), worker.feeder(0).next(worker.user())];
    expect(worker.stopTests).toEqual(['feeder array 1 is used up: this worker has drawn the last of its share of 4 rows']);
    worker.stop();
    for (const row of waiting) await expect(row).rejects.toThrow(StopUser);
    await expect(worker.feeder(0).next(worker.user())).rejects.toThrow(StopUser);
  });

  test('wait ends when the user is killed, with the reason of its signal', async () => {
    const worker = running(() => feed.array(letters, { whenUsedUp: 'wait' }));
    take(worker, 4);
    const killed = new AbortController();
    const row = worker.feeder(0).next({ ...worker.user(), signal: killed.signal });
    const reason = new StopUser('killed');
    killed.abort(reason);
    await expect(row).rejects.toBe(reason);
    await expect(worker.feeder(0).next({ ...worker.user(), signal: killed.signal })).rejects.toBe(reason);
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow('its rows are used up and users wait; expected `await feeder.next(this)`');
  });

  test.each(['stopTest', 'wait'] as const)('%s: tasks that are run once fail, since no end of a test would end the wait', async (whenUsedUp) => {
    const worker = running(() => feed.array(letters, { name: 'letters', order: 'unique', whenUsedUp, workers: 1 }));
    worker.startRun(runOptions(), true);
    expect(take(worker, 4)).toBe('abcd');
    await expect(worker.feeder(0).next(worker.user())).rejects.toThrow('feeder letters is used up: it has 4 rows');
    expect(worker.stopTests).toEqual([]);
  });

  test('the next run finds all rows again', () => {
    const worker = running(() => feed.array(letters, { order: 'unique' }));
    take(worker, 4);
    worker.stop();
    worker.startRun(runOptions());
    expect(take(worker, 4)).toBe('abcd');
  });
});

test('a user of a run that is over draws no row of the next', async () => {
  const worker = running(() => feed.array(letters, { order: 'unique' }));
  const left = { ...worker.user(), startedMs: performance.now() - 1 };
  worker.stop();
  worker.startRun(runOptions());
  await expect(worker.feeder(0).next(left)).rejects.toThrow(StopUser);
  expect(take(worker, 4)).toBe('abcd');
});

test('before a test runs there are no rows', async () => {
  const worker = new SimulatedWorker({ name: 'worker', links: new Links('x'), threads: 1, make: () => feed.array(letters) });
  await expect(worker.feeder(0).next(worker.user())).rejects.toThrow('feeder array 1 has no rows before a test runs');
});

describe('the master hands out the rows', () => {
  const plugin = runOptions({ parsedOptions: { boomer_feed_run: 'run 1' } });
  const numbers = Array.from({ length: 1000 }, (_, index) => index);

  function worker(rows: readonly number[], threads = 1, master: MasterDesk | null = new MasterDesk('run 1')): { readonly links: Links; readonly worker: SimulatedWorker<number> } {
    const links = new Links('x');
    const simulated = new SimulatedWorker({ name: 'worker', links, threads, master, make: () => feed.array(rows, { order: 'unique', name: 'n' }) });
    simulated.startRun(plugin);
    return { links, worker: simulated };
  }

  test('no more rows are asked for than users wait, all in one question', async () => {
    const { links, worker: idle } = worker(numbers);
    const rows = [1, 2, 3, 4].map(() => idle.feeder(0).next(idle.user()));
    await links.settle();
    expect(await Promise.all(rows)).toEqual([0, 1, 2, 3]);
    // The first does not know yet of the others.
    expect(idle.requests.map(({ count }) => count)).toEqual([1, 3]);
  });

  test('a worker that draws all the time asks ahead, for what it drew in the last half second', async () => {
    const { links, worker: busy } = worker(numbers);
    const draw = async (count: number): Promise<void> => {
      const drawn = busy.draws(0, count);
      await links.settle();
      expect(await drawn).toHaveLength(count);
    };
    await draw(49);
    busy.tick();
    await draw(1);
    expect(busy.requests.every(({ count }) => count === 1)).toBe(true);
    await draw(100);
    busy.tick();
    const before = busy.requests.length;
    await draw(300);
    // 101 at a time, each when less than half of the last are left, though nobody waits.
    expect(busy.requests.slice(before).map(({ count }) => count)).toEqual([101, 101, 101, 101]);
    expect(busy.nowMs).toBe(1_000);
    busy.tick();
    busy.tick();
    const quiet = busy.requests.length;
    await draw(100);
    expect(busy.requests.length).toBe(quiet);
  });

  test('a silent master is asked again, and its late second answer changes nothing', async () => {
    const links = new Links('x');
    const worker = new SimulatedWorker({ name: 'worker', links, threads: 1, make: () => feed.array(numbers, { order: 'unique', name: 'n' }) });
    worker.startRun(plugin);
    const row = worker.feeder(0).next(worker.user());
    await links.settle();
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow("the master's next rows are still on their way");
    worker.nowMs = askAgainMs;
    worker.feeds.watch();
    worker.feeds.watch();
    expect(worker.log).toEqual(['warning: feeder n: the master has not answered yet, asking again']);
    expect(worker.requests).toEqual([1, 2].map(() => ({ feeder: 'n', run: 'run 1', ticket: 1, rows: 1000, count: 1 })));
    const answer = { feeder: 'n', ticket: 1, first: 40, count: 1 };
    worker.feeds.take('feed_block', answer);
    worker.feeds.take('feed_block', answer);
    await links.settle();
    expect(await row).toBe(40);
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow('on their way');
    await links.settle();
    expect(worker.requests.at(-1)).toMatchObject({ ticket: 2, count: 1 });
    // Once more, while the next question has no answer yet.
    worker.feeds.take('feed_block', answer);
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow('on their way');
  });

  test.each([
    [{ first: 1000, count: 1 }, 'makes no sense'],
    [{ first: 0, count: 2 }, 'makes no sense'],
    [{ first: -1, count: 1 }, 'makes no sense'],
    [{ first: 'x' }, 'makes no sense'],
    [{ error: "this worker's file has 1 rows, another worker's has 2" }, "this worker's file has 1 rows"],
  ])('an answer like %j gives no rows and is logged', async (answer, problem) => {
    const links = new Links('x');
    const worker = new SimulatedWorker({ name: 'worker', links, threads: 1, make: () => feed.array(numbers, { order: 'unique', name: 'n' }) });
    worker.startRun(plugin);
    void worker.feeder(0).next(worker.user()).catch(() => undefined);
    await links.settle();
    worker.feeds.take('feed_block', { feeder: 'n', ticket: 1, ...answer });
    expect(worker.log.at(-1)).toContain(problem);
    expect(() => worker.feeder(0).nextNow(worker.user())).toThrow('on their way');
    worker.stop();
  });

  test('messages for others and nonsense are left alone', () => {
    const { feeds } = running(() => feed.array(letters));
    expect(feeds.take('other', { feeder: 'array 1' })).toBe(false);
    for (const data of [null, 1, {}, { feeder: 'unknown' }, { feeder: 1 }]) expect(feeds.take('feed_block', data)).toBe(true);
  });
});
