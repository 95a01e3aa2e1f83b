/** `init` of threads that wait for the worker's index. */
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

const initialised = (scene: Scene): unknown[] => scene.of('customFromUser').flatMap(({ type, data }) => (type === 'initialised' ? [data] : []));

it('comes once in each thread when the index is there, with it; then messages and users', async () => {
  const scene = await Scene.open('initLate.ts', { threads: 2, workerIndex: null });
  expect(scene.pool.classes().map(({ name }) => name)).toEqual(['A', 'Exits']);
  expect([initialised(scene), scene.pool.takeExtras()]).toEqual([[], { from_module: 0 }]);
  await new Promise<void>((resolve) => scene.pool.init(7, resolve));
  expect(initialised(scene)).toEqual(expect.arrayContaining([{ thread: 0, index: 7 }, { thread: 1, index: 7 }]));
  expect(scene.pool.takeExtras()).toEqual({ from_module: 0, from_init: 2 });
  expect(scene.pool.deliver('late', 1)).toBe(true);
  scene.pool.startRun({ ...runOptions, parsedOptions: { draws: true }, workerIndex: 0 });
  expect(await scene.reach(1, { A: 2 })).toEqual({ A: 2, Exits: 0 });
  await scene.heard('customFromUser', () => scene.of('customFromUser').filter(({ type }) => type === 'drew').length === 2);
  const rows = scene.of('customFromUser').flatMap(({ type, data }) => (type === 'drew' ? [data] : []));
  expect(rows.sort()).toEqual(['first', 'second']);
  await scene.stop(2);
  expect(initialised(scene)).toHaveLength(2);
  expect(scene.of('exception')).toEqual([]);
});

it('comes by itself, before the pool has started, where the index is known', async () => {
  const scene = await Scene.open('initLate.ts', { workerIndex: 0 });
  expect(initialised(scene)).toEqual([{ thread: 0, index: 0 }]);
  await new Promise<void>((resolve) => scene.pool.init(0, resolve));
  expect(initialised(scene)).toHaveLength(1);
});

it('of a thread that takes the place of a lost one has the index that the worker has by then', async () => {
  const scene = await Scene.open('initLate.ts', { workerIndex: null });
  await new Promise<void>((resolve) => scene.pool.init(3, resolve));
  scene.pool.startRun({ ...runOptions, workerIndex: 4 });
  scene.pool.setUsers(1, { Exits: 1 }, 0);
  await scene.heard('exception');
  await scene.reach(2, { Exits: 0 });
  expect(initialised(scene).slice(0, 2)).toEqual([{ thread: 0, index: 3 }, { thread: 0, index: 4 }]);
  await scene.stop(3);
});

it('is not waited for in a thread that is lost meanwhile', async () => {
  const scene = await Scene.open('initLate.ts', { threads: 2, workerIndex: null });
  await new Promise<void>((resolve) => scene.pool.init(13, resolve));
  scene.pool.startRun({ ...runOptions, workerIndex: 1 });
  expect(await scene.reach(1, { A: 4 })).toEqual({ A: 4, Exits: 0 });
  expect(initialised(scene)).toEqual([{ thread: 0, index: 13 }, { thread: 1, index: 1 }]);
  const lost = new Set(scene.of('exception').map(({ trace }) => trace));
  expect([...lost]).toEqual(['load thread 1: it ended by itself (process.exit() in the scenario?)']);
  await scene.stop(2);
});
