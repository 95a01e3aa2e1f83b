import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

/** What each user did, as one sorted list, and the rows it left. */
async function runOnce(threads: number, seed: string): Promise<{ did: string[]; rows: Scene['counted'] }> {
  const scene = await Scene.open('threadsSeeded.ts', { threads, seed });
  scene.pool.startRun(runOptions);
  scene.pool.setUsers(1, { First: 7, Second: 4 }, 0);
  await scene.heard('users', ({ counts, reached }) => reached && counts['First'] === 0 && counts['Second'] === 0);
  await scene.stop(2);
  return { did: scene.of('customFromUser').map(({ data }) => JSON.stringify(data)).sort(), rows: scene.count() };
}

describe('--seed', () => {
  it('repeats tasks, choices and rows of every user, with any number of threads', async () => {
    const first = await runOnce(1, '42');
    expect(first.did.length).toBeGreaterThanOrEqual(7);
    for (const threads of [1, 2, 3]) expect(await runOnce(threads, '42')).toEqual(first);
    expect((await runOnce(1, '43')).did).not.toEqual(first.did);
  });
});

describe('an error that nobody caught', () => {
  it('is reported once each, in one group that names class and task, and the thread lives', async () => {
    const scene = await Scene.open('threadsStray.ts');
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Careless: 3 });
    const { message, trace } = await scene.heard('exception', (input) => input.trace.includes('begun in'));
    expect(message).toMatch(/^TypeError: nobody awaits this \(user \d+\)$/);
    expect(trace).toMatch(/^TypeError: nobody awaits this\n\s+at .*threadsStray\.ts:14:11\)\n\s+\(in a promise that nobody awaited, begun in Careless\.floating\)$/s);
    const attributed = new Set(scene.of('exception').filter((input) => input.trace.includes('begun in')).map((input) => input.trace));
    expect(attributed.size).toBe(1);
    expect(scene.pool.counts()).toEqual({ Careless: 3 });
    await scene.stop(2);
  });
});
