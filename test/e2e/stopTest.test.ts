/** `stopTest(reason)`: a scenario ends the test for all workers, with the plug-in on the master. */
import { locustTimings } from '../../src/protocol/worker/timings.ts';
import { TcpProxy } from '../chaos/tcpProxy.ts';
import { balance, readWorkerBooks } from '../support/books.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';
import { countsOf, Scene, stopTimeout } from './scene.ts';

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

test('stopTest while the connection is broken, for longer than a master has to hear it, ends the test for all once that is mended', async () => {
  const scenario = 'test/fixtures/e2eEnough.ts';
  await using processes = new TestProcesses();
  const master = await LocustMaster.start(processes, { locustfile, flags: [...stopTimeout, 'Quick'] });
  const proxy = await TcpProxy.start('127.0.0.1', master.port);
  try {
    const cut = WorkerProcess.start(processes, { scenario, masterPort: proxy.port, env: { ENOUGH: '150' } });
    await master.waitForWorkers(1);
    const other = WorkerProcess.start(processes, { scenario, masterPort: master.port });
    await master.waitForWorkers(2);
    await master.swarm({ users: 4, spawnRate: 100 });
    await master.waitForUsers(4);
    proxy.stall();
    proxy.reset('both');
    await until('the scenario asks for the end', () => cut.lines.some((line) => line.includes('the scenario asks to end the test: that was enough')));
    await new Promise((resolve) => setTimeout(resolve, locustTimings.stopTestWaitMs + 500));
    expect((await master.stats()).state).not.toBe('stopped');
    proxy.resume();
    await until('the master ends the test', () => master.lines.some((line) => line.includes('asks to end the test: that was enough')));
    await master.stoppedStats();
    await master.waitForWorkers(2);
    const counted = countsOf(await master.stats());
    await master.quit();
    await Promise.all([cut.ended(), other.ended()]);
    const books = [cut, other].map(({ lines }) => readWorkerBooks(lines.join('\n')));
    expect(balance(books.reduce((sum, { recorded }) => sum + recorded, 0), counted.requests, books).unexplained).toEqual([]);
    expect(books.map(({ undelivered }) => undelivered)).toEqual([0, 0]);
  } finally {
    await proxy.close();
  }
});
