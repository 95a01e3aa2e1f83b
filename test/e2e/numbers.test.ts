/**
 * The numbers that Locust derives (percentiles, averages, requests per second, users of a class) come out as the
 * truth has them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Scene, stopTimeout } from './scene.ts';
import { JsonReport, type Stats, type StatsRow, totalOf } from '../support/locustMaster.ts';
import { WorkerProcess } from '../support/worker.ts';
import { runPython } from '../support/runPython.ts';
import { until } from '../support/until.ts';

type Sample = { readonly name: string; readonly elapsedMs: number | null };

/** Deterministic, from microseconds to minutes, with ties of Locust's rounding and requests without a time. */
function makeSamples(): readonly Sample[] {
  let seed = 12_345;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const samples: Sample[] = [];
  for (let index = 0; index < 2_000; index++) samples.push({ name: '/skewed', elapsedMs: 0.05 * Math.exp(random() * 14) });
  for (let index = 0; index < 500; index++) samples.push({ name: '/even', elapsedMs: random() * 100 });
  for (const elapsedMs of [0, 0.5, 1.5, 2.5, 99.5, 105, 115, 145, 155, 994.9999, 995, 1050, 1150, 1250, 10_500, 11_500]) {
    samples.push({ name: '/ties', elapsedMs });
  }
  for (let index = 0; index < 20; index++) samples.push({ name: '/some-untimed', elapsedMs: index % 2 === 0 ? null : index * 10 });
  samples.push({ name: '/single', elapsedMs: 123.456 });
  return samples;
}

/** What does not depend on when the samples were recorded. */
function timeless(row: StatsRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !/_rps$|_per_sec$|^method$/.test(key)));
}

