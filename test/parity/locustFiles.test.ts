/**
 * The same samples, second by second, through Locust's own writers of files and through ours: the files hold the same
 * columns, rows, types and numbers. Percentiles may differ by what Locust rounds away.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvOutput } from '../../src/outputs/csv/csvOutput.ts';
import { jsonFileOutput } from '../../src/outputs/locustJson.ts';
import { Outputs } from '../../src/outputs/outputs.ts';
import { runPython } from '../support/runPython.ts';
import { bookScene, sceneStartSec } from '../unit/outputs/bookScene.ts';
import { aMoment, aResult, aStart } from '../unit/outputs/runExamples.ts';

type Sample = readonly [atSec: number, method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null];
type Table = readonly (readonly string[])[];
type Entries = { readonly fields: string[][]; readonly typed: Record<string, string>; readonly averages: Record<string, number>; readonly isLaidOutAlike: boolean };
type Answer = { readonly locust: Record<string, Table>; readonly ours: Record<string, Table>; readonly locustJson: Entries; readonly oursJson: Entries };

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const seconds = 20;
const exceptions = [['boom, "quoted"', 'Traceback (most recent call last):\n  line 1\nError: boom']] as const;

/** Halves and eighths, which floats hold exactly whatever the order of sums; a smooth spread of response times. */
function samples(): readonly Sample[] {
  const list: Sample[] = [];
  for (let index = 0; index < 8 * seconds * 10; index++) {
    const atSec = Math.floor(index / 10) / 8;
    list.push([atSec, 'GET', '/a', 20 + ((index * 37) % 800) / 8, 100 + (index % 5), null]);
    if (index % 4 === 0) list.push([atSec, 'POST', '/a', 150 + ((index * 11) % 1000) / 2, 7, index % 8 === 0 ? `status ${500 + (index % 3)}` : null]);
    if (index % 50 === 0) list.push([atSec, 'GET', 'list, "quoted"\nsecond line é\u{1F600}', 0.375, 0, '<Thing object at 0x7f00aa>, "no" more']);
    if (index % 90 === 0) list.push([atSec, 'ws', 'untimed', null, 3, null]);
  }
  list.push([seconds - 0.125, 'late', '/once', 1234.5, 1, null]);
  return list;
}

async function filesOf(fullHistory: boolean): Promise<Answer> {
  const all = samples();
  const prefix = join(folder, `ours_${fullHistory}/run`);
  const { book, recorder, tickAt } = bookScene();
  const problems: string[] = [];
  const outputs = new Outputs([csvOutput({ prefix, fullHistory }), jsonFileOutput(prefix)], (_level, text) => problems.push(text));
  await outputs.onStart(aStart());
  for (let second = 0; second <= seconds; second++) {
    for (const [atSec, method, name, elapsedMs, bytes, error] of all) {
      if (atSec >= second - 1 && atSec < second) recorder.record(method, name, elapsedMs, bytes, error, atSec * 1_000);
    }
    if (second > 0) for (const [message, trace] of exceptions) book.addException(message, trace, 1, sceneStartSec + second);
    const delta = tickAt(second * 1_000, 3);
    outputs.onEvent(aMoment({ atSec: sceneStartSec + second, elapsedMs: second * 1_000, userCount: 3, delta, stats: book.stats }));
  }
  const result = aResult({ stats: book.stats, history: book.history, endSec: sceneStartSec + seconds });
  expect([(await outputs.onStop(result)).failed, problems]).toEqual([[], []]);
  const asked = { folder, prefix, jsonFile: `${prefix}.json`, startSec: sceneStartSec, seconds, users: 3, fullHistory, samples: all, exceptions };
  return JSON.parse(await runPython(join(import.meta.dirname, 'locustFiles.py'), JSON.stringify(asked))) as Answer;
}

/** Columns whose numbers Locust rounds to two digits. */
const isRounded = (column: string): boolean => column.endsWith('%') || column.includes('Median');

function typeOf(cell: string): string {
  if (/^-?\d+$/u.test(cell)) return 'int';
  return /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/u.test(cell) ? 'float' : 'text';
}

/** Compares cell by cell; rounded columns within `share` of the value and one millisecond. */
function expectAlike(ours: Table, locust: Table, share: number): void {
  const [head = []] = locust;
  expect(ours[0]).toEqual(head);
  const rounded = head.map(isRounded);
  const exact = (table: Table): Table => table.map((row) => row.filter((_cell, column) => rounded[column] === false));
  expect(exact(ours)).toEqual(exact(locust));
  expect(ours.map((row) => row.map(typeOf))).toEqual(locust.map((row) => row.map(typeOf)));
  const far: string[] = [];
  for (const [line, row] of locust.entries()) {
    for (const [column, cell] of row.entries()) {
      if (line === 0 || rounded[column] !== true || cell === 'N/A') continue;
      const mine = Number(ours[line]?.[column]);
      if (!(Math.abs(mine - Number(cell)) <= 1 + share * Number(cell))) far.push(`line ${line}, ${head[column] ?? ''}: ${mine} and Locust's ${cell}`);
    }
  }
  expect(far).toEqual([]);
}

let plain: Answer;
beforeAll(async () => {
  plain = await filesOf(false);
});

test('the CSV files are those that Locust writes', () => {
  const { ours, locust } = plain;
  for (const suffix of ['_stats.csv', '_stats_history.csv']) expectAlike(ours[suffix] ?? [], locust[suffix] ?? [], 0.05);
  expect(ours['_stats_history.csv']).toHaveLength(seconds + 2);
  expect(ours['_failures.csv']).toEqual(locust['_failures.csv']);
  expect(ours['_failures.csv']?.length).toBeGreaterThan(3);
  expect(ours['_exceptions.csv']).toEqual(locust['_exceptions.csv']);
  // The bytes too: line ends and quotes.
  for (const suffix of ['_failures.csv', '_exceptions.csv']) {
    expect(readFileSync(join(folder, `ours_false/run${suffix}`), 'utf8')).toBe(readFileSync(join(folder, `locust${suffix}`), 'utf8'));
  }
});

test('the JSON file is one that Locust reads as its own', () => {
  const { oursJson, locustJson } = plain;
  expect(oursJson.fields[0]).toEqual(locustJson.fields[0]);
  expect(oursJson.typed).toEqual(locustJson.typed);
  expect(oursJson.averages).toEqual(locustJson.averages);
  expect(oursJson.isLaidOutAlike).toBe(true);
});

test('the full history has a line for each row and second, with percentiles of the last ten seconds', async () => {
  const { ours, locust } = await filesOf(true);
  const [ofOurs = [], ofLocust = []] = [ours, locust].map((files) => files['_stats_history.csv'] ?? []);
  expect(ofOurs).toHaveLength(ofLocust.length);
  // Locust's window is nine to ten seconds, ours ten, also where Locust's is still empty: in a row's first seconds.
  const tails = (ofLocust[0] ?? []).map((column) => /^(?:9[89].*|100)%$/u.test(column));
  const comparable = (table: Table): Table => table
    .filter((row, line) => line === 0 || (Number(row[0]) >= sceneStartSec + 10 && row[3] !== '/once'))
    .map((row) => row.filter((_cell, column) => tails[column] === false));
  expectAlike(comparable(ofOurs), comparable(ofLocust), 0.1);
});
