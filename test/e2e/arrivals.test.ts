/** The users slider as an arrival rate: each user that a real master asks for stands for two arrivals a second, whatever workers there are. */
import { LocustMaster, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';
import { startScriptedServer, type ScriptedServer } from '../run/scriptedServer.ts';

let server: ScriptedServer;
let processes: TestProcesses;
beforeEach(async () => {
  server = await startScriptedServer();
  processes = new TestProcesses();
});
afterEach(async () => {
  await processes[Symbol.asyncDispose]();
  await server.close();
});

const startMaster = (...flags: readonly string[]): Promise<LocustMaster> =>
  LocustMaster.start(processes, { locustfile: 'test/e2e/locustfiles/classes.py', flags: ['--host', server.url, '--stop-timeout', '10', '--enable-rebalancing', ...flags] });
const startWorker = ({ port: masterPort }: LocustMaster, env: NodeJS.ProcessEnv = {}): WorkerProcess => WorkerProcess.start(processes, { scenario: 'test/fixtures/arrivals.ts', masterPort, threads: 2, env });

const passed = async (ms: number): Promise<void> => {
  const endMs = performance.now() + ms;
  await until(`${ms} ms have passed`, () => performance.now() >= endMs);
};

/** 100 ± 1 requests reach the target in each of the next seconds, and as many more or less as the machine kept the workers from a CPU. */
async function expectHundred(seconds: number, workers: readonly WorkerProcess[]): Promise<void> {
  const stopwatch = new Stopwatch(...workers.map(({ child }) => child.pid));
  const fromMs = performance.now();
  await passed(seconds * 1_000 + 100);
  const slack = 1 + (stopwatch.lostMs() + 20) / 10;
  const perSecond = Array.from({ length: seconds }, (_, second) => server.arrivalsMs.filter((ms) => ms >= fromMs + second * 1_000 && ms < fromMs + (second + 1) * 1_000).length);
  const total = perSecond.reduce((sum, count) => sum + count, 0);
  expect({ perSecond, isRight: perSecond.every((count) => Math.abs(count - 100) <= slack) && Math.abs(total - 100 * seconds) <= slack }).toEqual({ perSecond, isRight: true });
}

/** Users of each worker that the master lists in a state, the fewest first. */
async function usersOf(master: LocustMaster, ...states: readonly string[]): Promise<readonly number[]> {
  return (await master.workers()).filter(({ state }) => states.includes(state)).map(({ user_count: users }) => users).sort((one, other) => one - other);
}

const untilUsers = async (master: LocustMaster, users: readonly number[]): Promise<unknown> =>
  await until(`the workers have ${users.join(', ')} users`, async () => String(await usersOf(master, 'running', 'spawning')) === String(users), { everyMs: 50 });

/** Stops the test: as many requests at the target as at the master; `ended`: what workers that are gone had recorded. */
async function expectSameCounts(master: LocustMaster, workers: readonly WorkerProcess[], ended = 0): Promise<void> {
  await master.stop();
  await until('the master has every request', async () => totalOf(await master.stats()).num_requests === server.total() && server.arrivalsMs.length === server.total());
  await master.stoppedStats();
  const { stats } = await master.stats();
  expect(stats.map(({ name, num_requests: requests }) => [name, requests])).toEqual([
    ['/wait/1000', server.total()],
    ['/wait/1000 [from schedule]', server.total()],
    ['Aggregated', server.total()],
  ]);
  await master.quit();
  const recorded = await Promise.all(workers.map(async (worker) => (await worker.recorded()).requests));
  expect(recorded.reduce((sum, requests) => sum + requests, ended)).toBe(server.total());
}

test('100 ± 1 a second with 2 workers, with a third that joins, and without it again; users are those of the master, and no request is lost', async () => {
  const master = await startMaster('--expect-workers', '2', 'Visitor');
  const workers = [startWorker(master), startWorker(master)];
  await master.waitForWorkers(2);
  await master.swarm({ users: 50, spawnRate: 50 });
  await master.waitForUsers(50);
  await passed(1_500);
  await expectHundred(5, workers);
  expect(await usersOf(master, 'running')).toEqual([25, 25]);
  const third = startWorker(master);
  await untilUsers(master, [16, 17, 17]);
  await passed(3_000);
  await expectHundred(5, [...workers, third]);
  expect((await master.stats()).user_count).toBe(50);
  third.child.signal('SIGTERM');
  await untilUsers(master, [25, 25]);
  await passed(3_000);
  await expectHundred(5, workers);
  await expectSameCounts(master, workers, (await third.recorded()).requests);
});

test('the rate is right within 3 s of a worker that the master misses', async () => {
  const master = await startMaster('--expect-workers', '3', 'Visitor');
  const workers = [startWorker(master), startWorker(master), startWorker(master)];
  const [first, ...others] = workers;
  await master.waitForWorkers(3);
  await master.swarm({ users: 50, spawnRate: 50 });
  await master.waitForUsers(50);
  await passed(1_500);
  await expectHundred(3, workers);
  first?.child.signal('SIGKILL');
  await until('the master misses it', async () => (await usersOf(master, 'missing')).length === 1, { everyMs: 50 });
  await passed(3_000);
  expect(await usersOf(master, 'running', 'spawning')).toEqual([25, 25]);
  await expectHundred(5, others);
});

test('what finds no user is a row of its own at the master, and no request', async () => {
  const master = await startMaster('Visitor');
  const worker = startWorker(master, { MAX_AT_ONCE: '1' });
  await master.waitForWorkers(1);
  await master.swarm({ users: 10, spawnRate: 10 });
  // 20 a second, of which 10 are under way at most, for a second each.
  await until('30 are dropped', async () => ((await master.stats()).stats.find(({ name }) => name === 'Visitor [dropped]')?.num_requests ?? 0) >= 30);
  expect((await master.stats()).user_count).toBe(10);
  await master.stop();
  const { stats } = await until('the master has every request', async () => {
    const now = await master.stats();
    return now.state === 'stopped' && now.user_count === 0 && totalOf(now).num_requests === server.total() && now;
  });
  await worker.end();
  const [, started, dropped] = /(\d+) arrivals began, the latest \d+ ms after its moment \(99 % within \d+ ms\); (\d+) were dropped/u.exec(worker.lines.join('\n')) ?? [];
  const total = server.total();
  expect(stats.map(({ method, name, num_requests: requests, num_failures: failures }) => [method, name, requests, failures])).toEqual([
    ['GET', '/wait/1000', total, 0],
    ['GET', '/wait/1000 [from schedule]', total, 0],
    ['arrivals', 'Visitor [dropped]', Number(dropped), 0],
    ['', 'Aggregated', total, 0],
  ]);
  expect(Number(started)).toBe(total);
  expect(await worker.recorded()).toEqual({ requests: total, failures: 0 });
});

test('--rate makes users of any class an arrival rate', async () => {
  const master = await startMaster('Paced');
  const worker = WorkerProcess.start(processes, { scenario: 'test/fixtures/e2ePaced.ts', masterPort: master.port, threads: 2, flags: ['--rate', '10/s', '--no-schedule-rows'] });
  await master.waitForWorkers(1);
  await master.swarm({ users: 3, spawnRate: 3 });
  await master.waitForUsers(3);
  await passed(500);
  const stopwatch = new Stopwatch(worker.child.pid);
  const before = server.arrivalsMs.length;
  await passed(3_000);
  expect(Math.abs(server.arrivalsMs.length - before - 90)).toBeLessThanOrEqual(3 + (stopwatch.lostMs() + 100) / 33);
  await master.stop();
  const { stats } = await master.stoppedStats();
  expect(stats.map(({ name }) => name)).toEqual(['/hello', 'Aggregated']);
  expect(worker.lines.join('\n')).toContain('each user of Paced stands for 10 arrivals a second, on schedule, at most 100 at once');
  expect(worker.lines.join('\n')).toContain('waitTime of Paced is not heeded: its arrivals say when tasks begin');
});
