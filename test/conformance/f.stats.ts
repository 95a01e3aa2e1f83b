/** §8 F: numbers. The fake master also checks sums and types of every report of every test. */
import { createHash } from 'node:crypto';
import { fieldsOf, type MasterFrame } from '../support/fakeMaster.ts';
import { integerEntries, mapSum, type Fields } from '../support/frameChecks.ts';
import { readGolden } from '../golden/goldenFile.ts';
import { countsOf, errorsOf, mergedMap, offBeat, once, ownGapsMs, pause, rowsOf, session, sumOf, totalOf, type Session } from './session.ts';

type Sample = { readonly type: string; readonly name: string; readonly elapsedMs: number | null; readonly bytes?: number; readonly error?: string };

/** One user records these samples, once; all reports of the run come back. */
async function reportsOf(samples: readonly Sample[], options: Parameters<typeof session>[0] = {}): Promise<readonly MasterFrame[]> {
  let reports: readonly MasterFrame[] = [];
  await session(options, async (worker) => {
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions: { act: 'samples', samples } });
    await worker.report();
    await worker.stop();
    reports = worker.master.of('stats');
  });
  return reports;
}

const rowNamed = (frames: readonly MasterFrame[], name: string): Fields => {
  const rows = frames.flatMap(rowsOf).filter((row) => row['name'] === name);
  expect(rows).toHaveLength(1);
  return rows[0] ?? {};
};

const fixedSamples: readonly Sample[] = [
  { type: 'GET', name: '/timed', elapsedMs: 10.125, bytes: 5 },
  { type: 'GET', name: '/timed', elapsedMs: 0.333, bytes: 7 },
  { type: 'GET', name: '/timed', elapsedMs: 144.999, bytes: 0 },
  { type: 'GET', name: '/none', elapsedMs: null, bytes: 3 },
  { type: 'GET', name: '/none', elapsedMs: null, bytes: 4 },
  { type: 'GET', name: '/none', elapsedMs: 20, bytes: 1 },
  { type: 'POST', name: '/failed', elapsedMs: 7.5, bytes: 2, error: 'boom' },
  { type: 'POST', name: '/failed', elapsedMs: 8.5, bytes: 2, error: 'boom' },
  { type: 'POST', name: '/failed', elapsedMs: 9.5, bytes: 2 },
  { type: 'POST', name: '/failed', elapsedMs: 1, error: 'object at 0x7f3a2c10> is gone' },
  { type: 'a', name: 'bc', elapsedMs: 1 },
  { type: 'ab', name: 'c', elapsedMs: 2 },
];

/** A run with the samples above; the tests look at its reports. */
const fixedRun = once(() => reportsOf(fixedSamples));

test.concurrent('[59] a report every 3 s ±0.3 in all states', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await master.waitFor('reports of an idle worker', () => master.of('stats').length >= 3);
    await worker.spawn({ A: 5, B: 0 }, { parsedOptions: { act: 'work', taskSec: 4 }, stopTimeoutSec: 20 });
    await pause(4_000);
    master.spawn({ A: 1, B: 0 }, { parsedOptions: { act: 'work', taskSec: 4 }, stopTimeoutSec: 20 });
    await pause(4_000);
    master.send('stop');
    const stopped = await master.next('client_stopped');
    // The flush before client_stopped comes on top.
    const regular = master.of('stats').filter(({ index }) => index !== lastBefore(master, stopped.index));
    await pause(3_500);
    const all = [...regular, ...master.of('stats', stopped.index)];
    expect(all.length).toBeGreaterThanOrEqual(6);
    expect(offBeat(all, 3_000, 300)).toEqual([]);
  });
});

function lastBefore(master: Session['master'], index: number): number {
  return master.of('stats').filter((frame) => frame.index < index).at(-1)?.index ?? -1;
}

test.concurrent('[60] reports are deltas: nothing comes twice, idle ones are empty with nil minimum and nil last', async () => {
  const reports = await fixedRun();
  expect(sumOf(reports, 'num_requests')).toBe(fixedSamples.length);
  const idle = reports.filter((report) => rowsOf(report).length === 0).map(totalOf);
  expect(idle.length).toBeGreaterThan(0);
  for (const total of idle) {
    expect(total).toMatchObject({ num_requests: 0, num_failures: 0, total_response_time: 0, min_response_time: null, max_response_time: 0, last_request_timestamp: null });
  }
});

