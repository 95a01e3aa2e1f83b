import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { htmlOutput, htmlReport } from '../../../../src/outputs/html/htmlReport.ts';
import { exampleResult } from './exampleResult.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'html-output-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const result = exampleResult({ rows: [{ method: 'GET', name: '/', timesMs: [1, 2, 3] }] });

it('writes the report when the run has ended, and nothing before', async () => {
  const path = join(folder, 'report.html');
  const output = htmlOutput(path);
  await output.onStart?.(result.start);
  expect(await readdir(folder)).toEqual([]);
  expect(output.files?.()).toEqual([]);
  await output.onStop?.(result);
  expect(await readFile(path, 'utf8')).toBe(htmlReport(result));
  expect(output.files?.()).toEqual([path]);
});

it('refuses at the start what cannot be written, with the path and the reason', async () => {
  await expect(async () => htmlOutput(folder).onStart?.(result.start)).rejects.toThrow(`cannot write ${folder}: EISDIR`);
});
