/**
 * However a run ends: what the server answered = what the worker recorded = what the master counted, exactly.
 */
import { countsOf, Scene, stopTimeout } from './scene.ts';
import { balance, readWorkerBooks } from '../support/books.ts';
import { JsonReport, totalOf } from '../support/locustMaster.ts';
import { until } from '../support/until.ts';

const pages = { scenario: 'test/fixtures/e2ePages.ts', classes: ['Alpha', 'Beta'], masterFlags: stopTimeout };
const swarm = { users: 10, spawnRate: 10 };

/** Long enough for two reports, and in the middle between them. */
async function letItRun(scene: Scene): Promise<void> {
  await scene.master.waitForUsers(swarm.users);
  const before = await scene.target.counts();
  await until('some hundred requests are answered', async () => (await scene.target.counts()).answered > before.answered + 700);
}

/** The target's truth, in the words of the other two. */
async function answeredBy(scene: Scene): Promise<{ readonly requests: number; readonly failures: number }> {
  const counts = await scene.target.settledCounts();
  expect(counts.aborted).toBe(0);
  return { requests: counts.answered, failures: counts.paths['/status/500'] ?? 0 };
}

test.each([1, 2])('a run stopped from the UI, %d thread(s)', async (threads) => {
  await using scene = await Scene.open({ ...pages, threads });
  await scene.master.swarm(swarm);
  await letItRun(scene);
  await scene.master.stop();
  const counted = countsOf(await scene.master.stoppedStats());
  const answered = await answeredBy(scene);
  await scene.master.quit();
  expect(answered.requests).toBeGreaterThan(700);
  expect(answered.failures).toBeGreaterThan(0);
  expect(counted).toEqual(answered);
  expect(await scene.recorded()).toEqual(answered);
});

test('the rows, too, are those that the server answered', async () => {
  await using scene = await Scene.open(pages);
  await scene.master.swarm(swarm);
  await letItRun(scene);
  await scene.master.stop();
  const stats = await scene.master.stoppedStats();
  const { paths } = await scene.target.settledCounts();
  const rows = stats.stats.slice(0, -1).map(({ method, name, num_requests: requests }) => [`${method} ${name}`, requests]);
  expect(Object.fromEntries(rows)).toEqual({
    'GET /hello': paths['/hello'],
    'GET /item/[id]': paths['/item/[id]'],
    'POST /world': paths['/world'],
    'GET /status/500': paths['/status/500'],
  });
  expect(stats.errors).toEqual([expect.objectContaining({ method: 'GET', name: '/status/500', occurrences: paths['/status/500'] })]);
});

test.each([1, 2])('a run that --run-time ends, headless, %d thread(s)', async (threads) => {
  await using report = await JsonReport.open();
  const masterFlags = [...stopTimeout, '-u', '10', '-r', '10', '--run-time', '7', ...report.flags];
  await using scene = await Scene.open({ ...pages, threads, masterFlags, isHeadless: true });
  const exit = await scene.master.ended(60_000);
  // Locust's code for "there were failed requests"; the scenario has a page that fails.
  expect(exit.code).toBe(1);
  const answered = await answeredBy(scene);
  const rows = await report.rows();
  expect(answered.requests).toBeGreaterThan(300);
  expect({
    requests: rows.reduce((sum, row) => sum + row.num_requests, 0),
    failures: rows.reduce((sum, row) => sum + row.num_failures, 0),
  }).toEqual(answered);
  expect(await scene.recorded()).toEqual(answered);
});

test('what a headless master no longer listened to is named by the worker, and what listeners add is in each report', async () => {
  await using report = await JsonReport.open();
  const masterFlags = ['-s', '3', '-u', '50', '-r', '50', '--run-time', '4', ...report.flags];
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2eEnding.ts', locustfile: 'test/e2e/locustfiles/extras.py', classes: [], threads: 2, masterFlags, isHeadless: true });
  const { code } = await scene.master.ended(60_000);
  expect(scene.master.lines.filter((line) => /uncaught|KeyError/iu.test(line))).toEqual([]);
  expect(code).toBe(0);
  const counted = (await report.rows()).reduce((sum, row) => sum + row.num_requests, 0);
  const { requests } = await scene.recorded();
  const books = readWorkerBooks(scene.workers[0]?.lines.join('\n') ?? '');
  // What was said in the last moment, and is not answered, it may have taken or not.
  expect(balance(requests, counted, [books]).unexplained).toEqual([]);
  expect(books.unconfirmed).toBeLessThan(30);
  const bytes = Number(/content-length: (\d+)/u.exec(scene.master.lines.join('\n'))?.[1]);
  // Those of the last tenths of a second came when nobody listened.
  expect(bytes).toBeGreaterThan(8 * counted);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s to the worker in the middle of a run', async (signal) => {
  await using scene = await Scene.open(pages);
  await scene.master.swarm(swarm);
  await letItRun(scene);
  const [worker] = scene.workers;
  expect(await worker?.end(signal)).toMatchObject({ code: 0, signal: null });
  const answered = await answeredBy(scene);
  expect(await scene.recorded()).toEqual(answered);
  expect(countsOf(await scene.master.stoppedStats())).toEqual(answered);
});

