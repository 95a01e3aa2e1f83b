import { Permits } from '../../../../src/engine/shared/pace.ts';
import type { Rate } from '../../../../src/util/rate.ts';

const perSec = (count: number): Rate => ({ count, periodMs: 1_000 });

function permits(maxRate: Rate | null, increaseRate: Rate | null = null): Permits {
  const made = Permits.create(maxRate, increaseRate);
  made.reset(0);
  return made;
}

/** Moments of the permits that are due before `untilMs`, taken by somebody who never has to be waited for. */
function momentsUntil(from: Permits, untilMs: number): number[] {
  const moments: number[] = [];
  for (let nowMs = 0; ; nowMs = Math.max(nowMs, moments.at(-1) ?? 0)) {
    const moment = from.take(nowMs);
    if (moment >= untilMs) return moments;
    moments.push(moment);
  }
}

it('come evenly, not in a burst at the beginning of each second', () => {
  expect(momentsUntil(permits(perSec(10)), 500)).toEqual([0, 100, 200, 300, 400]);
  expect(momentsUntil(permits({ count: 30, periodMs: 60_000 }), 9_000)).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
});

it('are shared by all who look at the same memory', () => {
  const own = permits(perSec(10));
  const other = new Permits(own.memory);
  expect([own.take(0), other.take(0), own.take(0), other.take(0)]).toEqual([0, 100, 200, 300]);
});

it('lapse when nobody takes them, but for what a late timer makes up for', () => {
  const rate = permits(perSec(1_000));
  rate.take(0);
  expect(rate.take(15)).toBe(1); // late, within the slack: nothing is lost
  expect(rate.take(500)).toBe(500); // half a thousand have lapsed
  const burst = Array.from({ length: 30 }, () => rate.take(500)).filter((moment) => moment <= 500);
  expect(burst).toHaveLength(20); // what 20 ms of slack hold
});

it('grow by a step at a time up to the most', () => {
  const moments = momentsUntil(permits(perSec(25), perSec(10)), 5_000);
  const inSecond = (second: number): number => moments.filter((moment) => Math.floor(moment / 1_000) === second).length;
  expect([0, 1, 2, 3, 4].map(inSecond)).toEqual([10, 20, 25, 25, 25]);
});

it('grow without a bound when only the step is given', () => {
  const moments = momentsUntil(permits(null, { count: 5, periodMs: 2_000 }), 6_000);
  const inSecond = (second: number): number => moments.filter((moment) => Math.floor(moment / 1_000) === second).length;
  expect([0, 1, 2, 3, 4, 5].map(inSecond)).toEqual([5, 5, 10, 10, 15, 15]);
});

it('begin anew with a new run', () => {
  const ramp = permits(null, perSec(1));
  expect([ramp.take(100_000), ramp.take(100_000) < 100_010]).toEqual([100_000, true]); // 101 a second by now
  ramp.reset(200_000);
  expect([ramp.take(200_000), ramp.take(200_000)]).toEqual([200_000, 201_000]);
});