test.concurrent('[61] stats_total is the sum of the entries, field by field', async () => {
  const reports = await fixedRun();
  const full = reports.find((report) => rowsOf(report).length > 0);
  if (full === undefined) throw new Error('no report with rows');
  const rows = rowsOf(full);
  const total = totalOf(full);
  expect(total).toMatchObject({ method: '', num_requests: 12, num_none_requests: 2, num_failures: 3, total_content_length: 26, max_response_time: 144.999, min_response_time: 0.333 });
  expect(total['total_response_time']).toBeCloseTo(rows.reduce((sum, row) => sum + Number(row['total_response_time']), 0), 9);
  expect(mapSum(total['response_times'])).toBe(10);
  expect(mapSum(total['num_reqs_per_sec'])).toBe(12);
  expect(mapSum(total['num_fail_per_sec'])).toBe(3);
});

test.concurrent('[62] response times are rounded as Python rounds them, ties to even, whole numbers and fractions', async () => {
  const { floats } = readGolden('rounding.json') as { readonly floats: readonly (readonly [number, number])[] };
  const ties: readonly (readonly [number, number])[] = [
    [145, 140], [155, 160], [105, 100], [115, 120], [0.5, 0], [1.5, 2], [1_250, 1_200], [10_500, 10_000], [995, 1_000], [99.5, 100], [3_600_000, 3_600_000],
  ];
  const cases = [...ties, ...floats.slice(0, 400)];
  const reports = await reportsOf(cases.map(([elapsedMs], index) => ({ type: 'GET', name: `row ${index}`, elapsedMs })));
  const wrong = cases.filter(([, bucketMs], index) => {
    const buckets = [...mergedMap(reports, 'response_times', `row ${index}`)];
    return JSON.stringify(buckets) !== JSON.stringify([[bucketMs, 1]]);
  });
  expect(wrong).toEqual([]);
});

test.concurrent('[63] a request without a response time counts as a request, as one without time, in its second and its length, and nowhere else', async () => {
  const row = rowNamed(await fixedRun(), '/none');
  expect(row).toMatchObject({ num_requests: 3, num_none_requests: 2, num_failures: 0, total_response_time: 20, min_response_time: 20, max_response_time: 20, total_content_length: 8 });
  expect(integerEntries(row['response_times'])).toEqual([[20, 1]]);
  expect(mapSum(row['num_reqs_per_sec'])).toBe(3);
});

test.concurrent('[64] a failed request is one request and one failure, and an error with its occurrences', async () => {
  const reports = await fixedRun();
  const row = rowNamed(reports, '/failed');
  expect(row).toMatchObject({ num_requests: 4, num_failures: 3, num_none_requests: 0, total_response_time: 26.5 });
  expect(mapSum(row['num_fail_per_sec'])).toBe(3);
  const boom = errorsOf(reports).map(([, error]) => error).filter(({ error }) => error === 'boom');
  expect(boom).toHaveLength(1);
  expect(boom[0]).toMatchObject({ method: 'POST', name: '/failed', occurrences: 2 });
});

test.concurrent('[65] there is no failure without a request: the API records both in one call', async () => {
  // Locust lets a plug-in log an error alone, and then shows "100 % of 0 requests failed". Ours has no such call.
  for (const row of (await fixedRun()).flatMap(rowsOf)) expect(Number(row['num_failures'])).toBeLessThanOrEqual(Number(row['num_requests']));
});

test.concurrent('[66] milliseconds for times, float seconds for stamps, whole seconds for keys; stamps are right', async () => {
  const startSec = Date.now() / 1_000;
  const reports = await reportsOf([{ type: 'GET', name: '/now', elapsedMs: 250 }]);
  const endSec = Date.now() / 1_000;
  const row = rowNamed(reports, '/now');
  const lastSec = Number(row['last_request_timestamp']);
  expect(lastSec).toBeGreaterThan(startSec - 1);
  expect(lastSec).toBeLessThan(endSec + 1);
  expect(Number(row['start_time'])).toBeLessThanOrEqual(lastSec);
  expect(Number(row['start_time'])).toBeGreaterThan(startSec - 1);
  expect(integerEntries(row['num_reqs_per_sec'])).toEqual([[Math.floor(lastSec), 1]]);
  expect(row).toMatchObject({ total_response_time: 250, max_response_time: 250 });
});

test.concurrent('[67] sum, minimum and maximum are not rounded', async () => {
  const row = rowNamed(await fixedRun(), '/timed');
  expect(row).toMatchObject({ min_response_time: 0.333, max_response_time: 144.999, total_content_length: 12 });
  expect(row['total_response_time']).toBeCloseTo(10.125 + 0.333 + 144.999, 9);
  expect(new Map(integerEntries(row['response_times']))).toEqual(new Map([[10, 1], [0, 1], [145, 1]]));
});

