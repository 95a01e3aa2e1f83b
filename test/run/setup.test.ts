/** `setup()` and `teardown(data)` without a master: once, before the first user and after the last, for all threads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/command.ts';
import { Notes } from '../support/notes.ts';
import { runToEnd, startRun, tidy } from './running.ts';

afterAll(tidy);

const scenario = readFileSync(join(root, 'test/fixtures/clusterSetup.ts'), 'utf8');

test('each runs once, and all users of two threads get the data', async () => {
  await using notes = await Notes.open();
  const run = await runToEnd(scenario, ['-u', '6', '-r', '100', '-t', '1s', '--summary-export', 'summary.json'], {}, { env: { SETUP_NOTES: notes.path } });
  expect({ code: run.code, said: run.stderr }).toMatchObject({ code: 0 });
  const [first = '', second, ...others] = await notes.lines();
  expect([first.startsWith('setup token 0.'), second, others]).toEqual([true, first.replace('setup', 'teardown'), []]);
  const { rows } = await run.summary();
  expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 2 }, () => first.replace('setup ', '')));
});

test('a setup that fails ends the run before a user starts, with its error and exit code 107; there is no teardown', async () => {
  await using notes = await Notes.open();
  const run = await runToEnd(scenario, ['-u', '4', '-t', '20s', '--summary-export', 'summary.json'], {}, { env: { SETUP_NOTES: notes.path, SETUP_FAILS: '1' } });
  expect(run.stderr).toContain('setup failed: RangeError: no tenant is free');
  expect([run.code, (await run.summary()).rows, await notes.lines()]).toEqual([107, [], []]);
});

test('a teardown that never ends is cut short by a second Ctrl-C, and no thread is lost by it', async () => {
  await using notes = await Notes.open();
  const endless = `${scenario.replace(/export async function teardown[^]*?\n\}\n/u, '')}\nexport const teardown = (): Promise<void> => { console.log('tearing down'); return new Promise(() => undefined); };\n`;
  const { command, ended } = await startRun(endless, ['-u', '2', '-r', '100'], {}, { env: { SETUP_NOTES: notes.path } });
  await command.printed(/All users spawned/u);
  command.signal('SIGINT');
  await command.printed(/tearing down/u);
  command.signal('SIGINT');
  const { code, stderr } = await ended;
  expect([code, stderr.includes('teardown() has not ended, and is not waited for any longer'), stderr.includes('thread was lost')]).toEqual([130, true, false]);
});

test('tasks that are run once have the data, too', async () => {
  await using notes = await Notes.open();
  const checking = scenario.replace('ask() {', "ask() {\n    if (typeof this.environment.setupData['token'] !== 'string') throw new Error('no data');");
  const run = await runToEnd(checking, ['--run-tasks', 'ask', 'ask'], {}, { env: { SETUP_NOTES: notes.path } });
  expect({ code: run.code, said: run.stderr }).toMatchObject({ code: 0 });
  expect((await notes.lines()).map((line) => line.split(' ')[0])).toEqual(['setup', 'teardown']);
  const failed = await runToEnd(checking, ['--run-tasks', 'ask'], {}, { env: { SETUP_FAILS: '1' } });
  expect([failed.code, failed.stderr.includes('no data')]).toEqual([107, false]);
});
