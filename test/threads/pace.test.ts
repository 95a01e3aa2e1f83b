/** What stands between users and their tasks, on real threads: exact numbers, whatever happens to a thread. */
import { steadyCurve } from '../../src/engine/shared/arrivalCurve.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHttpServer } from '../support/httpServer.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

const noPace = { iterations: null, maxRate: null, increaseRate: null, arrivals: null };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pace-'))));
afterEach(async () => {
  await closeScenes();
  rmSync(folder, { recursive: true });
});

type LogLine = { readonly time: number; readonly type: string; readonly name: string; readonly elapsed_ms: number | null; readonly bytes: number; readonly error: string | null; readonly user: number; readonly class: string; readonly thread: number };
const lines = (path: string): LogLine[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);

describe('iterations', () => {
  it('are exactly so many over two threads of which one is killed, and so are the lines of the request log', async () => {
    const requestLogPath = join(folder, 'requests.ndjson');
    const scene = await Scene.open('threadsPace.ts', { threads: 2, pace: { ...noPace, iterations: 10_000 }, requestLogPath });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Mortal: 40 }, 0);
    await scene.heard('exception', ({ message }) => message.includes('was lost'));
    await until('all iterations are used up and all users have left', () => scene.pool.iterationsLeft() === 0 && scene.pool.counts()['Mortal'] === 0);
    await scene.stop(2);
    expect(scene.count()).toEqual({ run: { requests: 10_000, failures: 0 } });
    await scene.close();
    expect(lines(requestLogPath)).toHaveLength(10_000);
  });

  it('let users that wait end, too', async () => {
    const scene = await Scene.open('threadsPace.ts', { pace: { ...noPace, iterations: 3, maxRate: { count: 100, periodMs: 1_000 } } });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Idler: 50 });
    await scene.heard('users', ({ counts }) => counts['Idler'] === 0);
    expect(scene.count()).toEqual({ arrive: { requests: 3, failures: 0 } });
  });
});

describe('permits', () => {
  it('are not exceeded by all threads together, and users that wait for one stop at once', async () => {
    const scene = await Scene.open('threadsPace.ts', { threads: 2, pace: { ...noPace, maxRate: { count: 200, periodMs: 1_000 } } });
    scene.pool.startRun(runOptions);
    const startMs = performance.now();
    scene.pool.setUsers(1, { Idler: 20 }, 0);
    await scene.counts((counted) => (counted['arrive']?.requests ?? 0) >= 300);
    const most = ((performance.now() - startMs) / 1_000 + 0.02) * 200 + 1;
    expect(scene.counted['arrive']?.requests).toBeLessThanOrEqual(most);
    expect(await scene.stop(2, 10_000)).toBeLessThan(2_000);
    expect(scene.schedule.count()['arrive']?.requests).toBe(scene.count()['arrive']?.requests);
  });
});

/** Started or dropped. */
function arrived(scene: Scene): number {
  const { started, dropped } = scene.pool.arrivals() ?? { started: 0, dropped: 0 };
  return started + dropped;
}

describe('users that stand for a rate each', () => {
  it('are as many again, with their share of the arrivals, once a lost thread is replaced', async () => {
    const scene = await Scene.open('threadsPace.ts', { threads: 2, userPerSec: 100 });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Mortal: 10 }, 0);
    await scene.heard('exception', ({ message }) => message.includes('was lost'));
    await until('all users are back', () => scene.pool.counts()['Mortal'] === 10);
    const [fromMs, before] = [performance.now(), arrived(scene)];
    const behind = (): number => performance.now() - fromMs - (arrived(scene) - before);
    await until('3 s have passed', () => performance.now() - fromMs > 3_000);
    // A thousand a second, of which each thread has half: what a busy machine keeps back is made up for.
    await until('all that were due have come', () => Math.abs(behind()) < 200);
    await scene.stop(2);
    expect(scene.pool.arrivals()).toMatchObject({ perSec: 1_000 });
    expect(scene.pool.counts()['Mortal']).toBe(0);
  });
});