test('SIGTERM to the worker while the master stands still: it is waited for, and counts all', async () => {
  await using scene = await Scene.open(pages);
  const { master: { child }, workers: [worker] } = scene;
  await scene.master.swarm(swarm);
  await letItRun(scene);
  child.signal('SIGSTOP');
  worker?.child.signal('SIGTERM');
  await until('it waits', () => worker?.lines.some((line) => /waiting for the master at .* last report; another signal/u.test(line)) === true);
  child.signal('SIGCONT');
  expect(await worker?.ended()).toMatchObject({ code: 0, signal: null });
  const answered = await answeredBy(scene);
  expect(await scene.recorded()).toEqual(answered);
  expect(countsOf(await scene.master.stoppedStats())).toEqual(answered);
  expect(worker?.lines.join('\n')).toContain(`delivered ${answered.requests} requests, ${answered.failures} failures; not confirmed 0 requests`);
});

test('the master quits in the middle of a run', async () => {
  await using report = await JsonReport.open();
  await using scene = await Scene.open({ ...pages, masterFlags: [...stopTimeout, ...report.flags] });
  await scene.master.swarm(swarm);
  await letItRun(scene);
  await scene.master.quit();
  expect(await scene.workers[0]?.ended()).toMatchObject({ code: 0, signal: null });
  const answered = await answeredBy(scene);
  const rows = await report.rows();
  expect(await scene.recorded()).toEqual(answered);
  expect(rows.reduce((sum, row) => sum + row.num_requests, 0)).toBe(answered.requests);
});

test('two cycles of start and stop do not mix', async () => {
  await using scene = await Scene.open(pages);
  const cycles: { readonly requests: number; readonly failures: number }[] = [];
  for (const cycle of [1, 2]) {
    await scene.target.reset();
    await scene.master.swarm(swarm);
    await letItRun(scene);
    await scene.master.stop();
    const counted = countsOf(await scene.master.stoppedStats());
    const answered = await answeredBy(scene);
    expect({ cycle, ...counted }).toEqual({ cycle, ...answered });
    cycles.push(answered);
  }
  await scene.master.quit();
  expect(await scene.recorded()).toEqual({
    requests: cycles.reduce((sum, { requests }) => sum + requests, 0),
    failures: cycles.reduce((sum, { failures }) => sum + failures, 0),
  });
});

test.each([1, 2])('two workers, %d thread(s) each', async (threads) => {
  await using scene = await Scene.open({ ...pages, workers: 2, threads });
  await scene.master.swarm(swarm);
  await letItRun(scene);
  await scene.master.stop();
  const counted = countsOf(await scene.master.stoppedStats());
  const answered = await answeredBy(scene);
  await scene.master.quit();
  expect(counted).toEqual(answered);
  expect(await scene.recorded()).toEqual(answered);
});

test('without a stop timeout only aborted requests are missing, at most one a user, and none counts as failed', async () => {
  await using scene = await Scene.open({ scenario: 'test/fixtures/e2ePages.ts', classes: ['Slow'] });
  await scene.master.swarm(swarm);
  await scene.master.waitForUsers(swarm.users);
  await until('a hundred requests are answered', async () => (await scene.target.counts()).answered > 100);
  await scene.master.stop();
  const stats = await scene.master.stoppedStats();
  const { answered, aborted } = await scene.target.settledCounts();
  await scene.master.quit();
  const recorded = await scene.recorded();
  expect(countsOf(stats)).toEqual(recorded);
  expect(totalOf(stats).num_failures).toBe(0);
  const missing = answered + aborted - recorded.requests;
  // The users do nothing but wait for answers: nearly all of them were in the middle of a request.
  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThanOrEqual(swarm.users);
});
