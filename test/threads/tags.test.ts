import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

/** Names of the rows that a run left. */
async function rowsOf(options: { tags?: string[]; excludeTags?: string[] }, master: { tags?: string[]; excludeTags?: string[] } = {}): Promise<string[]> {
  const scene = await Scene.open('threadsTagged.ts', options);
  scene.pool.startRun({ ...runOptions, tags: master.tags ?? null, excludeTags: master.excludeTags ?? null });
  await scene.reach(1, { Tagged: 5 });
  await scene.counts((counted) => Object.values(counted).reduce((sum, { requests }) => sum + requests, 0) > 100);
  await scene.stop(2);
  return Object.keys(scene.count()).sort();
}

describe("the worker's tags", () => {
  it('choose tasks when the master names none', async () => {
    expect(await rowsOf({})).toEqual(['plain', 'read', 'write']);
    expect(await rowsOf({ tags: ['read'] })).toEqual(['read']);
    expect(await rowsOf({ excludeTags: ['read'] }, { tags: [] })).toEqual(['plain', 'write']);
  });

  it("give way to the master's", async () => {
    expect(await rowsOf({ tags: ['read'] }, { tags: ['write'] })).toEqual(['write']);
    expect(await rowsOf({ excludeTags: ['read'] }, { excludeTags: ['write'] })).toEqual(['plain', 'read']);
  });
});
