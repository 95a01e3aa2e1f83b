/** What a scenario is told of the test so far (`environment.stats`) begins anew where a real master's `--reset-stats` begins anew. */
import { MadeLocustfile } from '../support/locustfile.ts';
import { totalOf } from '../support/locustMaster.ts';
import { until } from '../support/until.ts';
import { Scene, stopTimeout } from './scene.ts';

const scenario = 'test/fixtures/clusterReset.ts';

test('once all users are there, in all threads, for rows and metrics too; the button of the UI is the master\'s alone', async () => {
  await using made = await MadeLocustfile.of(scenario);
  await using scene = await Scene.open({ scenario, classes: [], locustfile: made.path, threads: 2, masterFlags: [...stopTimeout, '--reset-stats'] });
  const lines = () => scene.workers.flatMap((worker) => worker.lines);
  const told = (text: string) => lines().flatMap((line) => new RegExp(`${text} thread \\d has (.*)$`, 'u').exec(line)?.[1] ?? []);
  await scene.master.swarm({ users: 4, spawnRate: 2 });
  await until('counting has begun anew', () => Promise.resolve(told('after the reset').length === 2));
  expect(told('after the reset')).toEqual(['0 null 0', '0 null 0']);
  await until('requests are counted', async () => totalOf(await scene.master.stats()).num_requests > 50);
  await scene.master.stop();
  const { num_requests: total } = totalOf(await scene.master.stoppedStats());
  const { answered } = await scene.target.settledCounts();
  await until('the end is told', () => Promise.resolve(told('in the end').length === 2));
  const [one, other] = told('in the end').map((line) => line.split(' ').map(Number));
  expect(one).toEqual(other);
  const [requests = 0, ofRow, ofTrend] = one ?? [];
  expect([ofRow, ofTrend]).toEqual([requests, requests]);
  // A master resets a moment before the worker hears of it.
  expect([requests > 0, requests <= total, total < answered]).toEqual([true, true, true]);
});
