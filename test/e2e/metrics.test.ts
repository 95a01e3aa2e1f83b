/** Checks and metrics of a scenario's own at a real master: rows beside the requests, which no total holds, and thresholds that the master judges. */
import { MadeLocustfile } from '../support/locustfile.ts';
import { totalOf } from '../support/locustMaster.ts';
import { until } from '../support/until.ts';
import { Scene, stopTimeout } from './scene.ts';

const scenario = 'test/fixtures/clusterMetrics.ts';

test('target = total = checks = a third of what was counted, over two workers of two threads', async () => {
  await using made = await MadeLocustfile.of(scenario);
  await using scene = await Scene.open({ scenario, classes: [], locustfile: made.path, workers: 2, threads: 2, masterFlags: stopTimeout });
  await scene.master.swarm({ users: 8, spawnRate: 8 });
  await until('requests are counted', async () => totalOf(await scene.master.stats()).num_requests > 1_500);
  await scene.master.stop();
  const stats = await scene.master.stoppedStats();
  const { answered } = await scene.target.settledCounts();
  const rows = stats.stats.filter(({ name }) => name !== 'Aggregated');
  const row = (method: string, name: string) => rows.find((entry) => entry.method === method && entry.name === name);
  expect(totalOf(stats)).toMatchObject({ num_requests: answered, num_failures: 0 });
  expect(row('GET', '/hello')?.num_requests).toBe(answered);
  expect(row('check', 'always')).toMatchObject({ num_requests: answered, num_failures: 0 });
  const odd = row('check', 'odd');
  expect(odd?.num_requests).toBe(answered);
  expect(row('rate', 'even')).toMatchObject({ num_requests: answered, num_failures: answered - (odd?.num_failures ?? 0) });
  expect(row('counter items', 'items sold')).toMatchObject({ num_requests: 3 * answered, num_failures: 0 });
  expect(row('trend', 'render')).toMatchObject({ num_requests: answered, avg_response_time: 30, min_response_time: 30, max_response_time: 30 });
  expect(row('trend bytes', 'size')).toMatchObject({ num_requests: answered, avg_content_length: 1_000, avg_response_time: 0 });
  expect(rows).toHaveLength(7);
  expect(stats.errors).toEqual([]);
  await scene.master.quit();
  const printed = scene.master.lines.join('\n');
  for (const rule of ['checks: rate<0.9', 'always: rate==1', 'items sold: count>1', 'items sold: rate>0.1', 'render: p(95)<=30', 'render: p(95)<=30 over 2s', 'queue: value>0', 'queue: max>0 over 2s', 'size: p(95)<=1000', 'size: avg==1000', 'size: max<=1000 over 2s', 'Aggregated: fail_ratio==0']) expect(printed).toContain(`✓ ${rule}`);
  expect(printed).toMatch(/✗ queue: value<0 over 2s +value=\d+ at worst/u);
  // Both threads of a worker know of each other's, and workers each of their own.
  const soFar = scene.workers.map(({ lines }) => lines.flatMap((line) => /so far in thread \d: (\d+) true$/u.exec(line)?.[1] ?? []).map(Number));
  expect(soFar.map((threads) => threads.length)).toEqual([2, 2]);
  expect(soFar.every(([one, other]) => one === other)).toBe(true);
  expect(soFar.reduce((sum, [one = 0]) => sum + one, 0)).toBe(answered);
  expect(await scene.recorded()).toEqual({ requests: answered, failures: 0 });
  expect(scene.processes.explain()).toContain("gauge 'queue': a Locust master's table has no place for its values");
});
