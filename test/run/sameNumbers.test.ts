/** One run, every consumer: what the server answered is what each of them says, to the request. */
import { parse } from 'csv-parse/sync';
import { histogramCodec } from '../../src/stats/histogram.ts';
import { getting, runToEnd, tidy, type Run } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

const taskRuns = 3_000;
let server: ScriptedServer;
let run: Run;

beforeAll(async () => {
  server = await startScriptedServer();
  run = await runToEnd(getting(server.url, '/ok', '/every/7', '/noisy'), [
    ...['-u', '20', '-r', '20', '-i', String(taskRuns), '--csv', 'out/run', '--csv-full-history', '--json-file', 'locust', '--summary-export', 'summary.json'],
    ...['--html', 'report.html', '--junit', 'junit.xml', '--request-log', 'requests.ndjson', '--json'],
  ]);
});

afterAll(async () => {
  await server.close();
  await tidy();
});

type Counts = ReadonlyMap<string, readonly [requests: number, failures: number]>;

const truth = (): Counts => new Map([...server.answered].sort().map(([path, count]) => [path, [count, server.failed.get(path) ?? 0]]));

test('the run does as many tasks as it was asked for, and fails with 1 because requests failed', () => {
  expect(server.total()).toBe(taskRuns);
  expect(server.failed.get('/every/7')).toBeGreaterThan(100);
  expect(run.code).toBe(1);
});

test('the summary', async () => {
  const { rows, total } = await run.summary();
  expect(new Map(rows.map((row) => [row.name, [row.numRequests, row.numFailures]]))).toEqual(truth());
  expect([total.numRequests, total.numFailures]).toEqual([taskRuns, server.failed.get('/every/7')]);
  const { decoded } = await histogramCodec();
  expect(decoded(total.histogram)?.reduce((sum, [, count]) => sum + count, 0)).toBe(taskRuns);
  expect(total.perSecond.reduce((sum, [, requests]) => sum + requests, 0)).toBe(taskRuns);
});

test("Locust's CSV files", async () => {
  const table = async (name: string): Promise<Record<string, string>[]> => parse(await run.read(`out/run_${name}.csv`), { columns: true });
  const stats = await table('stats');
  const counts = new Map(stats.map((row) => [row['Name'] ?? '', [Number(row['Request Count']), Number(row['Failure Count'])]] as const));
  expect(counts.get('Aggregated')).toEqual([taskRuns, server.failed.get('/every/7')]);
  counts.delete('Aggregated');
  expect(counts).toEqual(truth());
  const [failure] = await table('failures');
  expect(Number(failure?.['Occurrences'])).toBe(server.failed.get('/every/7'));
  const history = (await table('stats_history')).filter((row) => row['Name'] === 'Aggregated');
  expect(Number(history.at(-1)?.['Total Request Count'])).toBe(taskRuns);
  expect(await table('exceptions')).toEqual([]);
});

test("Locust's JSON, as a file and alone on stdout", async () => {
  const file = JSON.parse(await run.read('locust.json')) as { name: string; num_requests: number; num_failures: number }[];
  expect(new Map(file.map((row) => [row.name, [row.num_requests, row.num_failures]]))).toEqual(truth());
  expect(JSON.parse(run.stdout)).toEqual(file);
});

test('the console', () => {
  const rows = new Map([...run.stderr.matchAll(/^(?:GET)?\s+(\/\S+|Aggregated)\s+(\d+)\s+(\d+)\(/gmu)].map(([, name = '', requests, failures]) => [name, [Number(requests), Number(failures)]]));
  expect(rows.get('Aggregated')).toEqual([taskRuns, server.failed.get('/every/7')]);
  rows.delete('Aggregated');
  expect(rows).toEqual(truth());
  expect(run.stderr).toMatch(/FAIL.*requests failed/u);
});

test('the request log has a line for each request', async () => {
  const lines = (await run.read('requests.ndjson')).trimEnd().split('\n').map((line) => JSON.parse(line) as { name: string; error: string | null });
  const counts = new Map<string, [number, number]>();
  for (const { name, error } of lines) {
    const [requests, failures] = counts.get(name) ?? [0, 0];
    counts.set(name, [requests + 1, failures + (error === null ? 0 : 1)]);
  }
  expect(new Map([...counts].sort())).toEqual(truth());
});

test('JUnit and HTML', async () => {
  const junit = await run.read('junit.xml');
  const html = await run.read('report.html');
  for (const [path, [requests, failures]] of truth()) {
    expect(html).toContain(`"${path}"`);
    if (failures > 0) expect(junit).toMatch(new RegExp(`${failures} of ${requests}`, 'u'));
  }
});

test('percentiles lie within what HDR allows of the response times in the request log', async () => {
  const times = (await run.read('requests.ndjson')).trimEnd().split('\n').map((line) => (JSON.parse(line) as { elapsed_ms: number }).elapsed_ms);
  times.sort((one, other) => one - other);
  const { total } = await run.summary();
  for (const percent of [50, 95, 99]) {
    const exact = times[Math.ceil((percent / 100) * times.length) - 1] ?? Number.NaN;
    const told = total.percentilesMs[String(percent)] ?? Number.NaN;
    // Three significant digits, and the microsecond that the histogram counts in.
    expect(Math.abs(told - exact)).toBeLessThanOrEqual(0.001 * exact + 0.001);
  }
  expect(total.maxMs).toBeCloseTo(times.at(-1) ?? Number.NaN, 3);
});
