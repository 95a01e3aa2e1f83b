/** The benchmark itself: that it runs and prints what it measured. What the figures are is not for a shared machine to judge. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';

import { TestProcesses } from '../support/processes.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { folderWith, tidy } from './command.ts';

afterEach(tidy);

async function bench(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['bench/run.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
  return { code, out, err };
}

test('a quick round prints a row for each line that was named, and no other', async () => {
  const { code, out, err } = await bench('startUp', 'reportCost', '--quick');
  expect(err).toContain('reportCost 1/1');
  expect(code).toBe(0);
  const rows = out.split('\n').filter((line) => line.startsWith('| '));
  expect(rows[2]).toMatch(/the master's ack.* \d+ ms +\| node -e 0: \d+(\.\d+)? ms +\| \d+\.\d\d +\| ≤ 500 ms/u);
  expect(rows[4]).toMatch(/report with 1 000 names.*\d ms \(read/u);
  expect(rows.slice(4).filter((row) => !/^\| +(?:report with \d+ 000 names|in turns: longest standstill)/u.test(row))).toEqual([]);
});

test('one that is ended in the middle leaves no program and no folder', async () => {
  const temporary = await folderWith({});
  await using processes = new TestProcesses();
  const program = Program.start(processes, ['bench/run.mjs', 'httpFeatures', '--quick'], { TMPDIR: temporary });
  await program.find(/httpFeature\.js/u);
  program.child.signal('SIGTERM');
  expect(await program.ended()).toMatchObject({ code: 143 });
  await until('its programs are gone', async () => (await program.living()).length === 0);
  expect((await readdir(temporary)).filter((name) => name !== 'node_modules')).toEqual([]);
});

test('an unknown line is refused with the names of those that exist', async () => {
  const { code, err } = await bench('warpSpeed');
  expect(code).toBe(2);
  expect(err).toContain('no benchmark is called "warpSpeed": there are peers, urls, requests, userCounts, httpUser,');
});
