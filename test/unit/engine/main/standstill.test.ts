import { causeOfStandstill, Standstill } from '../../../../src/engine/main/standstill.ts';

it('is told once, after five seconds, and again when the loop has turned meanwhile', () => {
  const standstill = new Standstill(0);
  const verdicts = [4_999, 5_000, 5_500, 60_000, 0, 5_000].map((silentMs) => standstill.judge(silentMs));
  expect(verdicts).toEqual(['fine', 'blocked', 'fine', 'fine', 'fine', 'blocked']);
});

it('is told of a thread that takes the place of a blocked one', () => {
  const standstill = new Standstill(0);
  standstill.judge(5_000);
  standstill.clear();
  expect(standstill.judge(5_000)).toBe('blocked');
});

it('is a hang from the timeout on, whether it was told before or not', () => {
  const standstill = new Standstill(6_000);
  expect([5_000, 5_999, 6_000, 6_500].map((silentMs) => standstill.judge(silentMs))).toEqual(['blocked', 'fine', 'hung', 'hung']);
  expect(new Standstill(1).judge(1)).toBe('hung');
});

it('of a thread that is still loading is told, and is no hang: another thread would do the same', () => {
  const standstill = new Standstill(1_000);
  expect([4_999, 5_000, 5_500].map((silentMs) => standstill.judge(silentMs, false))).toEqual(['fine', 'blocked', 'fine']);
});

it('names a machine without CPU where there is one', () => {
  expect(causeOfStandstill(3, 2)).toBe('a task blocks it');
  expect(causeOfStandstill(9.13, 2)).toBe('a task blocks it, or the machine has no CPU left for it (load 9.1 on 2 cores)');
  expect(causeOfStandstill(4, 1)).toContain('(load 4.0 on 1 core)');
});
