import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type GrowingFile, openGrowingFile } from '../../../../src/outputs/reportFile.ts';
import { csvOutput } from '../../../../src/outputs/csv/csvOutput.ts';
import { csvText, metricsHead } from '../../../../src/outputs/csv/csvTables.ts';
import { BoomerError } from '../../../../src/util/boomerError.ts';
import { bookScene, sceneStartSec } from '../bookScene.ts';
import { aMoment, aResult, aStart } from '../runExamples.ts';

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function table(path: string): string[][] {
  return parse(readFileSync(path, 'utf8'), { record_delimiter: '\r\n' });
}

test('a disk that was full for a while costs no line, and is told once for each try', async () => {
  const prefix = join(folder, 'full');
  let isFull = false;
  const openFile = async (path: string): Promise<GrowingFile> => {
    const file = await openGrowingFile(path);
    const guarded = (write: (text: string) => Promise<void>) => (text: string) =>
      isFull ? Promise.reject(new BoomerError('unwritable', `cannot write ${path}`)) : write(text);
    return { rewrite: guarded(file.rewrite), append: guarded(file.append), close: file.close };
  };
  const output = csvOutput({ prefix, fullHistory: false }, openFile);
  await output.onStart?.(aStart());
  const { book, recorder, tickAt } = bookScene();
  const problems: number[] = [];
  for (let second = 1; second <= 20; second++) {
    isFull = second < 15;
    recorder.record('GET', '/x', 10, 0, null, second * 1_000 - 1);
    const delta = tickAt(second * 1_000);
    try {
      output.onEvent?.(aMoment({ atSec: sceneStartSec + second, elapsedMs: second * 1_000, delta, stats: book.stats }));
    } catch {
      problems.push(second);
    }
    await new Promise(setImmediate);
  }
  await output.onStop?.(aResult({ stats: book.stats, endSec: sceneStartSec + 20 }));
  expect(problems).toEqual([2, 7, 12]);
  expect(table(`${prefix}_stats_history.csv`).slice(1).map(([at]) => Number(at) - sceneStartSec)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(table(`${prefix}_stats.csv`).map(([, name, count]) => [name, count])).toEqual([['Name', 'Request Count'], ['/x', '20'], ['Aggregated', '20']]);
});

test('a disk that stays full fails the end', async () => {
  const file: GrowingFile = { rewrite: () => Promise.reject(new BoomerError('unwritable', 'cannot write x')), append: () => Promise.resolve(), close: () => Promise.resolve() };
  const output = csvOutput({ prefix: join(folder, 'x'), fullHistory: false }, () => Promise.resolve(file));
  await output.onStart?.(aStart());
  await expect(output.onStop?.(aResult())).rejects.toThrow('cannot write x');
});

test('what came after the last moment is in the history and in the file, which got shorter lines before', async () => {
  const prefix = join(folder, 'deep/er/end');
  const output = csvOutput({ prefix, fullHistory: true });
  await output.onStart?.(aStart());
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', '/x', 1, 0, 'e', 500);
  output.onEvent?.(aMoment({ elapsedMs: 1_000, delta: tickAt(1_000), stats: book.stats }));
  recorder.record('GET', '/y', 2, 0, null, 1_500);
  tickAt(1_700, 4);
  await output.onStop?.(aResult({ stats: book.stats, history: book.history, endSec: sceneStartSec + 1.7 }));
  expect(table(`${prefix}_stats_history.csv`).slice(1).map(([at, users, , name]) => [at, users, name])).toEqual([
    ['1700000001', '10', '/x'], ['1700000001', '10', 'Aggregated'], ['1700000001', '4', '/x'], ['1700000001', '4', '/y'], ['1700000001', '4', 'Aggregated'],
  ]);
  expect(table(`${prefix}_failures.csv`)[1]).toEqual(['GET', '/x', 'e', '1', '2023-11-14T22:13:20Z', '2023-11-14T22:13:20Z']);
  expect(output.files?.()).toEqual(['_stats.csv', '_stats_history.csv', '_failures.csv', '_exceptions.csv'].map((suffix) => prefix + suffix));
});

test('metrics of an earlier run do not pass for those of a run that has none', async () => {
  const prefix = join(folder, 'again');
  writeFileSync(`${prefix}_metrics.csv`, 'of the run before');
  const output = csvOutput({ prefix, fullHistory: false });
  await output.onStart?.(aStart());
  expect(table(`${prefix}_metrics.csv`)).toEqual([metricsHead]);
  await output.onStop?.(aResult());
  expect(table(`${prefix}_metrics.csv`)).toEqual([metricsHead]);
  expect(output.files?.()).toContain(`${prefix}_metrics.csv`);
});

test('a file of metrics that cannot be written is said before the run, and leaves the other files as they were', async () => {
  const prefix = join(folder, 'taken');
  mkdirSync(`${prefix}_metrics.csv`);
  const output = csvOutput({ prefix, fullHistory: false });
  await expect(output.onStart?.(aStart())).rejects.toMatchObject({ code: 'unwritable', message: expect.stringContaining('taken_metrics.csv') as string });
  expect(existsSync(`${prefix}_stats.csv`)).toBe(false);
});

test('no spreadsheet runs a cell, and numbers stay numbers', () => {
  const cells = ['=HYPERLINK("http://x")', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', '-1', '+5', '-0.5', '1e+21', 'GET', '/a=b', ' =1', ''];
  const parsed = parse(csvText([cells]), { record_delimiter: '\r\n' });
  expect(parsed).toEqual([['\'=HYPERLINK("http://x")', "'+1+cmd", "'-2+3", "'@SUM(A1)", "'\t=1", "'\r=1", "'＝1", '-1', '+5', '-0.5', '1e+21', 'GET', '/a=b', ' =1', '']]);
});
