/** Arrivals on schedule, and response times measured from when a request should have begun. */
import { getting, runToEnd, startRun, tidy } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

let server: ScriptedServer;
beforeEach(async () => (server = await startScriptedServer()));
afterEach(() => server.close());
afterAll(tidy);

test('100 arrivals a second at a server that takes a second each: 100 ± 1 start in every second, evenly', async () => {
  const run = await runToEnd(getting(server.url, '/wait/1000'), ['--rate', '100/s', '-u', '250', '-t', '6s', '--stop-timeout', '10', '--summary-export', 'summary.json', '--request-log', 'log.ndjson']);
  const { arrivals, total } = await run.summary();
  expect(run.code).toBe(0);
  // Half of the users are idle at any time: only a standstill of more than a second uses them up.
  expect(arrivals?.dropped).toBeLessThanOrEqual(Math.max(0, run.lostMs - 1_500) / 10);
  expect(total.numRequests).toBe(server.total());
  expect(arrivals?.started).toBe(server.total());
  const starts = (await run.read('log.ndjson')).trimEnd().split('\n').map((line) => (JSON.parse(line) as { time: number }).time).sort((one, other) => one - other);
  const first = starts[0] ?? 0;
  // On schedule: the n-th start lies 10 ms · n after the first, never earlier (but for the first one's own delay), and
  // later only by what a busy machine takes to give a thread its turn. So 100 ± 1 are due in every second.
  starts.forEach((at, index) => {
    const lateMs = 1000 * (at - first) - 10 * index;
    expect(lateMs).toBeGreaterThan(-100 - run.lostMs);
    expect(lateMs).toBeLessThan(500 + run.lostMs);
  });
  expect(Math.abs(starts.length + (arrivals?.dropped ?? 0) - 600)).toBeLessThanOrEqual((400 + run.lostMs) / 10);
});

test('stages of rates: as many arrivals as the area below the ramp, and the run ends with them', async () => {
  const run = await runToEnd(getting(server.url, '/ok'), ['--stage', '1s:60/s', '--stage', '1s:60/s', '--stage', '1s:0/s', '--stop-timeout', '5', '--summary-export', 'summary.json']);
  const { arrivals, total, meta } = await run.summary();
  expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, '']);
  expect([(arrivals?.started ?? 0) + (arrivals?.dropped ?? 0), total.numRequests, meta.ended]).toEqual([120, server.total(), { kind: 'stages' }]);
});

test('stages of rates that the scenario exports are as good as typed ones; users that are typed go before them', async () => {
  const scenario = `${getting(server.url, '/ok')}\nexport const stages = ['1s:60/s', { duration: '1s', rate: '60/s' }, '1s:0/s'];\n`;
  const run = await runToEnd(scenario, ['--stop-timeout', '5', '--summary-export', 'summary.json']);
  const { arrivals, total, meta } = await run.summary();
  expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, '']);
  expect([(arrivals?.started ?? 0) + (arrivals?.dropped ?? 0), total.numRequests, meta.ended]).toEqual([120, server.total(), { kind: 'stages' }]);
  const typed = await runToEnd(scenario, ['-u', '1', '-t', '500ms', '--summary-export', 'summary.json']);
  expect([(await typed.summary()).arrivals, typed.stderr]).toEqual([null, expect.stringContaining("the scenario's stages are passed over: the options say how much load there is")]);
});

test('arrivals begin with the first user, wherever the spawn rate comes from', async () => {
  const run = await runToEnd(getting(server.url, '/ok'), ['--rate', '20/s', '-u', '20', '-t', '4s', '--stop-timeout', '5', '--summary-export', 'summary.json'], {}, { env: { LOCUST_SPAWN_RATE: '2' } });
  const { arrivals, total } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  expect(arrivals?.started).toBe(server.total());
  expect(arrivals?.started).toBeGreaterThan(40 - run.lostMs / 50);
  expect((arrivals?.started ?? 0) + (arrivals?.dropped ?? 0)).toBeGreaterThan(60 - run.lostMs / 50);
});

