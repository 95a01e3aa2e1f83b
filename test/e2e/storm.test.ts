/**
 * Two hundred runs that are stopped almost before they begin do not deafen the master. The trap: a
 * `spawning_complete` that arrives after `client_stopped` raises in the master's only receive loop, for good
 * (Locust's own worker is told to quit within some 20 rounds).
 */
import { countsOf, Scene } from './scene.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

const scenario = 'test/fixtures/e2eQuick.ts';
const rounds = 200;

test('a storm of spawn and stop leaves a master that hears, and a worker that works', async () => {
  await using scene = await Scene.open({ scenario, classes: ['Quick'], threads: 2, locustfile: 'test/e2e/locustfiles/storm.py' });
  const { master } = scene;
  const storm = await (await fetch(`${master.uiUrl}/test/storm?rounds=${rounds}`, { method: 'POST', signal: AbortSignal.timeout(150_000) })).json();
  expect(storm).toEqual({ rounds });

  // The same worker is still heard: nothing was logged that Locust logs when its loop dies, and a run works.
  expect(master.lines.filter((line) => /CRITICAL|Traceback|Unhandled exception/.test(line))).toEqual([]);
  const [worker] = scene.workers;
  expect(worker?.child.isGone).toBe(false);
  await runOnce(scene, 5);

  // So is a fresh one.
  const fresh = WorkerProcess.start(scene.processes, { scenario, masterPort: master.port });
  await master.waitForWorkers(2);
  await runOnce(scene, 6);
  expect(await worker?.end()).toMatchObject({ code: 0 });
  expect(await fresh.end()).toMatchObject({ code: 0 });
}, 240_000);

async function runOnce({ master }: Scene, users: number): Promise<void> {
  await master.swarm({ users, spawnRate: 100 });
  await master.waitForUsers(users);
  await until('requests arrive', async () => countsOf(await master.stats()).requests > 100);
  await master.stop();
  await master.stoppedStats();
}
