/** From files to exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCompare } from '../../../src/cli/compareCommand.ts';
import { compareFlags, compareOptions } from '../../../src/cli/compareCommand.ts';
import { summaryFormat, summaryVersion } from '../../../src/outputs/summary.ts';
import { type CountUs, histogramCodec } from '../../../src/stats/histogram.ts';

const folder = mkdtempSync(join(tmpdir(), 'compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function file(name: string, json: unknown): string {
  writeFileSync(at(name), typeof json === 'string' ? json : JSON.stringify(json));
  return at(name);
}

/** What compare reads of a summary, as version 1 of the file has it: 600 requests a row, of `lowestUs` to a tenth more, over 20 s. */
function summary(lowestUs: number, { names = ['/users'], plan = '10 users', isTrusted = true } = {}): Record<string, unknown> & { readonly total: V1Row; readonly rows: readonly V1Row[] } {
  const row = (method: string, name: string, times: number): V1Row => ({
    method,
    name,
    numRequests: 600 * times,
    numFailures: 0,
    histogramUs: Array.from({ length: 60 }, (_, slot): CountUs => [Math.round(lowestUs * (1 + slot / 600)), 10 * times]),
    perSecond: Array.from({ length: 20 }, (_, second) => [1_700_000_000 + second, (second % 2 === 0 ? 29 : 31) * times, 0]),
  });
  return {
    format: summaryFormat,
    version: 1,
    meta: { countedFromSec: 1_700_000_000, countedMs: 20_000, plan, host: null, threadCount: 1, version: 'boomer-node 1.0.0' },
    total: row('', 'Aggregated', names.length),
    rows: names.map((name) => row('GET', name, 1)),
    history: [],
    trust: { isTrusted, line: 'generator: late' },
  };
}

type V1Row = Readonly<Record<string, unknown>> & { readonly histogramUs: readonly CountUs[] };

function locustEntries(ms: number): unknown {
  const perSecond = Object.fromEntries(Array.from({ length: 20 }, (_, second) => [1_700_000_000 + second, 30]));
  const responseTimes = { [ms]: 400, [ms + 10]: 200 };
  return [{ name: '/users', method: 'GET', last_request_timestamp: 1_700_000_019.5, start_time: 1_700_000_000.2, num_requests: 600, num_none_requests: 0, num_failures: 0, total_response_time: 0, max_response_time: ms + 10, min_response_time: ms, total_content_length: 0, response_times: responseTimes, num_reqs_per_sec: perSecond, num_fail_per_sec: {} }];
}

async function compare(files: readonly string[], typed: Record<string, unknown> = {}, env: Record<string, string> = {}) {
  let stdout = '';
  let stderr = '';
  const code = await runCompare(compareOptions(typed, files), { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) }, env });
  return { code, stdout, stderr };
}

const base = file('base.json', summary(100_000));
const slower = file('slower.json', summary(150_000));

it('ends with 0 when nothing is worse, and shows why', async () => {
  const { code, stdout } = await compare([base, file('same.json', summary(100_100))]);
  expect(code).toBe(0);
  expect(stdout.replaceAll(folder, '')).toMatchSnapshot();
});

it('ends with 1 for a regression, in all its forms', async () => {
  const outputs = { markdown: at('out/compare.md'), junit: at('out/compare.xml') };
  const { code, stdout } = await compare([base, slower], outputs, { GITHUB_STEP_SUMMARY: file('step.md', 'before\n') });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^REGRESSION: 2 of 4 comparisons worse\n/u);
  expect(stdout).toMatch(/^GET \/users +p50 +105 ms +157 ms +\+50 % .*regression$/mu);
  const markdown = readFileSync(outputs.markdown, 'utf8');
  expect(markdown).toMatch(/^\| GET \/users \| p50 \| 105 ms \| 157 ms \| \+50 % \| .* \| 🔴 regression \|$/mu);
  expect(readFileSync(at('step.md'), 'utf8')).toBe(`before\n${markdown}`);
  const junit = readFileSync(outputs.junit, 'utf8');
  expect(junit).toContain('<testsuite name="compare" tests="6" failures="3"');
  expect(junit).toContain('message="p50 105 ms → 157 ms (+50 %)"');
});

