/**
 * Real threads that draw from one feeder at the same time, as fast as they can.
 */
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { endless, type FeedRun, RowCounter } from '../../src/engine/shared/feeders.ts';

const threads = 4;
const rowCount = 200_000;

/** Draws with `nextNow` until it is stopped or has enough; answers with its rows. */
const threadSource = `
  import { parentPort, workerData } from 'node:worker_threads';
  import { feed } from './src/scenario/feeders/feed.ts';
  import { installFeeds, ThreadFeeds } from './src/scenario/feeders/threadFeeds.ts';
  import { StopUser } from './src/scenario/endings.ts';
  const { run, options, most, gate } = workerData;
  const link = { want() {}, stopTest() {}, warn() {} };
  const feeds = new ThreadFeeds({ threadIndex: 0, readsFiles: false, link });
  installFeeds(feeds);
  const feeder = feed.array(Array.from({ length: run.rowCount }, (_, index) => index), { name: run.name, ...options });
  feeds.loaded();
  feeds.startRun([run]);
  const drawn = new Uint32Array(most);
  let count = 0;
  parentPort.postMessage('ready');
  Atomics.wait(new Int32Array(gate), 0, 0);
  try {
    while (count < most) drawn[count++] = feeder.nextNow();
  } catch (error) {
    if (!(error instanceof StopUser)) throw error;
    count--;
  }
  parentPort.postMessage(drawn.subarray(0, count));
`;

const bundled = buildSync({
  stdin: { contents: threadSource, resolveDir: process.cwd(), loader: 'ts' },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  logLevel: 'error',
}).outputFiles[0]?.text;

/** What each thread drew; all begin at the same moment. */
async function race(run: FeedRun, options: object, most: number): Promise<readonly Uint32Array[]> {
  const gate = new SharedArrayBuffer(4);
  const workers = Array.from({ length: threads }, () => new Worker(bundled ?? '', { eval: true, workerData: { run, options, most, gate } }));
  try {
    const message = (worker: Worker): Promise<unknown> =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
    await Promise.all(workers.map(message));
    const results = Promise.all(workers.map(message));
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    return (await results) as Uint32Array[];
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function runOf(counter: RowCounter, rows: number): FeedRun {
  return { name: 'numbers', counter: counter.memory, rowCount: rows, rows: null, share: { kind: 'all' }, seed: 'race', isRehearsal: false };
}

/** How often each row was drawn. */
function timesDrawn(drawn: readonly Uint32Array[], rows: number): Uint32Array {
  const times = new Uint32Array(rows);
  for (const part of drawn) for (const row of part) times[row] = (times[row] ?? 0) + 1;
  return times;
}

test('each row once, and several threads had some', async () => {
  const counter = RowCounter.create(0);
  counter.reset(rowCount, true);
  const run: FeedRun = { ...runOf(counter, rowCount), share: { kind: 'byIndex', workers: 1, index: 0 } };
  const drawn = await race(run, { order: 'unique' }, rowCount);
  expect(timesDrawn(drawn, rowCount).every((times) => times === 1)).toBe(true);
  expect(drawn.reduce((sum, { length }) => sum + length, 0)).toBe(rowCount);
  expect(drawn.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
});

test('shuffled rounds are the same in all threads: each row once a round', async () => {
  const rows = 1_000;
  const each = 50_000;
  const counter = RowCounter.create(0);
  counter.reset(endless, true);
  const drawn = await race(runOf(counter, rows), { order: 'shuffle' }, each);
  expect(new Set(timesDrawn(drawn, rows))).toEqual(new Set([(each * threads) / rows]));
});
