/** Each example does what it says, driven by a real master with the file that belongs to it. */
import { LocustMaster, rowOf, type Stats, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { Target } from '../support/target.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

type Example = { readonly scenario: string; readonly locustfile: string; readonly users: number };

type Outcome = { readonly stats: Stats; readonly answered: Readonly<Record<string, number>>; readonly recorded: number };

/** Runs an example with our target until `least` requests were counted, stops it, and ends everything. */
async function runExample({ scenario, locustfile, users }: Example, least: number): Promise<Outcome> {
  await using processes = new TestProcesses();
  const target = await Target.start(processes);
  const master = await LocustMaster.start(processes, { locustfile, flags: ['--stop-timeout', '10', '--host', target.url] });
  const worker = WorkerProcess.start(processes, { scenario, masterPort: master.port, env: { TARGET: target.url } });
  await master.waitForWorkers(1);
  await master.swarm({ users, spawnRate: users });
  await master.waitForUsers(users);
  await until(`${least} requests`, async () => totalOf(await master.stats()).num_requests >= least);
  await master.stop();
  const stats = await master.stoppedStats();
  const { paths } = await target.settledCounts();
  await master.quit();
  expect(await worker.ended()).toMatchObject({ code: 0, signal: null });
  return { stats, answered: paths, recorded: (await worker.recorded()).requests };
}

test('helloWorld: two pages, asked for by users of the class that the master names', async () => {
  const { stats, answered, recorded } = await runExample({ scenario: 'examples/helloWorld.ts', locustfile: 'locust/helloWorld.py', users: 20 }, 60);
  expect(rowOf(stats, 'GET', '/hello').num_requests).toBe(answered['/hello']);
  expect(rowOf(stats, 'GET', '/world').num_requests).toBe(answered['/world']);
  expect(totalOf(stats)).toMatchObject({ num_requests: recorded, num_failures: 0 });
});

test("boomer: tasks without a class run for boomer's Dummy, split by their weights", async () => {
  const { stats, answered, recorded } = await runExample({ scenario: 'examples/boomer.ts', locustfile: 'locust/dummy.py', users: 9 }, 300);
  const hello = rowOf(stats, 'http', 'hello').num_requests;
  const world = rowOf(stats, 'http', 'world').num_requests;
  expect(hello).toBe(answered['/hello']);
  expect(world).toBe(answered['/world']);
  expect(totalOf(stats)).toMatchObject({ num_requests: recorded, num_failures: 0 });
  // Weights 10 and 20: twice as many, give or take what chance does to some hundred draws.
  expect(world / hello).toBeGreaterThan(1.4);
  expect(world / hello).toBeLessThan(2.8);
});

test('anyClient: what is not HTTP is timed and recorded the same way', async () => {
  const { stats, recorded } = await runExample({ scenario: 'examples/anyClient.ts', locustfile: 'locust/anyClient.py', users: 5 }, 40);
  expect(totalOf(stats)).toMatchObject({ num_requests: recorded, num_failures: 0 });
  expect(stats.stats.length).toBeGreaterThan(1);
  expect(totalOf(stats).max_response_time).toBeGreaterThan(0);
});

test('arrivals: each user of the master stands for two visits a second', async () => {
  const { stats, answered, recorded } = await runExample({ scenario: 'examples/arrivals.ts', locustfile: 'locust/helloWorld.py', users: 10 }, 60);
  expect(rowOf(stats, 'GET', '/hello').num_requests).toBe(answered['/hello']);
  expect(rowOf(stats, 'GET', '/hello [from schedule]').num_requests).toBe(answered['/hello']);
  expect(totalOf(stats)).toMatchObject({ num_requests: recorded, num_failures: 0 });
});