it('prints JSON alone when asked to', async () => {
  const { stdout } = await compare([base, slower], { json: true });
  expect(JSON.parse(stdout)).toMatchObject({ passed: false, base: [base], head: slower, comparisons: [{ metric: 'p50', outcome: 'regression' }, {}, {}, {}, {}] });
});

it('is inconclusive, and not green, where most of it has too few requests', async () => {
  const few = (name: string, lowestUs: number): string => {
    const { rows, total, ...others } = summary(lowestUs);
    const row = (whole: V1Row): unknown => ({ ...whole, numRequests: 6, histogramUs: whole.histogramUs.slice(0, 6).map(([us]) => [us, 1]), perSecond: [[1_700_000_000, 3, 0], [1_700_000_001, 3, 0]] });
    return file(name, { ...others, total: row(total), rows: rows.map(row) });
  };
  const runs = [few('few.json', 100_000), few('fewer.json', 150_000)];
  const outputs = { markdown: at('few.md'), junit: at('few.xml') };
  const { code, stdout } = await compare(runs, outputs);
  expect([code, stdout.split('\n')[0]]).toEqual([2, expect.stringMatching(/^INCONCLUSIVE: too few requests for [345] of 5 comparisons/u)]);
  expect(readFileSync(outputs.markdown, 'utf8')).toContain('INCONCLUSIVE');
  expect(readFileSync(outputs.junit, 'utf8')).toMatch(/<skipped message="too few requests"\/>[^]*name="verdict"[^]*<failure message="INCONCLUSIVE/u);
  const json = await compare(runs, { json: true });
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { passed: false, inconclusive: true }]);
});

it('takes more base runs, which measure the noise', async () => {
  const again = (name: string, lowestUs: number): string => file(name, summary(lowestUs));
  const { code, stdout } = await compare([base, slower], { base: [again('b2.json', 140_000), again('b3.json', 90_000)] });
  expect([code, stdout]).toEqual([0, expect.stringContaining('no change (within the noise of the base runs, noise ±')]);
});

it('reads what this version writes as it reads version 1', async () => {
  const { encoded } = await histogramCodec();
  const inSlots = (lowestUs: number): ReturnType<typeof summary> => {
    const coarse = ({ histogramUs, ...row }: V1Row): V1Row => ({ ...row, histogramUs: histogramUs.map(([us, count]) => [us - (us % 128), count]) });
    const whole = summary(lowestUs);
    return { ...whole, total: coarse(whole.total), rows: whole.rows.map(coarse) };
  };
  const asWritten = (file: ReturnType<typeof summary>): unknown => {
    const row = ({ histogramUs, ...others }: V1Row): unknown => ({ ...others, histogram: encoded(histogramUs) });
    return { ...file, version: summaryVersion, total: row(file.total), rows: file.rows.map(row) };
  };
  const [before, after] = [inSlots(100_000), inSlots(120_000)];
  const asPairs = await compare([file('before.json', before), file('after.json', after)]);
  const asText = await compare([file('before.json', asWritten(before)), file('after.json', asWritten(after))]);
  expect(asText).toEqual(asPairs);
  expect(asText.code).toBe(1);
});

it('lists rows of one side, and what else there is to know', async () => {
  const head = file('head.json', summary(100_000, { names: ['/users', '/new | `row`'], plan: '20 users', isTrusted: false }));
  const { code, stdout } = await compare([file('two.json', summary(100_000, { names: ['/users', '/old'] })), head], { markdown: at('notes.md') });
  expect(code).toBe(0);
  for (const note of ['only in the base: GET /old', 'only in the head: GET /new | `row`', 'the runs differ in plan: 10 users | 20 users', 'not to be trusted: generator: late']) expect(stdout).toContain(note);
  expect(readFileSync(at('notes.md'), 'utf8')).toContain('GET /new &#124; &#96;row&#96;');
});