/** What a real master shows once a worker of ours has recorded `samples`. */
async function shownOf(samples: readonly Sample[], env: NodeJS.ProcessEnv = {}): Promise<Stats> {
  const folder = await mkdtemp(join(tmpdir(), 'boomer-node-e2e-'));
  try {
    const samplesFile = join(folder, 'samples.json');
    await writeFile(samplesFile, JSON.stringify(samples));
    await using scene = await Scene.open({
      scenario: 'test/fixtures/e2eSamples.ts',
      classes: ['Samples'],
      masterFlags: stopTimeout,
      env: { SAMPLES_FILE: samplesFile, ...env },
    });
    await scene.master.swarm({ users: 1, spawnRate: 1 });
    return await until('all samples arrived', async () => {
      const now = await scene.master.stats();
      return totalOf(now).num_requests >= samples.length && now;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What Locust's own code makes of them: of response times to three digits, or to its own two. */
async function wantedOf(samples: readonly Sample[], isPrecise: boolean): Promise<Readonly<Record<string, StatsRow>>> {
  const input = JSON.stringify(samples);
  return JSON.parse(await runPython('test/e2e/locustfiles/percentiles.py', input, isPrecise ? ['precise'] : [])) as Record<string, StatsRow>;
}

function expectSame(shown: StatsRow, wanted: StatsRow | undefined): void {
  if (wanted === undefined) throw new Error(`Locust has no row ${shown.name}`);
  const { avg_response_time: average, ...rest } = timeless(shown);
  const { avg_response_time: wantedAverage, ...wantedRest } = timeless(wanted);
  expect(rest).toEqual(wantedRest);
  // The sums are equal but for the order of their additions.
  expect(average).toBeCloseTo(wantedAverage as number, 6);
}

test("percentiles, median, average, minimum and maximum equal what Locust's own code makes of the same samples to three digits", async () => {
  const samples = makeSamples();
  const [{ stats }, wanted] = [await shownOf(samples), await wantedOf(samples, true)];
  expect(Object.keys(wanted)).toHaveLength(6);
  for (const row of stats) expectSame(row, wanted[row.name]);
  expect(stats).toHaveLength(6);
});

test("with more than 50 names rows are to Locust's two digits, as from its own worker, and the total to three", async () => {
  const samples = [...makeSamples(), ...Array.from({ length: 50 }, (_, index) => ({ name: `/name/${index}`, elapsedMs: 145.3 + index * 7.7 }))];
  const [shown, wanted, wantedTotal] = [await shownOf(samples), await wantedOf(samples, false), (await wantedOf(samples, true))['Aggregated']];
  expect(shown.stats).toHaveLength(56);
  for (const row of shown.stats) expectSame(row, row.name === 'Aggregated' ? wantedTotal : wanted[row.name]);
});

test('percentiles of a lognormal target are shown to half a millisecond and 0.5 %, and around 3 ms to a twentieth with --precision', async () => {
  const normal = [...Array(2_000).keys()].map((index) => Math.sqrt(2) * inverseErf((2 * (index + 0.5)) / 2_000 - 1));
  const around = (medianMs: number): readonly Sample[] => normal.map((deviation) => ({ name: `/${medianMs}`, elapsedMs: medianMs * Math.exp(0.25 * deviation) }));
  const samples = [3, 30, 300].flatMap(around);
  const { stats } = await shownOf(samples, { BOOMER_PRECISION: '1' });
  const names = ['response_time_percentile_0.95', 'response_time_percentile_0.99', 'median_response_time'] as const;
  for (const [medianMs, stepMs] of [[3, 0.1], [30, 1], [300, 1]] as const) {
    const row = stats.find(({ name }) => name === `/${medianMs}`);
    const [p95 = 0, p99 = 0, median = 0] = [0.95, 0.99, 0.5].map((share) => truthMs(samples.filter(({ name }) => name === row?.name), share));
    for (const [index, truth] of [p95, p99, median].entries()) {
      const shown = row?.[names[index] ?? 'median_response_time'] ?? Number.NaN;
      expect(Math.abs(shown - truth)).toBeLessThanOrEqual(stepMs / 2 + 0.001 * truth);
      if (medianMs === 300) expect(Math.abs(shown / truth - 1)).toBeLessThanOrEqual(0.005);
    }
  }
});

/** The sample at Locust's rank of a percentile (stats.py, `calculate_response_time_percentile`). */
function truthMs(samples: readonly Sample[], share: number): number {
  const times = samples.map(({ elapsedMs }) => elapsedMs ?? 0).sort((one, other) => one - other);
  return times[Math.floor(times.length * share)] ?? Number.NaN;
}

/** To a thousandth (Winitzki): for samples that are spread as if drawn. */
function inverseErf(value: number): number {
  const log = Math.log(1 - value * value);
  const half = 2 / (Math.PI * 0.147) + log / 2;
  return Math.sign(value) * Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
}

test('requests per second are within 1 % of what the target counts after 15 s', async () => {
  const users = 20;
  const trueRate = users * 5;
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2ePaced.ts', classes: ['Paced'], masterFlags: stopTimeout });
  await scene.master.swarm({ users, spawnRate: users });
  await scene.master.waitForUsers(users);
  const counted: { readonly atMs: number; readonly answered: number }[] = [];
  await until('15 s have passed', async () => {
    counted.push({ atMs: performance.now(), answered: (await scene.target.counts()).answered });
    return (counted.at(-1)?.atMs ?? 0) - (counted[0]?.atMs ?? 0) > 15_000;
  });
  const rateBetween = (from: number, to: number): number => {
    const [first, last] = [from, to].map((atMs) => counted.find((count) => count.atMs >= atMs) ?? counted.at(-1));
    return first === undefined || last === undefined ? Number.NaN : ((last.answered - first.answered) * 1000) / (last.atMs - first.atMs);
  };
  const shown = totalOf(await scene.master.stats()).current_rps;
  const [startMs, endMs] = [counted[0]?.atMs ?? Number.NaN, counted.at(-1)?.atMs ?? Number.NaN];
  // Locust shows the mean of ten whole seconds that ended 2 to 3 s before the last request that it has been told of, which may be as old as a report.
  const errors = Array.from({ length: 50 }, (_, step) => endMs - step * 100).flatMap((toMs) => (toMs - 10_000 < startMs ? [] : [Math.abs(shown / rateBetween(toMs - 10_000, toMs) - 1)]));
  expect(Math.min(...errors)).toBeLessThan(0.01);
  // A pace is counted from one start to the next, as Locust's: 2 ms late each time are 1 % less, and a busy machine is late.
  expect(Math.abs(rateBetween(startMs, endMs) / trueRate - 1)).toBeLessThan(0.03);
});

test.each([{}, { BOOMER_NO_SCHEDULE_ROWS: '1' }])('paced requests have a row of their times from schedule beside their own, in no total, with %j', async (env) => {
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2ePaced.ts', classes: ['Paced'], masterFlags: stopTimeout, env });
  const { master, target, workers: [worker] } = scene;
  await master.swarm({ users: 4, spawnRate: 4 });
  await until('30 requests are shown', async () => totalOf(await master.stats()).num_requests >= 30);
  await master.stop();
  const { answered } = await target.counts();
  // The master says that it has stopped when the last reports are there.
  const { stats } = await until('all are shown', async () => {
    const shown = await master.stats();
    return totalOf(shown).num_requests === answered && shown;
  });
  const rows = stats.map(({ name, num_requests: requests }) => [name, requests]);
  const late = Object.keys(env).length > 0 ? [] : [['/hello [from schedule]', answered]];
  expect(rows).toEqual([['/hello', answered], ...late, ['Aggregated', answered]]);
  await worker?.end();
  expect(await scene.recorded()).toEqual({ requests: answered, failures: 0 });
});

test.each([
  [1, 1],
  [1, 2],
  [2, 2],
])('users are spawned and reported by the name of their class: %d worker(s), %d thread(s)', async (workers, threads) => {
  await using scene = await Scene.open({
    scenario: 'test/fixtures/e2ePages.ts',
    classes: ['Alpha', 'Beta'],
    workers,
    threads,
    masterFlags: stopTimeout,
  });
  const { master } = scene;
  // The master's weights say 3 : 1.
  await master.swarm({ users: 12, spawnRate: 12 });
  await until('9 Alpha and 3 Beta are reported', async () => isEqual(await scene.classCounts(), { Alpha: 9, Beta: 3 }));
  await master.swarm({ users: 4, spawnRate: 12 });
  await until('3 Alpha and 1 Beta are left', async () => isEqual(await scene.classCounts(), { Alpha: 3, Beta: 1 }));
  await master.stop();
  await master.stoppedStats();
  await until('none is left', async () => Object.values(await scene.classCounts()).every((count) => count === 0));
});

function isEqual(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): boolean {
  const counted = Object.entries(left).filter(([, count]) => count > 0);
  return counted.length === Object.keys(right).length && counted.every(([name, count]) => right[name] === count);
}

test('workers whose clocks are four minutes ahead and behind: rates, seconds and stamps are those of the master\'s clock', async () => {
  await using report = await JsonReport.open();
  const preload = `--import ${new URL('../fixtures/shiftClock.mjs', import.meta.url).href}`;
  const masterFlags = [...stopTimeout, '--expect-workers', '2', '-u', '2', '-r', '2', '--run-time', '6', ...report.flags];
  const shifted = (sec: number): NodeJS.ProcessEnv => ({ NODE_OPTIONS: preload, CLOCK_AHEAD_SEC: String(sec) });
  const beginSec = Date.now() / 1_000;
  const scenario = 'test/fixtures/e2eQuick.ts';
  await using scene = await Scene.open({ scenario, classes: ['Quick'], masterFlags, isHeadless: true, env: shifted(240) });
  const behind = WorkerProcess.start(scene.processes, { scenario, masterPort: scene.master.port, env: shifted(-240) });
  await scene.master.ended(60_000);
  const endSec = Date.now() / 1_000;
  const [row] = await report.rows();
  if (row === undefined) throw new Error('the master has no row');
  const counts = Object.entries(row.num_reqs_per_sec).map(([sec, count]) => [Number(sec), count] as const);
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(row.num_requests);
  const stamps = [...counts.map(([sec]) => sec), row.start_time, row.last_request_timestamp];
  expect(stamps.filter((sec) => sec < beginSec - 1 || sec > endSec + 1)).toEqual([]);
  // Locust's requests a second of the whole run (stats.py, `total_rps`): the test took 6 s.
  expect(row.num_requests / (row.last_request_timestamp - row.start_time)).toBeGreaterThan(row.num_requests / 8);
  expect(scene.workers[0]?.lines.filter((line) => /240\.\d s ahead of the master's/u.test(line))).toHaveLength(1);
  expect(behind.lines.filter((line) => /(?:239|240)\.\d s behind the master's/u.test(line))).toHaveLength(1);
});
