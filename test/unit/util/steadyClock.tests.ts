import { sharedNowMs } from '../../../src/util/sharedClock.ts';
import { SteadyClock } from '../../../src/util/steadyClock.ts';

test('begins with the wall clock and goes on with the monotonic one', () => {
  let monotonicMs = 5_000;
  const clock = new SteadyClock(undefined, () => monotonicMs);
  expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(1_000);
  const before = clock.nowMs();
  monotonicMs += 1_500;
  expect(clock.nowMs() - before).toBe(1_500);
  expect(clock.nowSec()).toBe(clock.nowMs() / 1000);
});

test('is the same clock in another thread, which has its anchor', () => {
  const clock = new SteadyClock();
  const other = new SteadyClock(clock.anchorMs);
  expect(Math.abs(other.nowMs() - clock.nowMs())).toBeLessThan(100);
  expect(Math.abs(other.nowMs() - sharedNowMs() - clock.anchorMs)).toBeLessThan(100);
});
