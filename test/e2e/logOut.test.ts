/**
 * Users that log out in `onStop`, at stop timeout 0: as with Locust's worker, `on_stop` runs to its end, and what it requests
 * counts. The half second of one log-out is longer than any deadline that does not look at what is going on.
 */
import { rowOf } from '../support/locustMaster.ts';
import { until } from '../support/until.ts';
import { Scene } from './scene.ts';

const users = 1_500;

test('every log-out that the target answered is counted at the master, and no thread is lost', async () => {
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2eLogOut.ts', classes: ['Slow'] });
  const { master, target } = scene;
  await master.swarm({ users, spawnRate: users });
  await until('all have done their task', async () => (await master.stats()).stats.some((row) => row.name === '/hello' && row.num_requests === users), { timeoutMs: 60_000 });
  await master.stop();
  const stats = await master.stoppedStats();
  const { paths } = await target.settledCounts();
  expect(paths).toEqual({ '/hello': users, '/slow': users, '/world': users });
  expect(['/hello', '/logout', '/bye'].map((name) => rowOf(stats, 'GET', name).num_requests)).toEqual([users, users, users]);
  expect(rowOf(stats, 'GET', '/logout').num_failures).toBe(0);
  const [worker] = scene.workers;
  expect(worker?.lines.filter((line) => /was lost|abandoned|stood still|WARNING/u.test(line))).toEqual([]);
});
