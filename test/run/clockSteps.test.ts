/**
 * The wall clock is set while a run is under way (NTP, an operator, a machine that wakes up): no duration, rate or comparison
 * hears of it. The clock is set in the process under test, main thread and load threads alike.
 */
import { join } from 'node:path';
import { Command, program } from '../cli/command.ts';
import { startRun, tidy, type Run } from './running.ts';

const minuteMs = 60_000;
const steps = { none: 0, 'an hour back': -60 * minuteMs, 'ten minutes on': 10 * minuteMs, 'an hour on': 60 * minuteMs } as const;

/** Once there is a file `stepped`, the wall clock is another. */
const clock = `
import { existsSync } from 'node:fs';
const RealDate = Date;
const now = () => RealDate.now() + (existsSync('stepped') ? Number(process.env.STEP_MS) : 0);
globalThis.Date = class Date extends RealDate {
  constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
  static now() { return now(); }
};
`;

/** 40 requests a second, fewer on a busy machine; by a clock that was set they would be less than one. It is set in the midst of it. */
const scenario = `
import { writeFileSync } from 'node:fs';
import { User, constantThroughput, task } from 'boomer-node';
let seen = 0;
export class Paced extends User {
  waitTime = constantThroughput(10);
  @task
  async pay() {
    const startedAt = performance.now();
    const wallMs = Date.now();
    await this.sleep(0.005);
    this.record({ type: 'x', name: '/pay', elapsedMs: performance.now() - startedAt, startedAt, error: seen % 10 === 0 ? 'tenth' : null });
    if (++seen === 40) writeFileSync('stepped', '');
    if (Math.abs(Date.now() - wallMs) > 300_000) this.record({ type: 'clock', name: 'was set', elapsedMs: 1 });
  }
}
`;

let runs: ReadonlyMap<string, Run>;

beforeAll(async () => {
  const started = Object.entries(steps).map(async ([name, stepMs]) => {
    const args = ['-u', '4', '-r', '100', '-t', '4s', '--summary-export', 'summary.json', '--csv', 'out', '--json-file', 'locust', '--threshold', 'x /pay: rps>5', '--threshold', 'x /pay: rps<60', '--exit-code-on-error', '0'];
    const { ended } = await startRun(scenario, args, { 'clock.mjs': clock }, { env: { STEP_MS: String(stepMs), NODE_OPTIONS: '--import ./clock.mjs' } });
    return [name, await ended] as const;
  });
  runs = new Map(await Promise.all(started));
});

afterAll(tidy);

const runOf = (name: string): Run => {
  const run = runs.get(name);
  if (run === undefined) throw new Error(`no run with ${name}`);
  return run;
};

test.each(Object.keys(steps))('%s: the run is as long as it was, in every file', async (name) => {
  const run = runOf(name);
  const [, shownSec] = /PASS .* in 0m(\d\d\.\d)s/u.exec(run.stderr) ?? [];
  expect(Number(shownSec)).toBeGreaterThanOrEqual(4);
  expect(Number(shownSec)).toBeLessThan(7 + run.lostMs / 1000);
  expect(run.code).toBe(0);
  const { meta, total, rows, history } = await run.summary();
  expect(rows.some(({ method }) => method === 'clock')).toBe(name !== 'none');
  expect(meta.countedMs).toBeGreaterThanOrEqual(4_000);
  expect(meta.countedMs).toBeLessThan(7_000 + run.lostMs);
  expect(total.requestsPerSec).toBeCloseTo((1000 * total.numRequests) / meta.countedMs, 3);
  const seconds = total.perSecond.map(([second]) => second);
  expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThan(8 + run.lostMs / 1000);
  for (const [index, point] of history.entries()) {
    expect(point.requestsPerSec).toBeLessThan(100);
    expect(point.atSec - (history[index - 1]?.atSec ?? meta.countedFromSec)).toBeGreaterThan(0);
    expect(point.atSec - (history[index - 1]?.atSec ?? meta.countedFromSec)).toBeLessThan(3 + run.lostMs / 1000);
  }
  const entries = JSON.parse(await run.read('locust.json')) as { name: string; start_time: number; last_request_timestamp: number }[];
  const [pay] = entries.filter((entry) => entry.name === '/pay');
  expect((pay?.last_request_timestamp ?? 0) - (pay?.start_time ?? 0)).toBeGreaterThan(3 - run.lostMs / 1000);
  expect((pay?.last_request_timestamp ?? 0) - (pay?.start_time ?? 0)).toBeLessThan(7 + run.lostMs / 1000);
  // Requests/s of the last line, the total: Locust counts from the first request to the last one.
  const table = (await run.read('out_stats.csv')).trim().split(/\r?\n/u).map((line) => line.split(','));
  const perSec = Number(table.at(-1)?.[table[0]?.indexOf('Requests/s') ?? -1]);
  expect(perSec / total.requestsPerSec).toBeGreaterThan(0.5);
  expect(perSec / total.requestsPerSec).toBeLessThan(2);
});

test.each(Object.keys(steps).slice(1))('%s: no other throughput than the run before', async (name) => {
  const { stdout } = await new Command(program, ['compare', join(runOf('none').folder, 'summary.json'), join(runOf(name).folder, 'summary.json'), '--json']).ended;
  const { comparisons } = JSON.parse(stdout) as { comparisons: { name: string; metric: string; change: number; outcome: string }[] };
  const throughput = comparisons.find((one) => one.name === '/pay' && one.metric === 'throughput');
  const rate = async (run: Run): Promise<number> => (await run.summary()).rows.find((row) => row.name === '/pay')?.requestsPerSec ?? Number.NaN;
  // As much as the runs differed in truth.
  const change = (await rate(runOf(name))) / (await rate(runOf('none'))) - 1;
  expect(Math.abs((throughput?.change ?? Number.NaN) - change)).toBeLessThan(0.4);
});
