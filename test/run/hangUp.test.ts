/** A closed terminal, a lost SSH connection, a process that was killed: what is left behind. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boomer, Command, folderWith, program, tidy } from '../cli/command.ts';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { isFields } from '../support/frameChecks.ts';
import { runPython } from '../support/runPython.ts';
import type { SummaryFile } from '../../src/outputs/summary.ts';
import { getting, startRun } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

let server: ScriptedServer;
beforeEach(async () => (server = await startScriptedServer()));
afterEach(() => server.close());
afterAll(tidy);

test('SIGHUP ends a run as SIGTERM does: the reports are complete, exit 129', async () => {
  const { command, ended } = await startRun(getting(server.url, '/wait/5'), ['-u', '4', '-r', '100', '--summary-export', 'summary.json', '--csv', 'run', '--stop-timeout', '5']);
  await server.whenAnswered(100);
  command.signal('SIGHUP');
  const run = await ended;
  expect(run.code).toBe(129);
  const { total, meta } = await run.summary();
  expect([total.numRequests, meta.ended]).toEqual([server.total(), { kind: 'signal', signal: 'SIGHUP' }]);
  expect(await run.read('run_stats.csv')).toContain(`,Aggregated,${server.total()},0,`);
});

test('a terminal that is closed under a live table ends the run so too', async () => {
  const cwd = await folderWith({ 'scenario.ts': getting(server.url, '/wait/5') });
  const command = [process.execPath, program, 'run', 'scenario.ts', '--threads', '1', '-u', '4', '-r', '100', '--summary-export', 'summary.json', '--stop-timeout', '5'];
  const { code, shown } = JSON.parse(await runPython('test/fixtures/hangUp.py', JSON.stringify({ command, cwd, until: 'Aggregated' }))) as { readonly code: number; readonly shown: string };
  expect([code, code === 129 ? '' : shown]).toEqual([129, '']);
  const { total } = JSON.parse(await readFile(join(cwd, 'summary.json'), 'utf8')) as SummaryFile;
  expect(total.numRequests).toBe(server.total());
});

test('SIGHUP ends a worker as SIGTERM does: the master gets every sample, then quit', async () => {
  await FakeMaster.with({}, async (master) => {
    const cwd = await folderWith({ 'scenario.ts': getting(server.url, '/wait/5') });
    const worker = new Command(program, ['worker', 'scenario.ts', '--master-host', '127.0.0.1', '--master-port', String(master.port), '--threads', '2', '--stop-timeout', '5'], { cwd });
    await master.registered();
    master.spawn({ Visitor: 4 }, { stopTimeoutSec: 5 });
    await server.whenAnswered(100);
    worker.signal('SIGHUP');
    expect((await worker.ended).code).toBe(0);
    const rows = master.of('stats').flatMap((frame) => fieldsOf(frame)['stats']).flat().filter(isFields);
    expect(rows.reduce((sum, row) => sum + Number(row['num_requests']), 0)).toBe(server.total());
    expect(master.of('quit')).toHaveLength(1);
  });
});

test('the next start removes the folder of a killed process, and nobody else\'s', async () => {
  const cwd = await folderWith({ 'scenario.ts': getting(server.url, '/wait/5'), 'tmp/boomer-node-notes/mine.txt': 'x' });
  const env = { TMPDIR: join(cwd, 'tmp') };
  const start = async (): Promise<Command> => {
    const command = new Command(program, ['run', 'scenario.ts', '--threads', '1'], { cwd, env });
    const answered = server.total();
    await server.whenAnswered(answered + 1);
    return command;
  };
  const ours = async (): Promise<readonly string[]> => (await readdir(env.TMPDIR)).filter((name) => name !== 'boomer-node-notes');
  const killed = await start();
  const [left = ''] = await ours();
  killed.kill();
  await killed.ended;
  // As if another computer, which shares the folder, ran a process of that number.
  await mkdir(join(env.TMPDIR, 'boomer-node-other'));
  const owner = JSON.parse(await readFile(join(env.TMPDIR, left, '.owner'), 'utf8')) as object;
  await writeFile(join(env.TMPDIR, 'boomer-node-other', '.owner'), JSON.stringify({ ...owner, system: 'another' }));
  const living = await start();
  const kept = (await ours()).filter((name) => name !== left);
  expect(kept).toHaveLength(2);
  expect((await boomer(['run', 'scenario.ts', '--list'], { cwd, env })).code).toBe(0);
  expect([...(await ours())].sort()).toEqual([...kept].sort());
  living.signal('SIGTERM');
  await living.ended;
  expect(await ours()).toEqual(['boomer-node-other']);
});

test.each([['is not there', 'nowhere'], ['is a file', 'scenario.ts']])('a temporary folder that %s ends the start with a sentence', async (_, name) => {
  const cwd = await folderWith({ 'scenario.ts': getting(server.url, '/') });
  const { code, stderr } = await boomer(['run', 'scenario.ts'], { cwd, env: { TMPDIR: join(cwd, name) } });
  expect([code, stderr.split('\n').length]).toEqual([2, 2]);
  expect(stderr).toMatch(/^boomer-node: the scenario is compiled into a temporary folder, and .* takes none: Error: E\w+: .*\. Set TMPDIR to a folder that can be written\n$/u);
});