describe('arrivals', () => {
  it('begin on schedule over two threads, each in every ledger and in the log, and the schedule does not drift', async () => {
    const requestLogPath = join(folder, 'requests.ndjson');
    const scene = await Scene.open('threadsPace.ts', { threads: 2, pace: { ...noPace, arrivals: steadyCurve(200) }, requestLogPath });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Idler: 20 });
    const stopwatch = new Stopwatch();
    expect(scene.pool.arrivals()).toEqual({ perSec: 200, started: 0, dropped: 0, latestMs: 0, lateP99Ms: 0 });
    const beganMs = performance.now();
    const beganSec = Date.now() / 1_000;
    scene.pool.startArrivals();
    const begunMs = performance.now();
    // Again and again all that was due 10 ms ago has come: what a busy machine held up is made up for, and nothing adds up over the run.
    for (let arrivals = 40; arrivals <= 400; arrivals += 40) {
      await until(`${arrivals} arrivals, and all that are due`, () => arrived(scene) >= Math.max(arrivals, Math.floor((performance.now() - begunMs - 10) / 5)), { everyMs: 1 });
    }
    expect(arrived(scene)).toBeLessThanOrEqual((performance.now() - beganMs) / 5 + 2);
    await scene.stop(2, 1_000);
    const { requests = 0 } = scene.count()['arrive'] ?? {};
    const { started, dropped } = scene.pool.arrivals() ?? { started: 0, dropped: 0 };
    expect([started, scene.schedule.count()['arrive']?.requests]).toEqual([requests, requests]);
    const starts = lines(requestLogPath).map(({ time }) => time).sort((one, other) => one - other);
    expect(starts).toHaveLength(requests);
    // Never early. A busy machine may keep users from being free in time; those arrivals are counted apart, and the next start is of a later one.
    for (const [arrival, startSec] of starts.entries()) expect((startSec - beganSec) * 1_000 - arrival * 5).toBeGreaterThan(-5);
    expect(dropped).toBeLessThanOrEqual(stopwatch.lostMs() / 5);
  });

  it('are dropped and counted when no user is idle, and counted anew after the warm-up', async () => {
    const scene = await Scene.open('threadsPace.ts', { pace: { ...noPace, arrivals: steadyCurve(100) }, warmsUp: true });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Blocker: 1 });
    scene.pool.startArrivals();
    const before = await until('arrivals were dropped', () => {
      const { dropped = 0 } = scene.pool.arrivals() ?? {};
      return dropped > 50 && dropped;
    });
    scene.pool.setCounting(true);
    expect(scene.pool.arrivals()?.dropped).toBeLessThan(before);
    await until('arrivals go on', () => (scene.pool.arrivals()?.started ?? 0) > 3);
    await scene.stop(2);
  });
});

it('a pacing is measured from its intended start: one step, then on time again', async () => {
  const scene = await Scene.open('threadsPace.ts');
  scene.pool.startRun(runOptions);
  const stopwatch = new Stopwatch();
  scene.pool.setUsers(1, { Paced: 1 }, 0);
  await scene.counts((counted) => (counted['later']?.requests ?? 0) >= 3);
  await scene.stop(2, 1_000);
  const { 'pace 1': first, 'pace 2': second, later } = scene.schedule.count();
  expect(first?.totalMs).toBeLessThan(500 + stopwatch.lostMs());
  // Due 100 ms after the first began, which took 400 ms.
  expect(second?.totalMs).toBeGreaterThan(295);
  expect((later?.totalMs ?? 0) / (later?.requests ?? 1)).toBeLessThan(100 + stopwatch.lostMs());
  expect(later?.requests).toBe(scene.count()['later']?.requests);
});

it('requests of the warm-up are not counted, and the log has those that count', async () => {
  const requestLogPath = join(folder, 'requests.ndjson');
  const server = await startHttpServer((_, response) => response.end('{}'));
  try {
    const scene = await Scene.open('threadsPace.ts', { threads: 2, host: server.url, warmsUp: true, requestLogPath });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Getter: 10 }, 0);
    await server.whenSeen(500);
    expect(scene.count()).toEqual({});
    scene.pool.setCounting(true);
    await scene.counts((counted) => (counted['/item']?.requests ?? 0) >= 500);
    await scene.stop(2, 5_000);
    const counted = scene.count()['/item']?.requests ?? 0;
    // The server has seen 500 before counting began, of which each of ten users may still have had one under way.
    expect(counted).toBeLessThanOrEqual(server.requests.length - 490);
    const logged = lines(requestLogPath);
    expect(logged).toHaveLength(counted);
    expect(logged[0]).toEqual({ time: expect.any(Number) as number, type: 'GET', name: '/item', elapsed_ms: expect.any(Number) as number, bytes: 2, error: null, user: expect.any(Number) as number, class: 'Getter', thread: expect.any(Number) as number });
    expect(scene.pool.trust().reduce((sum, { samples }) => sum + samples, 0)).toBe(counted);
  } finally {
    await server.close();
  }
});

it('a request log on a full disk ends with one line, and the run goes on', async () => {
  const scene = await Scene.open('threadsPace.ts', { threads: 2, requestLogPath: '/dev/full' });
  scene.pool.startRun(runOptions);
  scene.pool.setUsers(1, { Mortal: 4 }, 0);
  const { message } = await scene.heard('exception');
  expect(message).toMatch(/^the request log \/dev\/full ends here, the run goes on: .*ENOSPC/u);
  const before = scene.count()['run']?.requests ?? 0;
  await scene.counts((counted) => (counted['run']?.requests ?? 0) > before + 100);
  await scene.stop(2);
  expect(scene.logs.filter((line) => line.includes('/dev/full'))).toEqual([`error: ${message}`]);
});

it('a thread that has no time for its events says so', async () => {
  const scene = await Scene.open('threadsPace.ts', { threads: 1 });
  scene.pool.startRun(runOptions);
  scene.pool.setUsers(1, { Blocker: 2 }, 0);
  await scene.counts((counted) => (counted['block']?.requests ?? 0) >= 12);
  await scene.stop(2, 1_000);
  const [trust] = scene.pool.trust();
  expect(trust?.samples).toBe(scene.count()['block']?.requests);
  expect(trust?.lateSamples).toBeGreaterThan(5);
  expect(trust?.utilisation).toBeGreaterThan(0.5);
  expect(trust?.loopDelayMaxMs).toBeGreaterThan(40);
});
