/**
 * The wait that a scenario asks for between two tasks: a task set's own, or else its user's. Asked after each task.
 */
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { printed } from '../../../util/printed.ts';
import type { TaskSchedule } from '../pacing/taskSchedule.ts';

/** Milliseconds, of any sign. Throws what the wait time throws, and a TypeError when it gives no number. */
export function askedWaitMs(owner: User | TaskSet, user: User, schedule: TaskSchedule | null): number {
  const sec: unknown = schedule === null ? askedWaitSec(owner, user) : askedOnSchedule(owner, user, schedule);
  if (typeof sec === 'number' && !Number.isNaN(sec)) return sec * 1000;
  throw new TypeError(`waitTime of ${owner.constructor.name} must return seconds as a number, got ${printed(sec)}`);
}

function askedWaitSec(owner: User | TaskSet, user: User): unknown {
  return owner.waitTime === undefined ? user.waitTime(user) : owner.waitTime(owner);
}

/** By itself: the closure would cost `askedWaitMs` an allocation each time. */
function askedOnSchedule(owner: User | TaskSet, user: User, schedule: TaskSchedule): unknown {
  return schedule.intendAfter(() => askedWaitSec(owner, user));
}
