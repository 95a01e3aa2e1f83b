/** A capture under a real master: two workers share it, each request arrives once, and what a lost worker had left is named. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderWith, tidy } from '../cli/command.ts';
import { capture } from '../support/capture.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { LocustMaster, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

const visitors = 50;
const requests = Array.from({ length: 2_000 }, (_, id) => ({ atMs: id, path: `/item/${id}`, headers: { cookie: `session=visitor-${id % visitors}` } }));
const plugIn = 'test/e2e/locustfiles/replayed.py,locust/replay.py';

let server: TestServer;
let processes: TestProcesses;
let folder: string;
beforeEach(async () => {
  server = await startHttpServer((_, response) => response.end('{}'));
  processes = new TestProcesses();
  folder = await folderWith({
    'traffic.gor': capture(requests),
    'scenario.ts': `
      import { ReplayUser, replay } from 'boomer-node';
      export class Captured extends ReplayUser {
        static override replay = replay(new URL('traffic.gor', import.meta.url), { speed: Number(process.env['SPEED'] ?? 1) });
      }
    `,
  });
});
afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await server.close();
});
afterAll(tidy);

const startMaster = (locustfile: string, ...flags: readonly string[]): Promise<LocustMaster> => LocustMaster.start(processes, { locustfile, flags: ['--host', server.url, '--stop-timeout', '5', ...flags] });
const startWorker = ({ port: masterPort }: LocustMaster, threads: number, env: NodeJS.ProcessEnv = {}): WorkerProcess => WorkerProcess.start(processes, { scenario: join(folder, 'scenario.ts'), masterPort, threads, env });
const idsSeen = (): readonly number[] => server.requests.map(({ url }) => Number(url.slice('/item/'.length)));
const everyId = requests.map((_, id) => id);
const inOrder = (ids: readonly number[]): readonly number[] => ids.toSorted((a, b) => a - b);

test('two workers send each request once, each visitor\'s in its order, and the master ends the test when both are done', async () => {
  const master = await startMaster(plugIn);
  const workers = [startWorker(master, 2), startWorker(master, 1)];
  await master.waitForWorkers(2);
  for (const round of [1, 2]) {
    server.requests.length = 0;
    await master.swarm({ users: 1, spawnRate: 1 });
    await until('the master ends the test', () => master.lines.filter((line) => line.includes('has been replayed to its end')).length === round, { timeoutMs: 60_000 });
    await master.stoppedStats();
    expect([round, inOrder(idsSeen())]).toEqual([round, everyId]);
    for (let visitor = 0; visitor < visitors; visitor += 1) {
      const own = idsSeen().filter((id) => id % visitors === visitor);
      expect(own).toEqual(inOrder(own));
    }
  }
  expect(totalOf(await master.stoppedStats())).toMatchObject({ num_requests: 2_000, num_failures: 0 });
  await master.quit();
  const recorded = await Promise.all(workers.map(async (worker) => (await worker.recorded()).requests));
  expect(recorded[0]).toBeGreaterThan(1_000);
  expect(recorded.reduce((sum, count) => sum + count, 0)).toBe(4_000);
});

test('a worker whose share ends long before the other\'s stays, and the test ends when both are done', async () => {
  await writeFile(join(folder, 'traffic.gor'), capture([0, 3_400, 6_800].map((atMs) => ({ atMs, path: `/item/${atMs}`, headers: { cookie: 'session=the-only-visitor' } }))));
  const master = await startMaster(plugIn);
  const workers = [startWorker(master, 1), startWorker(master, 1)];
  await master.waitForWorkers(2);
  await master.swarm({ users: 1, spawnRate: 1 });
  await until('the master ends the test', () => master.lines.some((line) => line.includes('has been replayed to its end')), { timeoutMs: 60_000 });
  expect(totalOf(await master.stoppedStats())).toMatchObject({ num_requests: 3, num_failures: 0 });
  await master.waitForWorkers(2);
  await master.quit();
  const recorded = await Promise.all(workers.map(async (worker) => (await worker.recorded()).requests));
  expect(recorded.toSorted()).toEqual([0, 3]);
  expect(workers.flatMap(({ lines }) => lines).filter((line) => line.includes('leaves the test'))).toEqual([]);
});

test('a worker too many sends nothing and says so, and what a lost one has not sent is named', async () => {
  const master = await startMaster(plugIn);
  const [lost, kept] = [startWorker(master, 1, { SPEED: '0.2' }), startWorker(master, 1, { SPEED: '1' })];
  await master.waitForWorkers(2);
  await master.swarm({ users: 1, spawnRate: 1 });
  await until('the test runs', () => server.requests.length > 50);
  const late = startWorker(master, 1);
  await until('the late one says that it has no share', () => late.lines.some((line) => line.includes('nothing is replayed by this worker: it joined after the test had begun')));
  lost.child.signal('SIGKILL');
  await until('the master names the lost share', () => master.lines.some((line) => /was not done with its share, one of 2: the rest of that was not sent/u.test(line)), { timeoutMs: 60_000 });
  expect(new Set(idsSeen()).size).toBe(server.requests.length);
  expect(server.requests.length).toBeLessThan(2_000);
  await master.quit();
  expect((await kept.recorded()).requests).toBeGreaterThan(500);
  expect((await late.recorded()).requests).toBe(0);
});

test('without the plug-in, indexes share as many as the master expects: the second of one is told what to do', async () => {
  const master = await startMaster('test/e2e/locustfiles/replayed.py');
  const first = startWorker(master, 1, { SPEED: '4' });
  await master.waitForWorkers(1);
  const second = startWorker(master, 1);
  await master.waitForWorkers(2);
  await master.swarm({ users: 1, spawnRate: 1 });
  await until('the second says what to do', () => second.lines.some((line) => line.includes('Start the master with --expect-workers N, or load locust/replay.py')));
  await until('all is sent', () => server.requests.length === requests.length);
  expect(inOrder(idsSeen())).toEqual(everyId);
  await until('the first leaves the test', () => first.lines.some((line) => line.includes('has been replayed to its end')));
  await master.quit();
  expect((await first.recorded()).requests).toBe(2_000);
});
