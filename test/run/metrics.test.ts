/** Checks and metrics of a scenario's own in runs of real threads: every number is what the scenario itself has counted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../../locust/demo/paths.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

const counting = `import { check, Counter, Gauge, Rate, task, Trend, User } from 'boomer-node';
const sold = new Counter('sold', { unit: 'items' });
const turn = new Gauge('turn');
const even = new Rate('even');
const size = new Trend('size', { unit: 'bytes' });
let n = 0;
export class Shopper extends User {
  @task async buy() {
    n++;
    this.record({ type: 't', name: 'buy', elapsedMs: 1 });
    check('always', true);
    check('odd', n % 2 === 1);
    sold.add(3);
    turn.set(n);
    even.add(n % 2 === 0);
    size.add(1_000_000 * n);
    await this.sleep(0.001);
    LAST
  }
}
`;

test('all numbers of two threads, in every report, and in no row of requests', async () => {
  const run = await runToEnd(counting.replace('LAST', ''), ['-u', '4', '-r', '4', '-i', '400', '--summary-export', 'summary.json', '--csv', 'out', '--threshold', 'checks{name:always}: rate==1', '--threshold', 'sold: count==1200', '--threshold', 'checks: rate>0.9']);
  const { checks, metrics, rows, total, thresholds } = await run.summary();
  expect(rows.map(({ name, numRequests }) => [name, numRequests])).toEqual([['buy', 400]]);
  expect([total.numRequests, total.numFailures]).toEqual([400, 0]);
  expect(checks[0]).toEqual({ kind: 'check', name: 'always', passes: 400, fails: 0 });
  const [, odd] = checks;
  expect((odd?.passes ?? 0) + (odd?.fails ?? 0)).toBe(400);
  // In each thread every other one, from the first on.
  expect((odd?.passes ?? 0) - (odd?.fails ?? 0)).toBeLessThanOrEqual(2);
  expect(metrics).toMatchObject([
    { kind: 'rate', name: 'even', passes: odd?.fails, fails: odd?.passes }, { kind: 'trend', name: 'size', unit: 'bytes', count: 400, min: 1_000_000 }, { kind: 'counter', name: 'sold', unit: 'items', sum: 1_200 },
    { kind: 'gauge', name: 'turn', min: 1 },
  ]);
  expect(thresholds.map(({ passed }) => passed)).toEqual([true, true, false]);
  expect(run.stderr).toContain('✓ always  100.0 %, 400 of 400');
  expect(run.stderr).toContain('sold  1 200 items');
  expect(await run.read('out_metrics.csv')).toContain('counter,sold,items,,,1200');
  expect(run.code).toBe(99);
});

test('what a thread had counted stays when the thread is lost, in the midst of its work', async () => {
  const run = await runToEnd(counting.replace('LAST', 'if (n === 50) process.exit(1);'), ['-u', '2', '-r', '2', '-t', '3s', '--summary-export', 'summary.json']);
  const { checks, metrics, total } = await run.summary();
  expect(run.stderr).toContain('was lost');
  expect(total.numRequests).toBeGreaterThanOrEqual(50);
  expect(checks[0]).toEqual({ kind: 'check', name: 'always', passes: total.numRequests, fails: 0 });
  expect(metrics).toMatchObject([{ kind: 'rate' }, { kind: 'trend', count: total.numRequests }, { kind: 'counter', sum: 3 * total.numRequests }, { kind: 'gauge' }]);
});

test('the numbers so far: a second old in tasks, final in the last listeners, the same in all threads', async () => {
  const looking = `import { check, Counter, events, task, User } from 'boomer-node';
const sold = new Counter('sold');
const say = (what) => ({ stats }) => console.log(JSON.stringify([what, stats.requests, stats.failures, stats.rows['t buy']?.requests, stats.checks[0]?.passes, stats.metrics[0]?.sum, stats.p95Ms, stats.isFinal]));
events.testStart.add(({ stats }) => console.log(JSON.stringify(['start', stats.requests, stats.isFinal])));
events.testStop.add(say('stop'));
events.quitting.add(say('quit'));
export class Shopper extends User {
  #seen = 0;
  @task async buy() {
    this.record({ type: 't', name: 'buy', elapsedMs: 20, error: this.environment.userIndex % 2 === 0 ? 'odd' : null });
    check('fine', true);
    sold.add(2);
    const { requests } = this.environment.stats;
    if (requests < this.#seen) throw new Error('the numbers went back');
    if (requests > 0 && this.#seen === 0) console.log('"seen"');
    this.#seen = requests;
    // One of the threads ends a little later.
    await this.sleep(0.01);
  }
  async onStop() {
    await new Promise((resolve) => setTimeout(resolve, 300 * this.environment.threadIndex));
    this.record({ type: 't', name: 'bye', elapsedMs: 20 });
  }
}
`;
  const run = await runToEnd(looking, ['-u', '4', '-r', '4', '-t', '3s', '--stop-timeout', '10', '--summary-export', 'summary.json', '--exit-code-on-error', '0']);
  const said = run.stdout.split('\n').filter((line) => /^[["]/u.test(line)).map((line): unknown => JSON.parse(line));
  const { total, rows } = await run.summary();
  const buys = rows.find(({ name }) => name === 'buy')?.numRequests ?? 0;
  expect(buys).toBeGreaterThan(100);
  expect(said).toContain('seen');
  const last = (what: string) => [what, total.numRequests, total.numFailures, buys, buys, 2 * buys, total.percentilesMs['95'], true];
  expect(said.filter((line) => Array.isArray(line))).toEqual([['start', 0, false], ['start', 0, false], last('stop'), last('stop'), last('quit'), last('quit')]);
  expect(run.code).toBe(0);
});

test('a check of another thread ends the run where a threshold says so', async () => {
  const run = await runToEnd(`${counting.replace('LAST', '')}export const thresholds = { odd: { threshold: 'rate>0.9', abortOnFail: true } };\n`, ['-u', '2', '-t', '60s']);
  expect(run.stderr).toContain('ended by the threshold odd: rate>0.9');
  expect(run.code).toBe(99);
});

test('two metrics of one name are refused before the run', async () => {
  const run = await runToEnd("import { Counter, Rate, task, User } from 'boomer-node';\nnew Counter('a');\nnew Rate('a');\nexport class A extends User { @task a() {} }\n", ['-t', '1s']);
  expect(run.stderr).toContain("there are two metrics named 'a', a counter and a rate: give one another name");
  expect(run.code).toBe(2);
});

test('the example: what the target has answered', async () => {
  let items = 0;
  const server = await startHttpServer((request, response) => {
    const isItem = request.url.startsWith('/item/');
    if (isItem) items++;
    response.end(isItem ? 'item 1' : 'Hello');
  });
  try {
    const run = await runToEnd(readFileSync(join(projectDir, 'examples/checks.ts'), 'utf8'), ['--host', server.url, '-u', '4', '-r', '4', '-i', '60', '--summary-export', 'summary.json']);
    const { checks, metrics } = await run.summary();
    expect(checks).toEqual([{ kind: 'check', name: 'item has a name', passes: items, fails: 0 }]);
    expect(metrics.map(({ name }) => name)).toEqual(['answer from the cache', 'items in the basket', 'items sold', 'page size']);
    expect(run.code).toBe(0);
  } finally {
    await server.close();
  }
});
