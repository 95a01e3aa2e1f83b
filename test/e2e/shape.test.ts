/** A real master whose users follow `shape(moment)` of the scenario, which a worker evaluates. */
import { MadeLocustfile } from '../support/locustfile.ts';
import { Notes } from '../support/notes.ts';
import { until } from '../support/until.ts';
import { Scene, stopTimeout } from './scene.ts';

const scenario = 'test/fixtures/clusterShape.ts';

/** What the function was told, as the fixture notes it. */
type Told = { readonly elapsedSec: number; readonly users: number; readonly userCounts: Readonly<Record<string, number>>; readonly pid: number; readonly isTold: boolean };

class ShapeScene implements AsyncDisposable {
  readonly scene: Scene;
  readonly #notes: Notes;
  readonly #made: MadeLocustfile;

  private constructor(scene: Scene, notes: Notes, made: MadeLocustfile) {
    this.scene = scene;
    this.#notes = notes;
    this.#made = made;
  }

  static async open(shape: string, { workers = 2, threads = 1, isHeadless = true }: { readonly workers?: number; readonly threads?: number; readonly isHeadless?: boolean } = {}): Promise<ShapeScene> {
    const [made, notes] = await Promise.all([MadeLocustfile.of(scenario), Notes.open()]);
    const scene = await Scene.open({ scenario, classes: [], locustfile: made.path, workers, threads, isHeadless, masterFlags: stopTimeout, env: { SHAPE: shape, SHAPE_NOTES: notes.path } });
    return new ShapeScene(scene, notes, made);
  }

  async told(): Promise<readonly Told[]> {
    return (await this.#notes.lines()).map((line) => JSON.parse(line) as Told);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scene[Symbol.asyncDispose]();
    await this.#notes[Symbol.asyncDispose]();
    await this.#made[Symbol.asyncDispose]();
  }
}

/** Users between two moments after the beginning, as the master told them. */
const between = (told: readonly Told[], fromSec: number, untilSec: number): readonly Told[] => told.filter(({ elapsedSec }) => elapsedSec > fromSec && elapsedSec < untilSec);

test('users follow the function each second, one thread of one worker evaluates it on the statistics of all, and it ends the test', async () => {
  await using shaped = await ShapeScene.open('statistics', { threads: 2 });
  const { master } = shaped.scene;
  expect((await master.ended(60_000)).code).toBe(0);
  const told = await shaped.told();
  expect([new Set(told.map(({ pid }) => pid)).size, told.every(({ isTold }) => isTold)]).toEqual([1, true]);
  // Asked each second: never twice in one, and of those that there are the most.
  const gaps = told.slice(1).map(({ elapsedSec }, index) => elapsedSec - (told[index]?.elapsedSec ?? 0));
  expect(gaps.every((gap) => gap > 0.9)).toBe(true);
  expect(told[0]).toMatchObject({ users: 0 });
  expect(between(told, 0.5, 2).map(({ users }) => users)).toEqual(between(told, 0.5, 2).map(() => 4));
  // From 4 on one user comes at once, and then 4 a second.
  const first = told.find(({ elapsedSec }) => elapsedSec >= 2)?.elapsedSec ?? 0;
  for (const { elapsedSec, users } of told.filter((moment) => moment.elapsedSec > first)) {
    expect(users).toBeLessThanOrEqual(Math.min(10, 5 + 4 * (elapsedSec - first)));
    expect(users).toBeGreaterThanOrEqual(Math.min(10, 5 + 4 * (elapsedSec - first - 2.5)));
  }
  expect(told.at(-1)).toMatchObject({ users: 10 });
  const { requests, failures } = await shaped.scene.recorded();
  expect([requests > 150, failures]).toEqual([true, 0]);
  expect(master.lines).toContainEqual(expect.stringContaining("the scenario's shape ends the test"));
  expect(master.lines).toContainEqual(expect.stringContaining(`Aggregated`));
});

test('it may say how many users of each class there are', async () => {
  await using shaped = await ShapeScene.open('classes');
  expect((await shaped.scene.master.ended(60_000)).code).toBe(0);
  const told = await shaped.told();
  expect(between(told, 1.5, 4).map(({ userCounts }) => userCounts)).toEqual(between(told, 1.5, 4).map(() => ({ First: 6, Second: 3 })));
  const later = between(told, 7, 10);
  expect(later.length).toBeGreaterThan(0);
  expect(later.map(({ userCounts }) => userCounts)).toEqual(later.map(() => ({ First: 2, Second: 7 })));
});

test('when it throws, the test ends with the reason and exit code 107', async () => {
  await using shaped = await ShapeScene.open('failing', { workers: 1 });
  const { master } = shaped.scene;
  expect((await master.ended(60_000)).code).toBe(107);
  expect(master.lines).toContainEqual(expect.stringMatching(/the test ends: shape\(\) failed on worker .*: RangeError: no idea/u));
});

test('while it takes longer than a tick, the users stay as they are, and that is said', async () => {
  await using shaped = await ShapeScene.open('slow', { workers: 1 });
  const { master } = shaped.scene;
  expect((await master.ended(60_000)).code).toBe(0);
  expect(master.lines).toContainEqual(expect.stringMatching(/shape\(\) has not decided in time on worker .*: the users stay as they are/u));
  const told = await shaped.told();
  expect(told.some(({ users }) => users === 3) && told.some(({ users }) => users === 5)).toBe(true);
});

test('when the worker that evaluates it dies, another does, with all users; and the next test runs', async () => {
  await using shaped = await ShapeScene.open('steady', { isHeadless: false });
  const { master } = shaped.scene;
  await master.swarm({ users: 1, spawnRate: 1 });
  await master.waitForUsers(8);
  expect((await master.workers()).map(({ user_count: users }) => users)).toEqual([4, 4]);
  const first = (await shaped.told()).at(-1)?.pid ?? 0;
  process.kill(first, 'SIGKILL');
  const others = await until('another worker is asked, and has all users', async () => {
    const after = (await shaped.told()).filter(({ pid }) => pid !== first);
    return after.some(({ users }) => users === 8) && after;
  }, { timeoutMs: 60_000 });
  expect(new Set(others.map(({ pid }) => pid)).size).toBe(1);
  expect(master.lines).toContainEqual(expect.stringMatching(/worker .* (?:is gone|decides nothing): .* evaluates shape\(\) from now on/u));
  expect((await master.stats()).user_count).toBe(8);
  await master.stop();
  // Locust takes a test for over only when it has forgotten the lost worker, after a minute.
  await until('all users are gone', async () => (await master.stats()).user_count === 0);
  const before = (await shaped.told()).length;
  await master.swarm({ users: 1, spawnRate: 1 });
  await master.waitForUsers(8);
  expect((await shaped.told())[before]).toMatchObject({ users: 0 });
  await master.quit();
});
