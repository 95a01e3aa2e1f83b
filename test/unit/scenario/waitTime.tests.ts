import { jest } from '@jest/globals';
import { between, constant, constantPacing, constantThroughput, noWait, poisson, type Waiter } from '../../../src/scenario/waitTime.ts';
import { Random } from '../../../src/util/random.ts';
import { printed } from '../../../src/util/printed.ts';

const born = (startedMs = performance.now()): Waiter => ({ random: new Random('waiter'), startedMs });

describe('between', () => {
  it('stays within its bounds and fills them', () => {
    const wait = between(1, 3);
    const user = born();
    const waits = Array.from({ length: 10_000 }, () => wait(user));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...waits)).toBeLessThan(3);
    expect(Math.min(...waits)).toBeLessThan(1.01);
    expect(Math.max(...waits)).toBeGreaterThan(2.99);
    expect(waits.reduce((sum, sec) => sum + sec, 0) / waits.length).toBeCloseTo(2, 1);
  });

  it('takes equal bounds', () => {
    expect(between(2, 2)(born())).toBe(2);
  });

  it('draws from the stream of the user that waits', () => {
    const wait = between(0, 1);
    expect(wait(born())).toBe(wait(born()));
  });

  it('refuses bounds in the wrong order', () => {
    expect(() => between(3, 1)).toThrow('between(min, max) expects min <= max in seconds, got between(3, 1)');
  });
});

describe('constant', () => {
  it('is always the same', () => {
    expect([constant(1.5)(born()), constant(0)(born()), noWait(born())]).toEqual([1.5, 0, 0]);
  });
});

describe.each([
  ['between', (value: never) => between(value, 5)],
  ['between', (value: never) => between(0, value)],
  ['constant', (value: never) => constant(value)],
  ['constantPacing', (value: never) => constantPacing(value)],
])('%s', (name, make) => {
  it.each([[-1], [Number.NaN], [Infinity], ['1'], [null], [undefined]])('refuses %p', (value) => {
    expect(() => make(value as never)).toThrow(`${name}() expects seconds as a number of 0 or more, got ${printed(value)}`);
  });
});

describe('constantPacing', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  it('counts from start to start, however long the task takes', () => {
    const wait = constantPacing(1);
    const user = born();
    jest.advanceTimersByTime(300);
    expect(wait(user)).toBeCloseTo(0.7, 9);
    jest.advanceTimersByTime(700 + 999);
    expect(wait(user)).toBeCloseTo(0.001, 9);
  });

  it('does not drift when timers fire late', () => {
    const wait = constantPacing(1);
    const user = born();
    for (let round = 1; round <= 100; round++) {
      const waitMs = wait(user) * 1000;
      jest.advanceTimersByTime(waitMs + (round % 7)); // the timer fires up to 6 ms late
      expect(performance.now() - user.startedMs - 1000 * round).toBeLessThan(7);
    }
  });

  it('goes on at once after a task that took too long, and does not catch up afterwards', () => {
    const wait = constantPacing(1);
    const user = born();
    jest.advanceTimersByTime(5_500);
    expect(wait(user)).toBe(0);
    expect(wait(user)).toBeCloseTo(1, 9);
  });

  it('is the same when it is made anew for each wait, also with another period', () => {
    const user = born();
    jest.advanceTimersByTime(300);
    expect(constantPacing(1)(user)).toBeCloseTo(0.7, 9);
    jest.advanceTimersByTime(700 + 300);
    expect(constantPacing(2)(user)).toBeCloseTo(1.7, 9);
  });

  it('keeps a schedule for each user, even when users share the function', () => {
    const wait = constantPacing(1);
    const [early, late] = [born(0), born(400)];
    jest.advanceTimersByTime(500);
    expect(wait(early)).toBeCloseTo(0.5, 9);
    expect(wait(late)).toBeCloseTo(0.9, 9);
  });
});

describe('constantThroughput', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  it('is the pacing of its inverse', () => {
    const wait = constantThroughput(4);
    const user = born();
    expect([wait(user), wait(user), wait(user)].map((sec) => Math.round(sec * 1e6) / 1e6)).toEqual([0.25, 0.5, 0.75]);
  });

  it.each([[0], [-1], [Number.NaN], [Infinity], ['1'], [undefined]])('refuses %p', (perSecond) => {
    expect(() => constantThroughput(perSecond as never)).toThrow(
      `constantThroughput(perSecond) expects a number of tasks a second above 0, got ${printed(perSecond)}`,
    );
  });
});

describe('poisson', () => {
  it('waits exponentially: the mean is 1 / rate, and so is the deviation', () => {
    const wait = poisson(4);
    const user = born();
    const waits = Array.from({ length: 50_000 }, () => wait(user));
    const mean = waits.reduce((sum, sec) => sum + sec, 0) / waits.length;
    const variance = waits.reduce((sum, sec) => sum + (sec - mean) ** 2, 0) / waits.length;
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(mean).toBeCloseTo(0.25, 2);
    expect(Math.sqrt(variance)).toBeCloseTo(0.25, 2);
    expect(waits.filter((sec) => sec > 0.25).length / waits.length).toBeCloseTo(Math.exp(-1), 2);
  });

  it.each([[0], [-1], [Number.NaN], [Infinity], ['1']])('refuses the rate %p', (rate) => {
    expect(() => poisson(rate as never)).toThrow(`poisson(perSecond) expects a number of tasks a second above 0, got ${printed(rate)}`);
  });
});