test.concurrent('[68] errors are keyed as Python keys them, addresses masked; two workers have one key', async () => {
  const errors = errorsOf(await fixedRun());
  const keyOf = (text: string): string => createHash('sha256').update(`POST./failed.'${text}'`).digest('hex');
  expect(errors.map(([key]) => key).sort()).toEqual([keyOf('boom'), keyOf('object at 0x....> is gone')].sort());
  const other = errorsOf(await reportsOf([{ type: 'POST', name: '/failed', elapsedMs: 1, error: 'object at 0xdeadbeef> is gone' }], { threads: 2 }));
  expect(other.map(([key, { error }]) => [key, error])).toEqual([[keyOf('object at 0x....> is gone'), 'object at 0x....> is gone']]);
});

test.concurrent('[69] first_seen is not after last_seen, float seconds, within the window of the report', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    const sample = { type: 'GET', name: '/e', elapsedMs: 1, error: 'again' };
    for (let users = 1; users <= 2; users += 1) {
      const beforeSec = Date.now() / 1_000;
      const since = master.frames.length;
      await worker.spawn({ A: users, B: 0 }, { parsedOptions: { act: 'samples', samples: [sample, sample] } });
      await master.next('stats', { since, isRight: (data) => Object.keys(data['errors'] as object).length > 0 });
      const [[, error] = ['', {}]] = errorsOf(master.of('stats', since));
      expect(error['occurrences']).toBe(2);
      expect(Number(error['first_seen'])).toBeGreaterThan(beforeSec - 0.1);
      expect(Number(error['last_seen'])).toBeLessThan(Date.now() / 1_000 + 0.1);
      expect(Number(error['first_seen'])).toBeLessThanOrEqual(Number(error['last_seen']));
    }
  });
});

test.concurrent('[70] reports list all own classes with live counts, zeros included, and their sum', async () => {
  await session({ threads: 2 }, async (worker) => {
    await worker.spawn({ A: 3, B: 0 });
    const report = await worker.report();
    expect(countsOf(report)).toEqual({ A: 3, B: 0 });
    expect(fieldsOf(report)['user_count']).toBe(3);
  });
});

test.concurrent('[71] rows are keyed by name and method: ("a","bc") and ("ab","c") stay apart', async () => {
  const rows = (await fixedRun()).flatMap(rowsOf).map(({ method, name, num_requests: requests }) => [method, name, requests]);
  expect(rows).toContainEqual(['a', 'bc', 1]);
  expect(rows).toContainEqual(['ab', 'c', 1]);
});

test.concurrent('[72] 10 000 names and 10 000 errors in one run do not stop heartbeats; what is too much is bounded and told', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'flood' } });
    await worker.report();
    await worker.report();
    await worker.stop();
    const reports = master.of('stats');
    expect(sumOf(reports, 'num_requests')).toBe(40_000);
    expect(sumOf(reports, 'num_failures')).toBe(20_000);
    expect(errorsOf(reports).reduce((sum, [, { occurrences }]) => sum + Number(occurrences), 0)).toBe(20_000);
    expect(new Set(errorsOf(reports).map(([key]) => key)).size).toBeLessThanOrEqual(2_001);
    expect(Math.max(...ownGapsMs(master.of('heartbeat')))).toBeLessThan(3_000);
    expect(worker.output()).toMatch(/WARNING.*names/u);
    // Once more, and the end in the middle of its report.
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'flood' } });
    master.send('quit');
    const { requests, failures } = await worker.recorded();
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
    expect(sumOf(master.of('stats'), 'num_failures')).toBe(failures);
  });
});

test.concurrent('[73] the message\'s part of the master\'s numbers: requests, seconds and times add up to the truth', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 10, B: 0 }, { parsedOptions: { act: 'count', waitSec: 0.05 } });
    await pause(7_000);
    await worker.stop();
    const reports = master.of('stats');
    master.send('quit');
    const { requests, failures } = await worker.recorded();
    expect(sumOf(reports, 'num_requests', '/count')).toBe(requests);
    expect(sumOf(reports, 'num_failures')).toBe(failures);
    expect(sumOf(reports, 'total_response_time', '/count')).toBe(12.25 * requests);
    expect([...mergedMap(reports, 'response_times', '/count')]).toEqual([[12, requests]]);
    const perSecond = mergedMap(reports, 'num_reqs_per_sec', '/count');
    expect([...perSecond.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
    // Ten users, one request each 50 ms and a bit: whole seconds in the middle of the run have nearly 200.
    const whole = [...perSecond].sort(([left], [right]) => left - right).slice(1, -1).map(([, count]) => count);
    expect(whole.length).toBeGreaterThanOrEqual(5);
    for (const count of whole) {
      expect(count).toBeGreaterThan(100);
      expect(count).toBeLessThanOrEqual(210);
    }
  });
});
