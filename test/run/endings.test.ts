/** How a run ends: by its time, a signal, a threshold, an error; and what it says and leaves behind each time. */
import { getting, runToEnd, startRun, tidy } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

let server: ScriptedServer;
beforeEach(async () => (server = await startScriptedServer()));
afterEach(() => server.close());
afterAll(tidy);

test('by its run time: passed, exit 0, a warm-up that is not counted, and no request more or less than the server answered', async () => {
  const run = await runToEnd(getting(server.url, '/wait/5'), ['-u', '4', '-r', '100', '-t', '3s', '--warmup', '1s', '--summary-export', 'summary.json', '--stop-timeout', '5']);
  expect(run.stderr).toMatch(/PASS/u);
  expect(run.code).toBe(0);
  const { total, meta } = await run.summary();
  expect(total.numFailures).toBe(0);
  expect(meta.ended).toEqual({ kind: 'runTime' });
  expect(meta.countedMs).toBeGreaterThan(1_800 - run.lostMs);
  expect(meta.countedMs).toBeLessThan(3_000 + run.lostMs);
  // By the server's account: what came after the warm-up, and what the four users had under way when it ended.
  const since = (ms: number): number => server.arrivalsMs.filter((atMs) => performance.timeOrigin + atMs >= 1000 * meta.countedFromSec + ms).length;
  expect(total.numRequests).toBeGreaterThanOrEqual(since(100 + run.lostMs));
  expect(total.numRequests).toBeLessThanOrEqual(since(-100));
  expect(total.numRequests).toBeLessThan(server.total());
});

test('by Ctrl-C: the summary and the files are complete, exit 130', async () => {
  const { command, ended } = await startRun(getting(server.url, '/wait/5'), ['-u', '4', '-r', '100', '--summary-export', 'summary.json', '--html', 'report.html', '--csv', 'run', '--stop-timeout', '5']);
  await server.whenAnswered(200);
  command.signal('SIGINT');
  const run = await ended;
  expect(run.code).toBe(130);
  expect(run.stderr).toMatch(/Aggregated\s+\d+/u);
  const { total, exitCode } = await run.summary();
  expect(total.numRequests).toBe(server.total());
  expect(exitCode).toBe(130);
  expect(await run.read('report.html')).toContain('</html>');
  expect(await run.read('run_stats.csv')).toContain(`,Aggregated,${server.total()},0,`);
});

test('by a threshold that was missed: exit 99, or the one that was asked for; the measured value is shown', async () => {
  const slow = getting(server.url, '/wait/20');
  const run = await runToEnd(slow, ['-i', '50', '--threshold', 'GET /wait/20: p(95)<10', '--threshold', 'count>=50']);
  expect(run.code).toBe(99);
  expect(run.stderr).toMatch(/✗.*p\(95\)<10 +p\(95\)=\d+(?:\.\d+)? ms/u);
  expect(run.stderr).toMatch(/✓.*count>=50/u);
  const chosen = await runToEnd(slow, ['-i', '5', '--threshold', 'p(95)<10', '--threshold-exit-code', '3']);
  expect(chosen.code).toBe(3);
  const off = await runToEnd(slow, ['-i', '5', '--threshold', 'p(95)<10', '--no-thresholds']);
  expect(off.code).toBe(0);
});

test("by a threshold of the scenario that aborts", async () => {
  const scenario = `${getting(server.url, '/every/2')}\nexport const thresholds = { 'GET /every/2': [{ threshold: 'rate<0.1', abortOnFail: true }] };\n`;
  const run = await runToEnd(scenario, ['-u', '2', '-t', '60s', '--summary-export', 'summary.json']);
  expect(run.code).toBe(99);
  expect((await run.summary()).meta.ended.kind).toBe('threshold');
});

test('by stopTest() and by users who all end themselves', async () => {
  const text = (body: string): string => `import { User, StopUser, stopTest, task } from 'boomer-node';\nexport class Once extends User {\n  @task\n  work() {\n    this.record({ type: 't', name: 'work', elapsedMs: 1 });\n    ${body}\n  }\n}\n`;
  const stopped = await runToEnd(text("stopTest('enough'); return this.sleep(5);"), ['-t', '60s', '--summary-export', 'summary.json']);
  expect((await stopped.summary()).meta.ended).toEqual({ kind: 'stopTest', reason: 'enough' });
  expect(stopped.code).toBe(0);
  const gone = await runToEnd(text('throw new StopUser();'), ['-u', '1', '-t', '60s', '--summary-export', 'summary.json']);
  const summary = await gone.summary();
  expect(summary.meta.ended).toEqual({ kind: 'usersGone' });
  expect(summary.total.numRequests).toBe(1);
});

