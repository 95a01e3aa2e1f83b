/** Orders of a real master that fall into a break of a worker's connection. */
import { balance, readWorkerBooks } from '../support/books.ts';
import { TcpProxy } from '../chaos/tcpProxy.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';
import { countsOf, stopTimeout } from './scene.ts';

const classes = 'test/e2e/locustfiles/classes.py';

type Cut = { readonly master: LocustMaster; readonly worker: WorkerProcess; readonly breakDuring: (order: () => Promise<void>) => Promise<void> };

/** A worker with four users behind a proxy. `breakDuring` breaks its connection, and mends it when the order was given. */
async function withCut(locustfile: string, use: (cut: Cut) => Promise<void>): Promise<void> {
  await using processes = new TestProcesses();
  const master = await LocustMaster.start(processes, { locustfile, flags: [...stopTimeout, 'Quick'] });
  const proxy = await TcpProxy.start('127.0.0.1', master.port);
  try {
    const worker = WorkerProcess.start(processes, { scenario: 'test/fixtures/e2eQuick.ts', masterPort: proxy.port });
    await master.waitForWorkers(1);
    await master.swarm({ users: 4, spawnRate: 100 });
    await master.waitForUsers(4);
    await use({
      master,
      worker,
      breakDuring: async (order) => {
        proxy.stall();
        proxy.reset('both');
        await order();
        proxy.resume();
      },
    });
  } finally {
    await proxy.close();
  }
}

/** The Stop button answers when no worker has users any more: here somebody else is to see to that. */
const pressStop = (master: LocustMaster, pressed: { answer: Promise<void> | null }) => async (): Promise<void> => {
  pressed.answer = master.stop();
  await until('the master stops', async () => (await master.stats()).state === 'stopping');
};

/** The master has what the worker recorded, but for a report that was on the way when the connection broke: that one is named. */
async function expectAccountedFor(worker: WorkerProcess, { requests }: { readonly requests: number }): Promise<void> {
  const { requests: recorded, failures } = await worker.recorded();
  expect(failures).toBe(0);
  expect(balance(recorded, requests, [readWorkerBooks(worker.lines.join('\n'))]).unexplained).toEqual([]);
}

test('a Stop that the worker did not hear: with the plug-in it learns of it, and nothing is lost', async () => {
  await withCut(`${classes},locust/stop_test.py`, async ({ master, worker, breakDuring }) => {
    const pressed: { answer: Promise<void> | null } = { answer: null };
    await breakDuring(pressStop(master, pressed));
    await until('the worker has heard of it', () => worker.lines.some((line) => line.includes('which this worker did not hear')));
    await pressed.answer;
    const counted = countsOf(await master.stoppedStats());
    await master.quit();
    await expectAccountedFor(worker, counted);
  });
});

test('a number of users that the worker did not hear of: with the plug-in it is said again', async () => {
  await withCut(`${classes},locust/stop_test.py`, async ({ master, worker, breakDuring }) => {
    await breakDuring(() => master.swarm({ users: 7, spawnRate: 100 }));
    await master.waitForUsers(7);
    await master.stop();
    const counted = countsOf(await master.stoppedStats());
    await master.quit();
    await expectAccountedFor(worker, counted);
  });
});

test('without the plug-in the worker goes on, as Locust\'s own does, and says what may be lost; the next Stop is heard', async () => {
  await withCut(classes, async ({ master, worker, breakDuring }) => {
    await breakDuring(() => master.swarm({ users: 7, spawnRate: 100 }));
    await until('the worker says so', () => worker.lines.some((line) => line.includes('stop_test.py')));
    await master.stop();
    const counted = countsOf(await master.stoppedStats());
    await master.quit();
    await expectAccountedFor(worker, counted);
  });
});
