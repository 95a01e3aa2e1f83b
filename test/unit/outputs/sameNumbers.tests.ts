/** One scripted run through every output that writes: all tell the same counts, to the request. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { endReport } from '../../../src/outputs/console/endReport.ts';
import { csvOutput } from '../../../src/outputs/csv/csvOutput.ts';
import { githubOutput } from '../../../src/outputs/github.ts';
import { htmlOutput } from '../../../src/outputs/html/htmlReport.ts';
import { junitOutput } from '../../../src/outputs/junit.ts';
import { jsonFileOutput } from '../../../src/outputs/locustJson.ts';
import { Outputs } from '../../../src/outputs/outputs.ts';
import { summaryOutput, type SummaryFile } from '../../../src/outputs/summary.ts';
import { histogramCodec } from '../../../src/stats/histogram.ts';
import { bookScene, sceneStartSec } from './bookScene.ts';
import { aMoment, aResult, aStart } from './runExamples.ts';

/** `METHOD name` → requests and failures. */
type Counts = Record<string, readonly [requests: number, failures: number]>;

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-same-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
/** Lines of a CSV file by their columns. */
const records = (name: string): Record<string, string>[] => parse(read(name), { columns: true, record_delimiter: '\r\n' });

const expected: Counts = { 'GET /a': [300, 0], 'GET /b': [101, 34], 'POST /a': [7, 7], 'ws untimed': [3, 0], ' Aggregated': [411, 41] };
const bytesOfAll = 3 * 300 + 5 * 101 + 7 * 11 + 3 * 2;

beforeAll(async () => {
  const { book, recorder, tickAt } = bookScene();
  const outputs = new Outputs([
    csvOutput({ prefix: at('run'), fullHistory: true }), jsonFileOutput(at('locust')), summaryOutput(at('summary.json')), htmlOutput(at('run.html')),
    junitOutput(at('junit.xml')), githubOutput({ GITHUB_STEP_SUMMARY: at('step.md') }),
  ], (_level, text) => {
    throw new Error(text);
  });
  await outputs.onStart(aStart());
  for (let second = 1; second <= 6; second++) {
    const endMs = second * 1_000 - 500;
    for (let index = 0; index < 50; index++) recorder.record('GET', '/a', 1 + index * 0.37, 3, null, endMs);
    for (let index = (second - 1) * 17; index < Math.min(101, second * 17); index++) recorder.record('GET', '/b', 250 + index, 5, index % 3 === 0 ? `status ${500 + (index % 2)}` : null, endMs);
    if (second % 2 === 0) recorder.record('ws', 'untimed', null, 2, null, endMs);
    const delta = tickAt(second * 1_000);
    outputs.onEvent(aMoment({ atSec: sceneStartSec + second, elapsedMs: second * 1_000, delta, stats: book.stats, history: book.history }));
  }
  // What ends after the last second is told by the result alone.
  for (let index = 0; index < 7; index++) recorder.record('POST', '/a', 900, 11, 'reset', 6_100);
  tickAt(6_150);
  const verdict = { passed: false, reasons: ['41 of 411 requests failed'] };
  const result = aResult({ stats: book.stats, history: book.history, verdict, exitCode: 1 });
  expect((await outputs.onStop(result)).failed).toEqual([]);
  expect(outputs.files()).toHaveLength(8);
  consoleText = endReport(result, { columns: 160, colours: false, files: outputs.files() });
});
let consoleText = '';

test('Locust\'s table of requests', () => {
  const counts = records('run_stats.csv').map((line) => [`${line['Type'] ?? ''} ${line['Name'] ?? ''}`, [Number(line['Request Count']), Number(line['Failure Count'])]] as const);
  expect(Object.fromEntries(counts)).toEqual(expected);
});

test('the last lines of Locust\'s history', () => {
  const lines = records('run_stats_history.csv');
  const last = lines.slice(-Object.keys(expected).length);
  const counts = last.map((line) => [`${line['Type'] ?? ''} ${line['Name'] ?? ''}`, [Number(line['Total Request Count']), Number(line['Total Failure Count'])]] as const);
  expect(Object.fromEntries(counts)).toEqual(expected);
});

