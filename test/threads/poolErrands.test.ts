/** What threads do once when asked: tasks by name, profiles, the last word on the exit code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHttpServer } from '../support/httpServer.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

it('tasks run once by name, in order, between the hooks of their class', async () => {
  const scene = await Scene.open('threadsPace.ts', { threads: 2 });
  const { runs, unknownNames } = await scene.pool.runTasks(['Limited.fails', 'limited', 'arrive', 'nothing']);
  expect(runs.map(({ className, taskName, error }) => [className, taskName, error])).toEqual([
    ['Limited', 'fails', 'TypeError: as told'],
    ['Limited', 'limited', null],
    ['Idler', 'arrive', null],
  ]);
  expect(unknownNames).toEqual(['nothing']);
  expect(scene.count()).toEqual(Object.fromEntries([['onStart', 2], ['fails', 1], ['onStop', 2], ['limited', 1], ['arrive', 1]].map(([name, requests]) => [name, { requests, failures: 0 }])));
  expect(scene.of('exception')).toEqual([{ kind: 'exception', message: 'TypeError: as told', trace: expect.stringContaining('threadsPace.ts') as string, count: 1, isOutsideTask: false }]);
});

it('a scenario\'s own limiter is asked before each task and told of the end; its settings and exit code come up', async () => {
  const scene = await Scene.open('threadsPace.ts', { threads: 2 });
  expect(scene.pool.settings()).toEqual({ options: [], hasSetup: false, hasTeardown: false, hasShape: false, stages: null, thresholds: { '*': ['rate<0.01'] } });
  scene.pool.startRun(runOptions);
  scene.pool.setUsers(1, { Limited: 2 }, 0);
  await scene.counts((counted) => (counted['limited']?.requests ?? 0) > 50);
  await scene.stop(2);
  const asked = scene.of('customFromUser').map(({ data }) => data as number);
  expect(asked).toHaveLength(2);
  // Each third question lets a task begin, unless its user is stopped in that moment.
  const allowed = asked.reduce((sum, questions) => sum + Math.floor(questions / 3), 0);
  const begun = scene.count()['limited']?.requests ?? 0;
  expect(allowed - begun).toBeLessThanOrEqual(2);
  expect(allowed).toBeGreaterThanOrEqual(begun);
  expect(scene.of('exception')).toEqual([]);
  expect(await scene.pool.close(0)).toBe(4);
});

it('each thread writes profiles, which end with the pool at the latest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  try {
    const scene = await Scene.open('threadsPace.ts', { threads: 2 });
    scene.pool.startRun(runOptions);
    await scene.reach(1, { Idler: 2 });
    await scene.pool.profile('cpu', join(folder, 'cpu.prof'), 100);
    const memory = scene.pool.profile('memory', join(folder, 'heap'), 3_600_000);
    await scene.stop(2);
    await scene.pool.close();
    await memory;
    for (const thread of [0, 1]) {
      expect(JSON.parse(readFileSync(join(folder, `cpu.${thread}.cpuprofile`), 'utf8'))).toHaveProperty('samples');
      expect(JSON.parse(readFileSync(join(folder, `heap.${thread}.heapprofile`), 'utf8'))).toHaveProperty('head');
    }
    const unwritable = await Scene.open('threadsPace.ts', { threads: 1 });
    await expect(unwritable.pool.profile('cpu', join(folder, 'no', 'such', 'folder'), 1)).rejects.toThrow(/^the profile .*folder\.0\.cpuprofile could not be made: .*ENOENT/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each(['heads', 'full'] as const)('http-debug shows requests and answers without their secrets: %s', async (httpDebug) => {
  const server = await startHttpServer((_, response) => response.setHeader('set-cookie', 'session=hush').end('{"password":"hush","visible":1}'));
  try {
    const scene = await Scene.open('threadsPace.ts', { host: server.url, httpDebug });
    await scene.pool.runTasks(['Getter.get']);
    const shown = scene.logs.join('\n');
    expect(shown).toContain('> GET http://');
    expect(shown).toContain('/item?token=[redacted]');
    expect(shown).toMatch(/^< 200 OK$/mu);
    expect(shown.includes('"visible":1')).toBe(httpDebug === 'full');
    expect(shown).not.toContain('hush');
  } finally {
    await server.close();
  }
});
