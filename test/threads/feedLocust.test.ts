/**
 * Unique rows under a real Locust master: two workers with two threads each draw 10 000 rows, each exactly once.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocustMaster, rowOf, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { Target } from '../support/target.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

const rowCount = 10_000;
const users = 40;
const everyRow = Array.from({ length: rowCount }, (_, index) => index);
const plugin = 'test/fixtures/feedMaster.py,locust/feeder.py';
const noPlugin = 'test/fixtures/feedMaster.py';

type Wanted = {
  readonly locustfile: string;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly workers?: number;
};

/** A file of rows, a master, workers, and what they drew. */
class FeedScene implements AsyncDisposable {
  readonly processes: TestProcesses = new TestProcesses();
  readonly #folder: string;
  readonly workers: WorkerProcess[] = [];
  #master: LocustMaster | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open({ locustfile, flags = [], env = {}, workers = 2 }: Wanted): Promise<FeedScene> {
    const scene = new FeedScene(await mkdtemp(join(tmpdir(), 'boomer-node-feed-')));
    try {
      await writeFile(join(scene.#folder, 'rows.csv'), `id,text\n${everyRow.map((id) => `${id},"row, ${id}"`).join('\n')}\n`);
      scene.#master = await LocustMaster.start(scene.processes, { locustfile, flags: ['--stop-timeout', '20', ...flags] });
      for (let worker = 0; worker < workers; worker++) scene.startWorker(env);
      await scene.master.waitForWorkers(workers);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  get master(): LocustMaster {
    if (this.#master === null) throw new Error('the master has not started');
    return this.#master;
  }

  startWorker(env: NodeJS.ProcessEnv): WorkerProcess {
    const worker = WorkerProcess.start(this.processes, {
      scenario: 'test/fixtures/feedRows.ts',
      masterPort: this.master.port,
      threads: 2,
      env: { FEED_FILE: join(this.#folder, 'rows.csv'), FEED_DRAWN: this.#folder, ...env },
    });
    this.workers.push(worker);
    return worker;
  }

  async swarm(): Promise<void> {
    await this.master.swarm({ users, spawnRate: users });
  }

  /** What all users drew so far, in order of number, and by how many threads. */
  async drawn(): Promise<{ readonly rows: readonly number[]; readonly threads: number }> {
    const files = (await readdir(this.#folder)).filter((name) => name !== 'rows.csv');
    const texts = await Promise.all(files.map(async (name) => await readFile(join(this.#folder, name), 'utf8')));
    const rows = texts.flatMap((text) => text.split('\n').slice(0, -1).map(Number));
    return { rows: rows.sort((a, b) => a - b), threads: files.length };
  }

  async allDrawn(times = 1): Promise<void> {
    await until(`all rows are drawn (${times})`, async () => (await this.drawn()).rows.length >= rowCount * times, { timeoutMs: 40_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

test.each([
  ['the master hands them out', { locustfile: plugin, env: { FEED_WORKERS: 'master' } }],
  ['the master hands them out by default where it can', { locustfile: plugin }],
  ['by index, as many workers as the scenario says', { locustfile: noPlugin, env: { FEED_WORKERS: '2' } }],
  ['by index, as many workers as the master expects', { locustfile: noPlugin, flags: ['--expect-workers', '2'] }],
] as const)('each row exactly once: %s', async (_, wanted) => {
  await using scene = await FeedScene.open(wanted);
  await scene.swarm();
  await scene.allDrawn();
  // All users have ended by themselves: there is nothing left to draw twice.
  await until('all users have ended', async () => (await scene.master.stats()).user_count === 0);
  await scene.master.stop();
  const stats = await scene.master.stoppedStats();
  expect(await scene.drawn()).toEqual({ rows: everyRow, threads: 4 });
  expect(totalOf(stats)).toMatchObject({ num_requests: rowCount, num_failures: 0 });
});

test('a new test begins with the first row again, and users who wait at the end stop at once', async () => {
  await using scene = await FeedScene.open({ locustfile: plugin, env: { FEED_END: 'wait' } });
  for (const run of [1, 2]) {
    await scene.swarm();
    await scene.allDrawn(run);
    await until('all users wait', async () => (await scene.master.stats()).user_count === users);
    const beganMs = performance.now();
    await scene.master.stop();
    await scene.master.stoppedStats();
    // The stop timeout is 20 s.
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    expect((await scene.drawn()).rows).toEqual(everyRow.flatMap((id) => Array.from({ length: run }, () => id)));
  }
});

test('a thread that dies in the middle is replaced, and goes on with the next row: lost is only what its users held', async () => {
  await using scene = await FeedScene.open({ locustfile: noPlugin, workers: 1, env: { FEED_CRASH_AT: '3000' } });
  await scene.swarm();
  const says = (text: RegExp): boolean => text.test(scene.workers[0]?.lines.join('\n') ?? '');
  await until('the thread is lost', () => says(/load thread \d was lost with its \d+ users? and .+ under way, and is replaced/u));
  await until('the rows are used up', () => says(/feeder rows is used up/u), { timeoutMs: 40_000 });
  await until('all users have ended', async () => (await scene.master.stats()).user_count === 0);
  await scene.master.stop();
  const stats = await scene.master.stoppedStats();
  const { rows, threads } = await scene.drawn();
  expect(threads).toBe(2);
  expect(new Set(rows).size).toBe(rows.length);
  // Users who woke in the same millisecond had drawn a row and not yet written it down when the thread ended under them.
  expect(rows.length).toBeGreaterThan(rowCount - users / 2);
  expect(totalOf(stats).num_requests).toBe(rows.length);
});

test.each([
  ['one worker more than the master expects', { locustfile: noPlugin }, 'shares unique rows among 1 worker by index, and this one has index 1'],
  ['a master without the plug-in that the scenario wants', { locustfile: noPlugin, env: { FEED_WORKERS: 'master' } }, 'gets its rows from the master, which has no plug-in for it'],
] as const)('%s draws nothing, and says why', async (_, wanted, reason) => {
  await using scene = await FeedScene.open(wanted);
  await scene.swarm();
  await until('the master shows why', async () => (await scene.master.exceptions()).some(({ msg }) => msg.includes(reason)));
  expect(scene.workers.some(({ lines }) => lines.some((line) => line.includes('ERROR') && line.includes(reason)))).toBe(true);
});

test.each([
  ['is missing', 'no/such/rows.csv', /feed\.csv: no\/such\/rows\.csv does not exist: looked for \//u],
  ['has no such column', 'test/fixtures/feedBroken.csv', /test\/fixtures\/feedBroken\.csv, line 1: there is no column "id"; it has "name", "age"/u],
])('a file that %s ends the worker with exit code 2 before it joins', async (_, file, message) => {
  await using processes = new TestProcesses();
  const worker = WorkerProcess.start(processes, { scenario: 'test/fixtures/feedRows.ts', masterPort: 1, threads: 2, env: { FEED_FILE: file } });
  expect(await worker.ended()).toMatchObject({ code: 2 });
  const said = worker.lines.join('\n');
  expect(said).toMatch(message);
  expect(said).toContain('feedRows.ts');
});

test('examples/feeder.ts: sixteen users on two workers, each with a login of its own', async () => {
  await using processes = new TestProcesses();
  const target = await Target.start(processes);
  const flags = ['--stop-timeout', '10', '--host', target.url];
  const master = await LocustMaster.start(processes, { locustfile: 'locust/helloWorld.py,locust/feeder.py', flags });
  const workers = [1, 2].map(() => WorkerProcess.start(processes, { scenario: 'examples/feeder.ts', masterPort: master.port, threads: 2 }));
  await master.waitForWorkers(2);
  await master.swarm({ users: 16, spawnRate: 16 });
  await master.waitForUsers(16);
  await until('a hundred requests are counted', async () => totalOf(await master.stats()).num_requests >= 100);
  await master.stop();
  const stats = await master.stoppedStats();
  const { answered } = await target.settledCounts();
  await master.quit();
  expect(rowOf(stats, 'POST', '/login').num_requests).toBe(16);
  expect(totalOf(stats)).toMatchObject({ num_requests: answered, num_failures: 0 });
  const recorded = await Promise.all(workers.map(async (worker) => (await worker.recorded()).requests));
  expect(recorded.reduce((sum, requests) => sum + requests, 0)).toBe(answered);
});
