/** Each run of a load thread counts in a ledger of its own: names of the one before take neither its places nor its samples. */
import { closeScenes, Scene } from './poolScene.ts';

afterEach(closeScenes);

const options = (prefix: string, names: number) => ({ host: null, parsedOptions: { prefix, names }, tags: null, excludeTags: null, workerIndex: 0 });

test('a run after one with ids in names shows its own names and errors, and every sample of both counts once', async () => {
  const scene = await Scene.open('threadsNames.ts');
  scene.pool.startRun(options('first', 20_500));
  await scene.reach(1, { Namer: 2 });
  await scene.stop(2);
  const first = scene.count();
  expect(Object.keys(first).filter((name) => name.startsWith('(more than'))).toEqual(['(more than 20000 names)']);
  expect(Object.values(first).reduce((sum, { requests }) => sum + requests, 0)).toBe(41_000);
  scene.clear();
  scene.pool.startRun(options('second', 1));
  await scene.reach(3, { Namer: 2 });
  await scene.stop(4);
  expect(scene.count()).toEqual({ 'second/0': { requests: 2, failures: 2 } });
  expect(scene.logs.filter((line) => line.includes('More than 20000 different request names'))).toHaveLength(1);
});
