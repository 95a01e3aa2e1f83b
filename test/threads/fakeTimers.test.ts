/** A scenario that puts other clocks and timers in place of Node's: users and reports go on, and somebody says so. */
import { until } from '../support/until.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

it('fake timers stop neither users nor their end, and times are true', async () => {
  const scene = await Scene.open('threadsFakeTimers.ts', { hangTimeoutMs: 3_000 });
  scene.pool.startRun(runOptions);
  await scene.reach(1, { Shopper: 3 });
  await scene.counts((counted) => (counted['sleeps']?.requests ?? 0) >= 30);
  await until('the warning', () => scene.logs.length > 0);
  await scene.stop(2);
  expect(scene.logs).toEqual([
    expect.stringMatching(/^warning: the scenario has put others in place of Node's setTimeout, setInterval, setImmediate, performance\.now, Date\.now, and they do not run by themselves \(fake timers\?\): /u),
  ]);
  const times = scene.of('customFromUser').map(({ data }) => data as number);
  expect(Math.min(...times)).toBeGreaterThan(18);
  expect(scene.of('exception')).toEqual([]);
});
