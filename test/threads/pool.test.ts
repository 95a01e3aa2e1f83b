import type { ClassInfo } from '../../src/engine/shared/messages.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

const born = (scene: Scene): { user: number; thread: number }[] =>
  scene.of('customFromUser').flatMap(({ type, data }) => (type === 'born' ? [data as { user: number; thread: number }] : []));

describe('users over threads', () => {
  it('finds the classes of the scenario', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    const classOf = (name: string, weight: number, task: string): ClassInfo => ({
      name, weight, fixedCount: 0, arrivals: null, replay: null, host: null, taskNames: [task], tasks: [{ name: task, weight: 1, tags: [], set: null, transitions: null }], isTaskList: false,
    });
    expect(scene.pool.classes()).toEqual([classOf('Admin', 1, 'look'), classOf('Numbered', 1, 'idle'), classOf('Shopper', 3, 'buy')]);
    expect(scene.pool.counts()).toEqual({ Shopper: 0, Admin: 0, Numbered: 0 });
  });

  it.each([1, 2, 3])('brings each class to its targets, up and down, over %d threads', async (threads) => {
    const scene = await Scene.open('threadsPlain.ts', { threads });
    scene.pool.startRun(runOptions);
    expect(await scene.reach(1, { Shopper: 7, Admin: 2, Numbered: 0 })).toEqual({ Shopper: 7, Admin: 2, Numbered: 0 });
    expect(await scene.reach(2, { Shopper: 200 })).toEqual({ Shopper: 200, Admin: 2, Numbered: 0 });
    expect(await scene.reach(3, { Shopper: 1, Admin: 5 })).toEqual({ Shopper: 1, Admin: 5, Numbered: 0 });
    expect(scene.pool.counts()).toEqual({ Shopper: 1, Admin: 5, Numbered: 0 });
    await scene.stop(4);
    expect(scene.pool.counts()).toEqual({ Shopper: 0, Admin: 0, Numbered: 0 });
    expect(scene.of('exception')).toEqual([]);
  });

  it('splits evenly, and gives every user a number that no other has, over runs too', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 3 });
    for (const generation of [1, 3]) {
      scene.pool.startRun(runOptions);
      await scene.reach(generation, { Numbered: 10 });
      await scene.stop(generation + 1);
    }
    const users = born(scene);
    expect(new Set(users.map(({ user }) => user)).size).toBe(20);
    const firstRun = [0, 1, 2].map((thread) => users.slice(0, 10).filter((user) => user.thread === thread).length);
    expect(firstRun.sort()).toEqual([3, 3, 4]);
  });

  it('counts each request once over runs, threads and reports', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Shopper: 10, Admin: 10 });
    await scene.counts((counted) => (counted['buy']?.requests ?? 0) > 100);
    await scene.stop(2);
    const after = structuredClone(scene.count());
    expect(after['buy']?.requests).toBeGreaterThan(100);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(scene.count()).toEqual(after); // nobody is left who could record
  });

  it('obeys the newest of many targets', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    scene.pool.startRun(runOptions);
    for (let generation = 1; generation < 50; generation++) scene.pool.setUsers(generation, { Shopper: (generation * 37) % 100 }, 0);
    expect(await scene.reach(50, { Shopper: 4 })).toMatchObject({ Shopper: 4 });
    expect(scene.of('users').filter(({ generation, reached }) => reached && generation < 50)).toEqual([]);
  });

  it('stops a spawn that is under way, again and again', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    for (let round = 0; round < 20; round++) {
      scene.pool.startRun(runOptions);
      scene.pool.setUsers(2 * round + 1, { Shopper: 3000 }, 0);
      await scene.stop(2 * round + 2);
      expect(scene.pool.counts()).toMatchObject({ Shopper: 0 });
    }
  });

  it('answers a stop at once when there are no users', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    expect(await scene.stop(1, 60_000)).toBeLessThan(1000);
  });
});

describe('between scenario and master', () => {
  it('carries options, host, custom messages and the end of the test, once for each thread', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2, host: 'http://flag' });
    scene.pool.startRun({ ...runOptions, parsedOptions: { my_option: 5 } });
    await scene.reach(1, { Admin: 1 });
    await scene.counts((counted) => counted['look from http://flag'] !== undefined);
    scene.pool.updateOptions({ ...runOptions, host: 'http://master' });
    await scene.reach(2, { Admin: 2 });
    await scene.counts((counted) => counted['look from http://master'] !== undefined);
    expect(scene.pool.deliver('ask', [1, { a: null }])).toBe(true);
    expect(scene.pool.deliver('nobody listens', 1)).toBe(false);
    expect((await scene.heard('customFromUser', ({ type }) => type === 'answer')).data).toEqual([1, { a: null }]);
    scene.pool.deliver('end', 'enough');
    expect(await scene.heard('stopTest')).toEqual({ kind: 'stopTest', reason: 'enough' });
    await scene.stop(3);
    const told = (wanted: string) => scene.of('customFromUser').flatMap(({ type, data }) => (type === wanted ? [(data as { threadIndex: number }).threadIndex] : []));
    expect(told('testStart').sort()).toEqual([0, 1]);
    expect(told('testStop').sort()).toEqual([0, 1]);
    expect(scene.of('customFromUser').find(({ type }) => type === 'testStart')?.data).toMatchObject({ parsedOptions: { my_option: 5 } });
  });

  it('updates a class that it has, in all threads', async () => {
    const scene = await Scene.open('threadsPlain.ts', { threads: 2 });
    expect(scene.pool.updateUserClass('Stranger', {})).toBe(false);
    expect(scene.pool.updateUserClass('Admin', { host: 'http://edited' })).toBe(true);
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Admin: 2 });
    await scene.counts((counted) => counted['look from http://edited'] !== undefined);
    await scene.stop(2);
    expect(Object.keys(scene.count())).toEqual(['look from http://edited']);
  });
});

describe('the end of the pool', () => {
  it('comes soon, and may be asked for twice', async () => {
    const scene = await Scene.open('threadsFaults.ts', { threads: 2 });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Healthy: 10 });
    const stopwatch = new Stopwatch();
    await Promise.all([scene.pool.close(), scene.pool.close()]);
    await scene.pool.close();
    expect(stopwatch.ownMs()).toBeLessThan(1500);
  });

  it('comes soon with a blocked thread, too', async () => {
    const scene = await Scene.open('threadsFaults.ts', { threads: 2 });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Blocks: 1 }, 0);
    await scene.counts((counted) => counted['Blocks']?.requests === 10);
    const stopwatch = new Stopwatch();
    await scene.pool.close();
    expect(stopwatch.ownMs()).toBeLessThan(1500);
  });
});
