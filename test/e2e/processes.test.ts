/** Children and their ends: whoever starts one knows that it is gone. */
import { type Child, describeExit, Processes } from '../../src/cluster/childProcess.ts';
import { Mark } from '../support/markedProcesses.ts';
import { until } from '../support/until.ts';

const sleeper = 'setInterval(() => {}, 1000); console.log("up");';
const stubborn = `process.on('SIGTERM', () => console.log('no')); ${sleeper}`;
const parent = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).once('spawn', () => console.log('up'));`;

const open: Processes[] = [];

function newProcesses(): Processes {
  const processes = new Processes();
  open.push(processes);
  return processes;
}

afterEach(async () => {
  for (const processes of open.splice(0)) await processes.stopAll();
});

/** Runs JavaScript and waits until it has printed `up`. */
async function startUp(processes: Processes, source: string, { name = 'child', graceMs = 3_000, env = process.env } = {}): Promise<Child> {
  const child = processes.start({ name, command: process.execPath, args: ['-e', source], graceMs, env });
  await until(`${name} is up`, () => child.lastLines.includes('up'));
  return child;
}

test('children are ended in reverse order, each gone before the next one is asked', async () => {
  const processes = newProcesses();
  const ends: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    const child = await startUp(processes, `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50)); ${sleeper}`, { name });
    void child.exit.then(({ code }) => ends.push(`${name} ${code}`));
  }
  await processes.stopAll();
  expect(ends).toEqual(['third 0', 'second 0', 'first 0']);
});

test('a child that does not obey is killed after its grace', async () => {
  const processes = newProcesses();
  const child = await startUp(processes, stubborn, { graceMs: 200 });
  expect(await child.stop()).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(child.lastLines).toContain('no');
});

test('a child is asked once, however many times it is stopped', async () => {
  const processes = newProcesses();
  const child = await startUp(processes, stubborn, { graceMs: 300 });
  await Promise.all([child.stop(), processes.stopAll(), processes.stopAll(), child.stop()]);
  expect(child.lastLines.filter((line) => line === 'no')).toHaveLength(1);
});

test('what a child started goes with it', async () => {
  const processes = newProcesses();
  const mark = new Mark();
  const child = await startUp(processes, parent, { env: mark.env() });
  expect(await mark.processes()).toHaveLength(2);
  await child.stop();
  await until('none is left', async () => (await mark.processes()).length === 0);
});

test('what a child left behind when it died goes too, and does not hold up its end', async () => {
  const processes = newProcesses();
  const mark = new Mark();
  const child = await startUp(processes, parent, { env: mark.env() });
  child.signal('SIGKILL');
  expect(await child.exit).toMatchObject({ signal: 'SIGKILL' });
  await until('none is left', async () => (await mark.processes()).length === 0);
});

test('the last lines before the end are kept, also one without a line break', async () => {
  const child = newProcesses().start({ name: 'talker', command: process.execPath, args: ['-e', 'for (let i = 0; i < 60; i++) console.log(i); process.stdout.write("end")'] });
  expect(await child.exit).toMatchObject({ code: 0 });
  expect(child.lastLines).toHaveLength(40);
  expect(child.lastLines.at(-1)).toBe('end');
});

test('a program that is not there is an end like others', async () => {
  const child = newProcesses().start({ name: 'nothing', command: 'there-is-no-such-program', args: [] });
  expect(describeExit(child.name, await child.exit)).toBe('nothing could not be started: spawn there-is-no-such-program ENOENT');
  await child.stop();
});

test('after stopAll nothing is started any more', async () => {
  const processes = newProcesses();
  await processes.stopAll();
  expect(() => processes.start({ name: 'late', command: process.execPath, args: [] })).toThrow('late is not started');
});