it('shows of many rows those that have changed', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `/row/${index}`);
  const many = summary(100_000, { names });
  const head = { ...many, rows: many.rows.map((row, index) => (index === 7 ? { ...row, histogramUs: [[200_000, 600]] } : row)) };
  const { stdout } = await compare([file('many.json', many), file('one.json', head)]);
  expect(stdout).toContain('* 29 more rows without a change');
  expect(stdout.match(/^(?:GET|Aggregated).*?(?= {2})/gmu)).toEqual(['Aggregated', 'GET /row/7']);
});

it('reads Locust\'s files, and says that they are coarse', async () => {
  const { code, stdout } = await compare([file('locust.json', locustEntries(100)), file('locust2.json', locustEntries(150))]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^GET \/users +p50 +104 ms +153 ms/mu);
  expect(stdout).toContain('a file of Locust\'s: response times are rounded to two digits');
});

it.each([
  ['a file that is not there', () => at('nowhere.json'), 'expected the summary of a run, but there is no such file'],
  ['no JSON', () => file('text.json', 'Hello'), 'text.json: expected JSON, but'],
  ['other JSON', () => file('other.json', { a: 1 }), 'expected a summary of boomer-node run (--summary-export) or Locust\'s --json-file'],
  ['an empty list', () => file('empty.json', []), 'there is no request in this run'],
  ['a version of the future', () => file('future.json', { ...summary(1), version: 3 }), 'this program reads versions 1 to 2 of the summary file, got 3'],
  ['a broken row', () => file('broken.json', { ...summary(1), rows: [{ method: 'GET', name: '/', numRequests: 'many' }] }), 'rows[0].'],
  ['a histogram that is none', () => file('torn.json', { ...summary(1), total: { ...summary(1).total, histogram: 'HISTFAAA!' } }), 'torn.json: total.histogram: expected a histogram of this program'],
  ['a run of other rows', () => file('strange.json', summary(100_000, { names: ['/other'] })), 'have no row in common'],
])('refuses %s', async (_, head, message) => {
  await expect(compare([base, head()])).rejects.toMatchObject({ name: 'BoomerError', message: expect.stringContaining(message) as string });
});

it.each([
  [{}, ['a.json'], 'compare expects two files, a base and a head, got "a.json" alone'],
  [{}, ['a', 'b', 'c'], 'are given with --base FILE each'],
  [{ 'min-change': '5' }, ['a', 'b'], '--min-change expects a share below 1 such as 2% or 0.02, got "5"'],
  [{ seed: ['1', '2'] }, ['a', 'b'], '--seed was given 2 times'],
  [{ markdown: 'shop.ts' }, ['a', 'b'], '--markdown expects a file to write, which is no code, got "shop.ts"'],
  [{ junit: './b' }, ['a', 'b'], '--junit names b, whose place it would take: expected a file of its own'],
  [{ base: 'c', markdown: 'c' }, ['a', 'b'], '--markdown names c, whose place it would take'],
  [{ markdown: 'x', junit: 'x' }, ['a', 'b'], '--junit names x, whose place it would take'],
])('refuses %j %j', (typed, files, message) => {
  expect(() => compareOptions(typed, files)).toThrow(message);
});

it('reads shares and repeated bases', () => {
  expect(compareOptions({ base: ['c', 'd'], 'min-change': '5 %', 'run-noise': '.03' }, ['a', 'b'])).toMatchObject({ base: ['a', 'c', 'd'], head: 'b', minChange: 0.05, assumedNoise: 0.03 });
  expect(Object.keys(compareFlags)).toEqual(['base', 'min-change', 'run-noise', 'seed', 'markdown', 'junit', 'json']);
});
