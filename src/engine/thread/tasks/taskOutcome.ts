/**
 * What comes after a task, by the way in which it ended (Locust task.py, `run`; user/users.py, `run`).
 */
import { InterruptTaskSet, isEnding, RescheduleTask, RescheduleTaskImmediately, StopUser } from '../../../scenario/endings.ts';

/** How a frame goes on after a task: `wait` first or `now`; `interrupted…` leaves the frame; `over`: the user ends. */
export type Next = 'wait' | 'now' | 'interrupted, wait' | 'interrupted, now' | 'over';

/** What an error that came out of a task asks for; null: it asks for nothing and is to be reported. */
export function nextAfter(error: unknown): Next | null {
  if (isEnding(error, StopUser)) return 'over';
  if (isEnding(error, RescheduleTaskImmediately)) return 'now';
  if (isEnding(error, RescheduleTask)) return 'wait';
  if (isEnding(error, InterruptTaskSet)) return error.reschedule ? 'interrupted, now' : 'interrupted, wait';
  return null;
}

/** What leaving a task set means for the one around it. */
export function nextOutside(next: Next): Next {
  return next === 'interrupted, now' ? 'now' : next === 'interrupted, wait' ? 'wait' : next;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