test('Locust\'s table of failures', () => {
  const lines = records('run_failures.csv');
  expect(lines.reduce((sum, line) => sum + Number(line['Occurrences']), 0)).toBe(41);
});

test('Locust\'s JSON', () => {
  type Entry = { method: string; name: string; num_requests: number; num_failures: number; num_none_requests: number; response_times: Record<string, number>; num_reqs_per_sec: Record<string, number>; total_content_length: number };
  const entries = JSON.parse(read('locust.json')) as Entry[];
  const { ' Aggregated': total, ...rows } = expected;
  expect(Object.fromEntries(entries.map((entry) => [`${entry.method} ${entry.name}`, [entry.num_requests, entry.num_failures]]))).toEqual(rows);
  const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(entries.reduce((sum, entry) => sum + sumOf(entry.num_reqs_per_sec), 0)).toBe(total?.[0]);
  expect(entries.reduce((sum, entry) => sum + sumOf(entry.response_times) + entry.num_none_requests, 0)).toBe(total?.[0]);
  expect(entries.reduce((sum, entry) => sum + entry.total_content_length, 0)).toBe(bytesOfAll);
});

test('the summary, in its rows, histograms, seconds and history', async () => {
  const { decoded } = await histogramCodec();
  const { rows, total, errors, history } = JSON.parse(read('summary.json')) as SummaryFile;
  expect(Object.fromEntries([...rows, total].map(({ method, name, numRequests, numFailures }) => [`${method} ${name}`, [numRequests, numFailures]]))).toEqual(expected);
  for (const row of [...rows, total]) {
    expect(decoded(row.histogram)?.reduce((sum, [, count]) => sum + count, row.numNoneRequests)).toBe(row.numRequests);
    expect(row.perSecond.reduce((sum, [, requests]) => sum + requests, 0)).toBe(row.numRequests);
    expect(row.perSecond.reduce((sum, [, , failures]) => sum + failures, 0)).toBe(row.numFailures);
  }
  expect(total.contentBytes).toBe(bytesOfAll);
  expect(errors.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(41);
  const fromHistory = history.reduce((sum, { requestsPerSec, elapsedMs }, index) => sum + (requestsPerSec * (elapsedMs - (history[index - 1]?.elapsedMs ?? 0))) / 1_000, 0);
  expect(fromHistory).toBeCloseTo(411, 6);
});

test('the HTML report', () => {
  const text = /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/u.exec(read('run.html'))?.[1] ?? '';
  const { rows, total } = JSON.parse(text) as Record<'rows', { method: string; name: string; requests: number; failures: number }[]> & { total: { requests: number; failures: number } };
  const { ' Aggregated': ofTotal, ...ofRows } = expected;
  expect(Object.fromEntries(rows.map(({ method, name, requests, failures }) => [`${method} ${name}`, [requests, failures]]))).toEqual(ofRows);
  expect([total.requests, total.failures]).toEqual(ofTotal);
});

test('JUnit', () => {
  const xml = read('junit.xml');
  expect([...xml.matchAll(/message="(\d+) of (\d+) requests failed" type/gu)].map(([, failures, requests]) => [Number(requests), Number(failures)])).toEqual([
    expected['POST /a'], expected['GET /b'], expected[' Aggregated'],
  ]);
  expect(xml).toContain('<testsuites name="boomer-node" tests="5" failures="3"');
});

test('the step summary', () => {
  const lines = read('step.md').split('\n').filter((line) => / ms \|$/u.test(line) || line.includes('untimed'));
  const counts = lines.map((line) => {
    const [, method = '', name = '', requests, failures = ''] = line.split('|').map((cell) => cell.trim());
    return [`${method} ${name.replaceAll('**', '')}`, [Number(requests), Number(failures.replace(/^\*\*(\d+)\*\*.*$/u, '$1'))]] as const;
  });
  expect(Object.fromEntries(counts)).toEqual(expected);
});

test('the console', () => {
  for (const [name, [requests, failures]] of Object.entries(expected)) {
    const pattern = new RegExp(`^ *${name.trim().replace(' ', ' +')} +${requests} +${failures}\\(`, 'mu');
    expect(consoleText).toMatch(pattern);
  }
});
