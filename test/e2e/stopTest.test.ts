/** `stopTest(reason)`: a scenario ends the test for all workers, with the plug-in on the master. */
import { countsOf, Scene, stopTimeout } from './scene.ts';
import { until } from '../support/until.ts';

const locustfile = 'test/e2e/locustfiles/classes.py,locust/stop_test.py';

test('stopTest in a task of one worker ends the test for all, who stay ready for the next; nothing is lost', async () => {
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2eEnough.ts', classes: ['Quick'], workers: 2, locustfile, masterFlags: stopTimeout });
  await scene.master.swarm({ users: 4, spawnRate: 4 });
  await until('the test has stopped', async () => {
    const { state, workers } = await scene.master.stats();
    return state === 'stopped' && workers.length === 2 && workers.every((worker) => worker.state === 'ready');
  });
  const counted = countsOf(await scene.master.stoppedStats());
  expect(counted.requests).toBeGreaterThanOrEqual(20);
  await scene.master.quit();
  expect(await scene.recorded()).toEqual(counted);
});
