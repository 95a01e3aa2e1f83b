import { feed } from '../../../src/scenario/feeders/feed.ts';
import { Links, runOptions, SimulatedWorker } from '../../unit/scenario/feeders/simulation.ts';

test('shuffle is as likely to put any row in any place', () => {
  const worker = new SimulatedWorker({ name: 'worker', links: new Links('x'), threads: 1, make: () => feed.array(['a', 'b', 'c', 'd'], { order: 'shuffle' }), seed: 'even' });
  worker.startRun(runOptions());
  const user = worker.user();
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 40_000; draw++) {
    const key = `${worker.feeder(0).nextNow(user)}${draw % 4}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(16);
  // 2500 expected, with a standard deviation of 43.
  for (const count of counts.values()) expect(Math.abs(count - 2500)).toBeLessThan(200);
});
