/** Sleepers are rung once, in their millisecond or as soon after as the thread gets its turn, and never early. */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { SleepWheel, type Sleeper } from '../../../../../src/engine/thread/pacing/sleepWheel.ts';
import { collectNow } from '../../../../../src/util/garbage.ts';
import { until } from '../../../../support/until.ts';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

class Rung implements Sleeper {
  dueTick = -1;
  readonly atMs: number[] = [];
  readonly #wheel: SleepWheel;
  readonly #then: (sleeper: Rung) => void;

  constructor(wheel: SleepWheel, then: (sleeper: Rung) => void = () => undefined) {
    this.#wheel = wheel;
    this.#then = then;
  }

  sleep(ms: number): void {
    this.dueTick = this.#wheel.tickAfter(ms);
    this.#wheel.add(this);
  }

  wake(): void {
    const { dueTick } = this;
    this.dueTick = -1;
    this.#wheel.leave(dueTick);
  }

  ring(): void {
    this.dueTick = -1;
    this.atMs.push(performance.now());
    this.#then(this);
  }
}

it.each([1, 7, 4_095, 4_096, 4_097, 10_000, 3_600_000])('rings after %d ms, once', (ms) => {
  const sleeper = new Rung(new SleepWheel());
  sleeper.sleep(ms);
  jest.advanceTimersByTime(ms - 1);
  expect(sleeper.atMs).toEqual([]);
  jest.advanceTimersByTime(20_000);
  expect(sleeper.atMs).toEqual([ms]);
});

it('sets no timer while nobody sleeps', () => {
  const sleeper = new Rung(new SleepWheel());
  sleeper.sleep(5);
  jest.advanceTimersByTime(5);
  expect(jest.getTimerCount()).toBe(0);
});

it('rings whoever comes while others are rung, later', () => {
  const wheel = new SleepWheel();
  const sleeper = new Rung(wheel, (one) => (one.atMs.length < 5 ? one.sleep(10) : undefined));
  sleeper.sleep(10);
  jest.advanceTimersByTime(100);
  expect(sleeper.atMs).toEqual([10, 20, 30, 40, 50]);
});

it('passes over who woke by himself, and rings him when his next sleep is over', () => {
  const sleeper = new Rung(new SleepWheel());
  sleeper.sleep(50);
  jest.advanceTimersByTime(20);
  sleeper.wake();
  jest.advanceTimersByTime(10);
  sleeper.sleep(30);
  jest.advanceTimersByTime(20);
  expect(sleeper.atMs).toEqual([]);
  jest.advanceTimersByTime(100);
  expect(sleeper.atMs).toEqual([60]);
});

it('holds nobody who has left a wait of an hour, whoever else leaves shorter ones', async () => {
  const wheel = new SleepWheel();
  const beat: Rung = new Rung(wheel, (sleeper) => sleeper.sleep(100));
  beat.sleep(100);
  const staying = Array.from({ length: 5 }, () => new Rung(wheel));
  for (const sleeper of staying) sleeper.sleep(3_600_000);
  const soon = Array.from({ length: 30 }, () => new Rung(wheel));
  for (const sleeper of soon) sleeper.sleep(5_000);
  const left = Array.from({ length: 10 }, () => {
    const sleeper = new Rung(wheel);
    sleeper.sleep(3_600_000);
    sleeper.wake();
    return new WeakRef(sleeper);
  });
  jest.advanceTimersByTime(2_000);
  for (const sleeper of soon) sleeper.wake();
  jest.advanceTimersByTime(4_000);
  beat.wake();
  jest.useRealTimers();
  await until('those who have left to be collected', async () => {
    await new Promise(setImmediate);
    collectNow();
    return left.every((sleeper) => sleeper.deref() === undefined);
  }, { everyMs: 1, timeoutMs: 5_000 });
  expect(staying.every(({ dueTick }) => dueTick >= 0)).toBe(true);
});

it('lets others have their turn between many who are due together', () => {
  const wheel = new SleepWheel();
  const sleepers = Array.from({ length: 2_500 }, () => new Rung(wheel));
  for (let ms = 1; ms <= 2_500; ms++) sleepers[ms - 1]?.sleep(ms % 5);
  let rungInBetween = 0;
  setTimeout(() => setImmediate(() => (rungInBetween = sleepers.filter(({ atMs }) => atMs.length > 0).length)), 3);
  // The thread was busy for all of it.
  jest.setSystemTime(0);
  jest.advanceTimersByTime(10);
  expect(sleepers.every(({ atMs }) => atMs.length === 1)).toBe(true);
  expect(rungInBetween).toBeGreaterThan(0);
});

it('rings everybody once and on time, whoever comes and goes', () => {
  const step = fc.record({ who: fc.nat(9), ms: fc.integer({ min: 1, max: 12_000 }), wakes: fc.boolean(), passMs: fc.nat(6_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const wheel = new SleepWheel();
      const beganMs = performance.now();
      const dueMs = new Map<number, number>();
      const expected: [who: number, atMs: number][] = [];
      const rung: [who: number, atMs: number][] = [];
      const sleepers = Array.from({ length: 10 }, (_, who) => new Rung(wheel, () => rung.push([who, performance.now() - beganMs])));
      const settle = (untilMs: number): void => {
        for (const [who, due] of dueMs) {
          if (due > untilMs) continue;
          dueMs.delete(who);
          expected.push([who, due]);
        }
      };
      for (const { who, ms, wakes, passMs } of steps) {
        const nowMs = performance.now() - beganMs;
        if (wakes) {
          sleepers[who]?.wake();
          dueMs.delete(who);
        } else if (!dueMs.has(who)) {
          sleepers[who]?.sleep(ms);
          dueMs.set(who, nowMs + ms);
        }
        settle(nowMs + passMs);
        jest.advanceTimersByTime(passMs);
      }
      settle(Number.POSITIVE_INFINITY);
      jest.advanceTimersByTime(20_000);
      const byTime = (one: [number, number], other: [number, number]): number => one[1] - other[1] || one[0] - other[0];
      expect(rung.sort(byTime)).toEqual(expected.sort(byTime));
    }),
    { numRuns: 200 },
  );
});
