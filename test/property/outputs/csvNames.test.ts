/** Locust's CSV files of thousands of names. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { csvOutput } from '../../../src/outputs/csv/csvOutput.ts';
import { bookScene } from '../../unit/outputs/bookScene.ts';
import { aMoment, aResult, aStart } from '../../unit/outputs/runExamples.ts';

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

const table = (path: string): string[][] => parse(readFileSync(path, 'utf8'), { record_delimiter: '\r\n' });

test('thousands of names leave the main thread to others while they are written', async () => {
  const prefix = join(folder, 'many');
  const output = csvOutput({ prefix, fullHistory: true });
  await output.onStart?.(aStart());
  const { book, recorder, tickAt } = bookScene();
  for (let index = 0; index < 2_000; index++) recorder.record('GET', `/n/${index}`, 1 + (index % 900), 0, null, 500);
  const delta = tickAt(1_000);
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  output.onEvent?.(aMoment({ elapsedMs: 1_000, delta, stats: book.stats }));
  await output.onStop?.(aResult({ stats: book.stats }));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(20);
  const rows = table(`${prefix}_stats.csv`).slice(1);
  expect(table(`${prefix}_stats_history.csv`).slice(1).map(([, , , name]) => name)).toEqual(rows.map(([, name]) => name));
  expect(rows).toHaveLength(2_001);
  expect(rows.slice(0, -1).reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(Number(rows.at(-1)?.[2]));
});
