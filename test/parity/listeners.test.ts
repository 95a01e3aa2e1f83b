/** The events of a worker, under a real master: who hears what, and what listeners add to reports. */
import { LocustMaster, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

type Totals = {
  readonly jobs: number;
  readonly by_thread: Readonly<Record<string, number>>;
  readonly threads: readonly number[];
  readonly reports: number;
  readonly spoiled: number;
};

test('every thread hears all events in order, each request reaches the master once more as a listener counts it, and failing listeners stop nothing', async () => {
  await using processes = new TestProcesses();
  const master = await LocustMaster.start(processes, { locustfile: 'test/parity/scenarios/listeners.py', flags: ['--stop-timeout', '5'] });
  const worker = WorkerProcess.start(processes, { scenario: 'test/parity/scenarios/listeners.ts', masterPort: master.port, threads: 2 });
  await master.waitForWorkers(1);
  const totals = async (): Promise<Totals> => (await (await fetch(`${master.uiUrl}/test/totals`, { headers: { connection: 'close' } })).json()) as Totals;

  await master.swarm({ users: 6, spawnRate: 6 });
  await until('two reports with numbers of listeners arrived', async () => (await totals()).reports >= 2);
  await master.stop();
  const stats = await master.stoppedStats();
  const sums = await totals();
  expect(sums.jobs).toBe(totalOf(stats).num_requests);
  expect(sums.jobs).toBeGreaterThan(50);
  expect(Object.values(sums.by_thread).reduce((sum, jobs) => sum + jobs, 0)).toBe(sums.jobs);
  expect(sums).toMatchObject({ threads: [0, 1], spoiled: 0 });

  const failures = (await master.exceptions()).map(({ msg }) => msg).filter((msg) => msg.includes('on purpose'));
  for (const event of ['testStart', 'spawningComplete', 'request', 'userError', 'reportToMaster', 'testStopping', 'testStop']) {
    expect(failures).toContain(`RangeError: a listener of ${event} failed on purpose`);
  }
  await worker.end();
  const heard = worker.lines.filter((line) => line.startsWith('thread ')).sort();
  const events = 'init, testStart, spawningComplete 6, userError TypeError: a job failed true, testStopping with users, testStop, quitting, quit 0';
  for (const [thread, line] of heard.entries()) {
    // A job may fail before all users are there.
    expect(line.replace('userError TypeError: a job failed true, spawningComplete 6', 'spawningComplete 6, userError TypeError: a job failed true')).toBe(`thread ${thread} heard ${events}`);
  }
  expect(heard).toHaveLength(2);
  expect(worker.lines.filter((line) => line.includes('The report key "stats" is Locust\'s own'))).toHaveLength(1);
});
