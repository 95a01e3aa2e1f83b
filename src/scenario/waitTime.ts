/**
 * Wait times: what a user does between two tasks. All are in seconds, as in Locust (wait_time.py).
 */
import type { Random } from '../util/random.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { now } from '../util/nodeTime.ts';

/** What a wait time may ask of its user. */
export type Waiter = {
  readonly random: Random;
  /** `performance.now()` when the user was made. */
  readonly startedMs: number;
};

/** Seconds to wait before the next task; 0 or less goes on at once. Called after each task. A method of a class may return another one in place of them. */
export type WaitTime = (user: Waiter) => number;

/** A random time from `minSec` to `maxSec`, evenly distributed. Throws when `maxSec < minSec`. */
export function between(minSec: number, maxSec: number): WaitTime {
  requireSeconds('between', minSec);
  requireSeconds('between', maxSec);
  if (maxSec < minSec) {
    throw new BoomerError('bad-wait-time', `between(min, max) expects min <= max in seconds, got between(${minSec}, ${maxSec})`);
  }
  return (user) => user.random.float(minSec, maxSec);
}

/** Always `sec` seconds, after the task has ended. */
export function constant(sec: number): WaitTime {
  requireSeconds('constant', sec);
  return () => sec;
}

/**
 * One task every `sec` seconds, counted from start to start, however long the task takes; a task that takes longer is
 * followed at once by the next one. The first period begins with the first task.
 *
 * The period is the user's, as in Locust, not the function's: a method or a getter may make a new pacing for each wait, also with
 * another period. Unlike Locust's, the schedule does not drift: a timer that fires late shortens the next wait.
 */
export function constantPacing(sec: number): WaitTime {
  requireSeconds('constantPacing', sec);
  const pacing: WaitTime = (user) => {
    const nowMs = now();
    intendedMs = (pacedFromMs.get(user) ?? user.startedMs) + sec * 1000;
    const dueMs = Math.max(nowMs, intendedMs);
    pacedFromMs.set(user, dueMs);
    return (dueMs - nowMs) / 1000;
  };
  pacings.add(pacing);
  return pacing;
}

/** When the period of a user, or of a task set, begins that the next wait ends: with its task, or when its tasks are meant to run at all. */
const pacedFromMs = new WeakMap<Waiter, number>();

/**
 * A user, or a task set, is about to run tasks: after its `onStart`, or after it had nothing to do for a while. No period
 * of a pacing lies in the time before, which would make its next task late by what nobody had planned.
 */
export function startPacing(waiter: Waiter): void {
  pacedFromMs.set(waiter, Math.max(pacedFromMs.get(waiter) ?? waiter.startedMs, now()));
}

/** Wait times that follow a schedule. */
const pacings = new WeakSet<WaitTime>();

/** Whether the wait time says when a task is meant to begin. */
export function isPaced(waitTime: WaitTime): boolean {
  return pacings.has(waitTime);
}

const notIntended = Number.NaN;
/** When the task after the wait that was just asked for is meant to begin. */
let intendedMs = notIntended;

/**
 * When the task after the wait time that was called last is meant to begin, as `performance.now()`: in the past when its
 * period is already over. NaN when that wait time follows no schedule, and at the second call.
 */
export function takeIntendedMs(): number {
  const taken = intendedMs;
  intendedMs = notIntended;
  return taken;
}

/** `perSecond` tasks a second for each user: `constantPacing(1 / perSecond)`. Throws unless it is above 0. */
export function constantThroughput(perSecond: number): WaitTime {
  if (!(perSecond > 0) || !Number.isFinite(perSecond)) {
    throw new BoomerError(
      'bad-wait-time',
      `constantThroughput(perSecond) expects a number of tasks a second above 0, got ${printed(perSecond)}`,
    );
  }
  return constantPacing(1 / perSecond);
}

/**
 * A random time whose mean is `1 / perSecond` seconds, exponentially distributed: the tasks of a user arrive as a Poisson
 * process, with the bursts and pauses of real visitors (Locust wait_time.py, `poisson`). Throws unless it is above 0.
 */
export function poisson(perSecond: number): WaitTime {
  if (!(perSecond > 0) || !Number.isFinite(perSecond)) {
    throw new BoomerError('bad-wait-time', `poisson(perSecond) expects a number of tasks a second above 0, got ${printed(perSecond)}`);
  }
  // 1 − u is never 0, whose logarithm there is none of.
  return (user) => -Math.log(1 - user.random.next()) / perSecond;
}

/** `value` if it is a wait time; throws a BoomerError that shows what to write. `whose` is the class. */
export function checkedWaitTime(value: unknown, whose: string): WaitTime {
  if (typeof value === 'function') return value as WaitTime;
  const remedy = typeof value === 'number' ? `constant(${value})` : 'constant(1) or between(1, 3)';
  throw new BoomerError('bad-wait-time', `waitTime of ${whose} must be a wait time, got ${printed(value)}: write waitTime = ${remedy}`);
}

/** No wait at all: the default. */
export const noWait: WaitTime = () => 0;

function requireSeconds(what: string, sec: number): void {
  if (typeof sec === 'number' && Number.isFinite(sec) && sec >= 0) return;
  throw new BoomerError('bad-wait-time', `${what}() expects seconds as a number of 0 or more, got ${printed(sec)}`);
}
