/**
 * Whatever the threads, workers, users and the order of things: no row twice, and none left out.
 */
import fc from 'fast-check';
import { feed } from '../../../src/scenario/feeders/feed.ts';
import { Links, MasterDesk, runOptions, SimulatedWorker } from '../../unit/scenario/feeders/simulation.ts';

const small = { threads: fc.integer({ min: 1, max: 4 }), users: fc.integer({ min: 1, max: 7 }), rowCount: fc.integer({ min: 1, max: 300 }), seed: fc.string() };
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const sorted = (rows: readonly (readonly number[])[]): readonly number[] => rows.flat().sort((a, b) => a - b);
const fixedSeed = { seed: 20_251, numRuns: 40 };

async function settled<T>(links: Links, work: readonly Promise<T>[]): Promise<readonly T[]> {
  const all = Promise.all(work);
  await links.settle();
  return await all;
}

test('over the threads of one worker, each row once', async () => {
  await fc.assert(
    fc.asyncProperty(small.threads, small.users, small.rowCount, small.seed, async (threads, users, rowCount, seed) => {
      const links = new Links(seed);
      const worker = new SimulatedWorker({ name: 'worker', links, threads, make: () => feed.array(numbers(rowCount), { order: 'unique' }) });
      worker.startRun(runOptions());
      const drawn = await settled(links, numbers(users).map((user) => worker.draws(user % threads)));
      expect(sorted(drawn)).toEqual(numbers(rowCount));
    }),
    fixedSeed,
  );
});

test('over workers by index, each row once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), small.threads, small.rowCount, small.seed, async (count, threads, rowCount, seed) => {
      const links = new Links(seed);
      const work = numbers(count).flatMap((index) => {
        const worker = new SimulatedWorker({ name: `worker ${index}`, links, threads, make: () => feed.array(numbers(rowCount), { order: 'unique', workers: count }) });
        worker.startRun(runOptions({ workerIndex: index }));
        return numbers(threads).map((thread) => worker.draws(thread));
      });
      expect(sorted(await settled(links, work))).toEqual(numbers(rowCount));
    }),
    fixedSeed,
  );
});

test('over workers through the master, each row once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), small.threads, small.users, small.rowCount, small.seed, async (count, threads, users, rowCount, seed) => {
      const links = new Links(seed);
      const master = new MasterDesk('run 1');
      const work = numbers(count).flatMap((index) => {
        const worker = new SimulatedWorker({ name: `worker ${index}`, links, threads, master, make: () => feed.array(numbers(rowCount), { order: 'unique' }) });
        worker.startRun(runOptions({ workerIndex: index, parsedOptions: { boomer_feed_run: 'run 1' } }));
        return numbers(users).map((user) => worker.draws(user % threads));
      });
      expect(sorted(await settled(links, work))).toEqual(numbers(rowCount));
    }),
    fixedSeed,
  );
});

test('with as many rows as users, each user has one, whatever worker it is on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), small.threads, small.users, small.seed, async (count, threads, users, seed) => {
      const rowCount = count * threads * users;
      const links = new Links(seed);
      const master = new MasterDesk('run 1');
      const work = numbers(count).flatMap((index) => {
        const worker = new SimulatedWorker({ name: `worker ${index}`, links, threads, master, make: () => feed.array(numbers(rowCount), { order: 'unique' }) });
        worker.startRun(runOptions({ workerIndex: index, parsedOptions: { boomer_feed_run: 'run 1' } }));
        return numbers(threads * users).map((user) => worker.draws(user % threads, 1));
      });
      const drawn = await settled(links, work);
      expect(drawn.every(({ length }) => length === 1)).toBe(true);
      expect(sorted(drawn)).toEqual(numbers(rowCount));
    }),
    fixedSeed,
  );
});

test('a thread that takes the place of a lost one goes on where the others are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 50 }), fc.boolean(), small.seed, async (threads, before, hasPlugin, seed) => {
      const rowCount = 100;
      const links = new Links(seed);
      const worker = new SimulatedWorker({ name: 'worker', links, threads, master: new MasterDesk('run 1'), make: () => feed.array(numbers(rowCount), { order: 'unique' }) });
      worker.startRun(runOptions({ parsedOptions: hasPlugin ? { boomer_feed_run: 'run 1' } : {} }));
      const first = await settled(links, [worker.draws(0, before)]);
      worker.replaceThread(0);
      const rest = await settled(links, [worker.draws(0)]);
      expect(sorted([...first, ...rest])).toEqual(numbers(rowCount));
    }),
    fixedSeed,
  );
});

test.each([{}, { boomer_feed_run: 'new' }])('a new run begins with the first row again (%j)', async (parsedOptions) => {
  const links = new Links('two runs');
  const desks = [new MasterDesk('new')];
  const worker = new SimulatedWorker({ name: 'worker', links, threads: 2, master: desks[0] ?? null, make: () => feed.array(numbers(50), { order: 'unique' }) });
  if (Object.keys(parsedOptions).length === 0) {
    worker.startRun(runOptions());
    expect((await settled(links, [worker.draws(0, 30)])).flat()).toHaveLength(30);
    worker.stop();
  }
  worker.startRun(runOptions({ parsedOptions }));
  expect(sorted(await settled(links, [worker.draws(0), worker.draws(1)]))).toEqual(numbers(50));
});

test('a request of a run that is over gets no rows of the next one', async () => {
  const links = new Links('late');
  const master = new MasterDesk('run 2');
  const worker = new SimulatedWorker({ name: 'worker', links, threads: 1, master, make: () => feed.array(numbers(20), { order: 'unique' }) });
  worker.startRun(runOptions({ parsedOptions: { boomer_feed_run: 'run 1' } }));
  const waiting = worker.draws(0);
  await links.settle();
  worker.stop();
  expect(await waiting).toEqual([]);
  worker.startRun(runOptions({ parsedOptions: { boomer_feed_run: 'run 2' } }));
  expect(sorted(await settled(links, [worker.draws(0)]))).toEqual(numbers(20));
});

test('shuffle and sequential give each row once a round, whatever the threads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('shuffle' as const, 'sequential' as const), small.threads, fc.integer({ min: 1, max: 40 }), small.seed, async (order, threads, rowCount, seed) => {
      const links = new Links(seed);
      const worker = new SimulatedWorker({ name: 'worker', links, threads, make: () => feed.array(numbers(rowCount), { order }) });
      worker.startRun(runOptions());
      const rounds = 3;
      const drawn = await settled(links, numbers(threads).map((thread) => worker.draws(thread, rowCount * rounds)));
      expect(sorted(drawn)).toEqual(sorted(numbers(rounds * threads).map(() => numbers(rowCount))));
    }),
    fixedSeed,
  );
});