test('an error that escapes a task is data and exit 1; one outside tasks is exit 107', async () => {
  const head = "import { User, events, registerMessage, sendMessage, task } from 'boomer-node';\n";
  const throwing = `${head}export class Bad extends User { waitTime = () => 0.01; @task work() { throw new Error('the basket is empty'); } }\n`;
  const inTask = await runToEnd(throwing, ['-i', '20']);
  expect(inTask.code).toBe(1);
  expect(inTask.stderr).toMatch(/20 .*the basket is empty/u);
  const outside = `${head}events.testStart.add(() => { throw new Error('no database'); });\nregisterMessage('stock', () => { throw new Error('no stock'); });\nexport class Fine extends User { @task work() { sendMessage('stock'); this.record({ type: 't', name: 'w', elapsedMs: 1 }); } }\n`;
  const listener = await runToEnd(outside, ['-i', '5']);
  expect(listener.code).toBe(107);
  expect(listener.stderr).toMatch(/an error outside tasks:\s+Error: no database/u);
  expect(listener.stderr).toMatch(/an error outside tasks:\s+Error: no stock/u);
});

test("the scenario's quitting listener has the last word on the exit code", async () => {
  const scenario = "import { User, events, task } from 'boomer-node';\nevents.quitting.add((environment) => { environment.processExitCode = 42; });\nexport class Fine extends User { @task work() { this.record({ type: 't', name: 'w', elapsedMs: 1 }); } }\n";
  expect((await runToEnd(scenario, ['-i', '5'])).code).toBe(42);
});

const failingAtTheEnd = "import { User, events, task } from 'boomer-node';\nevents.quitting.add(() => { throw new Error('no goodbye'); });\nexport class Fine extends User { @task work() { this.record({ type: 't', name: 'w', elapsedMs: 1 }); } }\n";

test.each([
  ['of a run', ['-i', '5'], /FAIL.*2 errors outside tasks/u],
  ['of tasks that are run once', ['--run-tasks', 'work'], /1 request recorded, 0 failed/u],
])('a quitting listener that throws fails the end %s: exit 107', async (_, flags, said) => {
  const run = await runToEnd(failingAtTheEnd, flags);
  expect(run.stderr).toMatch(said);
  expect(run.stderr).toContain('no goodbye');
  expect(run.code).toBe(107);
});

test('tasks that are run once have no warm-up, and a feeder that is used up does not hold them', async () => {
  const scenario = `
import { User, feed, task } from 'boomer-node';
const items = feed.array([1], { name: 'items', order: 'unique', whenUsedUp: 'stopTest' });
export class Shopper extends User {
  @task bad() { this.record({ type: 't', name: 'bad', elapsedMs: 1, error: 'sold out' }); }
  @task async greedy() { await items.next(this); await items.next(this); }
}
`;
  const failed = await runToEnd(scenario, ['--run-tasks', 'bad', '--warmup', '1s']);
  expect(failed.stderr).toContain('1 request recorded, 1 failed');
  expect(failed.code).toBe(1);
  const usedUp = await runToEnd(scenario, ['--run-tasks', 'greedy']);
  expect(usedUp.stderr).toContain('feeder items is used up: it has 1 row');
  expect(usedUp.code).toBe(1);
});

test('what cannot be written is said before the run: exit 2, and the server saw nothing', async () => {
  for (const flags of [['--html', 'scenario.ts/report.html'], ['--csv', 'scenario.ts/x'], ['--request-log', 'scenario.ts/log']]) {
    const run = await runToEnd(getting(server.url, '/ok'), ['-i', '5', ...flags]);
    expect(run.stderr).toContain(flags[1] ?? '');
    expect(run.code).toBe(2);
  }
  expect(server.total()).toBe(0);
});

test('a full disk is said once, the run goes on, the exit code is not 0', async () => {
  const run = await runToEnd(getting(server.url, '/ok'), ['-i', '500', '-u', '5', '-r', '5', '--request-log', '/dev/full', '--json-file', '/dev/full', '--summary-export', 'summary.json']);
  expect((await run.summary()).total.numRequests).toBe(500);
  expect(run.stderr).toMatch(/no space left/u);
  expect(run.stderr).toMatch(/^FAIL · the request log is not whole · /mu);
  expect(run.code).toBe(1);
});

test('what a scenario sends itself while it loads is heard, by every load thread; what it prints last is printed', async () => {
  const scenario = `import { User, events, registerMessage, sendMessage, task } from 'boomer-node';
registerMessage('early', ({ data }) => console.log('heard', data));
events.init.add(({ threadIndex }) => sendMessage('early', threadIndex));
events.quit.add(() => { for (let line = 0; line < 1000; line++) console.log('last line', line); });
export class Fine extends User { @task work() { this.record({ type: 't', name: 'w', elapsedMs: 1 }); } }
`;
  const { code, stdout } = await runToEnd(scenario, ['-t', '1s']);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('heard')).sort()).toEqual(['heard 0', 'heard 0', 'heard 1', 'heard 1']);
  expect(lines.filter((line) => line.startsWith('last line'))).toHaveLength(2_000);
});
