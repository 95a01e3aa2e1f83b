/** Nothing of a secret is in any tab or download of the master, or in what the worker logs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderWith, tidy } from '../cli/command.ts';
import { controlsIn, leakyScenario, ordersIn, secretMark, startLeakyServer } from '../support/leakyScenario.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

afterAll(tidy);

const pages = ['/stats/requests', '/stats/requests/csv', '/stats/failures/csv', '/stats/report', '/exceptions', '/exceptions/csv', '/logs'];

test("the master's tabs and downloads, the worker's terminal and its log file", async () => {
  await using processes = new TestProcesses();
  const server = await startLeakyServer();
  const logFolder = await mkdtemp(join(tmpdir(), 'boomer-node-e2e-'));
  try {
    const folder = await folderWith({ 'leaky.ts': leakyScenario(server.url, 'Leaky') });
    const master = await LocustMaster.start(processes, { locustfile: 'test/e2e/locustfiles/classes.py', flags: ['Faulty'] });
    const start = (flags: readonly string[]): WorkerProcess =>
      WorkerProcess.start(processes, { scenario: join(folder, 'leaky.ts'), masterPort: master.port, flags: ['-H', server.url.replace('//', '//ada:geheim-flag@'), '-e', 'TOKEN=geheim-env', ...flags] });
    const logFile = join(logFolder, 'log');
    const workers = [start([]), start(['--logfile', logFile])];
    await master.waitForWorkers(2);
    await master.swarm({ users: 12, spawnRate: 100 });
    await until('all kinds of failures are there', async () => {
      const [{ errors }, exceptions, logs] = await Promise.all([master.stats(), master.exceptions(), master.logs()]);
      return errors.length >= 6 && exceptions.length >= 12 && Object.values(logs.workers).flat().some((line) => line.includes('escaped a task'));
    }, { timeoutMs: 40_000 });
    for (const page of pages) {
      const text = await (await fetch(master.uiUrl + page, { headers: { connection: 'close' } })).text();
      expect(`${page}: ${/.{0,80}geheim.{0,30}/u.exec(text)?.[0] ?? ''}`).toBe(`${page}: `);
      expect(text.length).toBeGreaterThan(100);
    }
    const said = Object.values((await master.logs()).workers).flat().join('\n');
    await master.quit();
    for (const worker of workers) await worker.ended();
    for (const text of [...workers.map(({ lines }) => lines.join('\n')), await readFile(logFile, 'utf8'), said, master.lines.join('\n')]) {
      expect(text).not.toContain(secretMark);
      expect(controlsIn(text)).toEqual([]);
    }
    for (const text of [...workers.map(({ lines }) => lines.join('\n')), await readFile(logFile, 'utf8'), said]) expect(ordersIn(text)).toEqual([]);
  } finally {
    await server.close();
    await rm(logFolder, { recursive: true, force: true });
  }
});
