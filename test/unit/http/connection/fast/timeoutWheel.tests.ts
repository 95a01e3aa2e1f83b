import { never, tickMs, TimeoutWheel } from '../../../../../src/http/connection/fast/timeoutWheel.ts';
import type { Timed } from '../../../../../src/http/connection/fast/timeoutWheel.ts';

type Watched = Timed & { dueCount: number };

function timed(dueTick: number): Watched {
  const made: Watched = { dueTick, queuedTick: never, dueCount: 0, onDue: () => (made.dueCount += 1) };
  return made;
}

function turn(wheel: TimeoutWheel, ticks: number): void {
  for (let at = 0; at < ticks; at += 1) wheel.turn();
}

it('rings at the tick that is due, once', () => {
  const wheel = new TimeoutWheel();
  const one = timed(3);
  wheel.queue(one);
  turn(wheel, 2);
  expect(one.dueCount).toBe(0);
  turn(wheel, 500);
  expect(one.dueCount).toBe(1);
});

it('follows a deadline that moves on, and forgets one that is taken back', () => {
  const wheel = new TimeoutWheel();
  const moving = timed(3);
  const ended = timed(3);
  wheel.queue(moving);
  wheel.queue(ended);
  turn(wheel, 2);
  moving.dueTick = 10;
  ended.dueTick = never;
  turn(wheel, 7);
  expect(moving.dueCount).toBe(0);
  turn(wheel, 1);
  expect(moving.dueCount).toBe(1);
  expect(ended).toMatchObject({ dueCount: 0, queuedTick: never });
});

it('finds a deadline that comes nearer, when it is queued again', () => {
  const wheel = new TimeoutWheel();
  const one = timed(100);
  wheel.queue(one);
  one.dueTick = 5;
  wheel.queue(one);
  turn(wheel, 5);
  expect(one.dueCount).toBe(1);
  turn(wheel, 200);
  expect(one.dueCount).toBe(1);
});

it('looks at far deadlines now and then, so that what has ended is let go', () => {
  const wheel = new TimeoutWheel();
  const far = timed(4_000_000);
  wheel.queue(far);
  far.dueTick = never;
  turn(wheel, 300);
  expect(far.queuedTick).toBe(never);
});

it('is never early: the tick under way does not count', () => {
  expect(TimeoutWheel.ticksOf(1000) * tickMs).toBeGreaterThanOrEqual(1000 + tickMs);
  expect(TimeoutWheel.ticksOf(1)).toBe(2);
});