test('one user takes all arrivals, however many threads were asked for', async () => {
  const run = await runToEnd(getting(server.url, '/ok'), ['--rate', '10/s', '-u', '1', '-t', '3s', '--stop-timeout', '5', '--summary-export', 'summary.json']);
  const { arrivals } = await run.summary();
  expect(arrivals?.started).toBe(server.total());
  expect(arrivals?.started).toBeGreaterThan(20 - run.lostMs / 100);
  expect(arrivals?.dropped).toBeLessThan(5 + run.lostMs / 100);
  expect(run.stderr).toContain('1 load thread instead of 2: each needs a user for its share of the arrivals');
});

test('arrivals for which no user is free are counted apart: the target never saw them', async () => {
  const run = await runToEnd(getting(server.url, '/wait/500'), ['--rate', '100/s', '-u', '10', '-t', '3s', '--stop-timeout', '5', '--summary-export', 'summary.json']);
  const { arrivals, total } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  expect(arrivals?.started).toBe(server.total());
  expect(arrivals?.dropped).toBeGreaterThan(150);
  expect(run.stderr).toMatch(/arrivals dropped/u);
});

test('static arrivals: the users are the rate, and what finds none of them is a row of its own, in no total', async () => {
  const scenario = getting(server.url, '/wait/1000').replace('HttpUser, task', 'HttpUser, perUser, task').replace('  @task', "  static arrivals = perUser('5/s', { maxAtOnce: 2 });\n  @task");
  const run = await runToEnd(scenario, ['-u', '10', '-r', '100', '-t', '4s', '--stop-timeout', '5', '--summary-export', 'summary.json', '--csv', 'out']);
  const { rows, total, arrivals, history } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  expect(arrivals).toMatchObject({ perSec: 50, started: server.total() });
  expect(Math.abs((arrivals?.started ?? 0) + (arrivals?.dropped ?? 0) - 200)).toBeLessThanOrEqual(10 + run.lostMs / 20);
  expect(rows.map(({ method, name, numRequests }) => [method, name, numRequests])).toEqual([['GET', '/wait/1000', server.total()], ['arrivals', 'Visitor [dropped]', arrivals?.dropped]]);
  expect(Math.max(...history.map(({ userCount }) => userCount))).toBe(10);
  expect(await run.read('out_stats.csv')).toContain(`arrivals,Visitor [dropped],${arrivals?.dropped},0,`);
  expect(run.stderr).toContain('each user of Visitor stands for 5 arrivals a second, on schedule, at most 2 at once');
  expect(run.stderr).toMatch(/arrivals dropped .*let more be under way at once \(maxAtOnce\)/u);
  const wrong = await runToEnd(scenario, ['--rate', '10/s', '-t', '1s']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--rate and the static arrivals of Visitor contradict each other: both set the pace of tasks') as string]);
});

test('a server that freezes for 2 s shows a p99 of 2 s from the schedule, of paced users', async () => {
  const scenario = getting(server.url, '/ok').replace('HttpUser, task', 'HttpUser, constantThroughput, task').replace('  @task', '  waitTime = constantThroughput(10);\n  @task');
  const { ended } = await startRun(scenario, ['-u', '10', '-r', '100', '-t', '6s', '--stop-timeout', '5', '--summary-export', 'summary.json']);
  await server.whenAnswered(100);
  server.freeze(2_000);
  const run = await ended;
  const { rows, total } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  const [row] = rows;
  expect(row?.percentilesMs['50']).toBeLessThan(500 + run.lostMs);
  expect(row?.fromSchedule?.percentilesMs['99']).toBeGreaterThan(1_700);
  expect(row?.fromSchedule?.percentilesMs['99']).toBeLessThan(2_500 + run.lostMs);
  expect(run.stderr).toContain('[from schedule]');
});

test("boomer's --max-rps and Locust's spawn rate hold over all threads", async () => {
  const run = await runToEnd(getting(server.url, '/ok'), ['-u', '20', '-r', '10', '-t', '5s', '--max-rps', '100', '--stop-timeout', '5', '--summary-export', 'summary.json']);
  const { total, history } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  expect(total.numRequests).toBeLessThanOrEqual(520);
  expect(total.numRequests).toBeGreaterThan(400 - run.lostMs / 10);
  const early = history.filter(({ elapsedMs }) => elapsedMs > 500 && elapsedMs < 1_500).map(({ userCount }) => userCount);
  for (const users of early) expect(users).toBeLessThanOrEqual(16);
  expect(Math.max(...history.map(({ userCount }) => userCount))).toBe(20);
});
