/**
 * When one user's tasks are meant to begin, and how much later they did: by an open model's arrivals, by permits, or by
 * its pacing. Every sample of a user that has a schedule is measured from there too, so a server that stood still is
 * seen by all the requests that it kept waiting, not only by those that were under way.
 */
import { takeIntendedMs } from '../../../scenario/waitTime.ts';

const nothing = Number.NaN;

export class TaskSchedule {
  /** Milliseconds that the samples of the moment are late; 0 or more. */
  lateMs = 0;
  #intendedMs = nothing;

  /** The next task is meant to begin then (`performance.now()`); of several moments the earliest counts. */
  intend(intendedMs: number): void {
    if (!(this.#intendedMs <= intendedMs) && !Number.isNaN(intendedMs)) this.#intendedMs = intendedMs;
  }

  /** Asks for a wait time: one that follows a schedule tells when the next task is meant to begin. */
  intendAfter(askWaitTime: () => unknown): unknown {
    takeIntendedMs(); // of another user, who did not want to know
    const sec = askWaitTime();
    this.intend(takeIntendedMs());
    return sec;
  }

  /** A task begins. Within a task set that began late, what has no moment of its own stays as late: `isWithin`. */
  begin(nowMs: number, isWithin: boolean): void {
    if (!Number.isNaN(this.#intendedMs)) this.lateMs = Math.max(0, nowMs - this.#intendedMs);
    else if (!isWithin) this.lateMs = 0;
    this.#intendedMs = nothing;
  }

  /** Nothing was intended: a hook of the user. */
  end(): void {
    this.lateMs = 0;
    this.#intendedMs = nothing;
  }
}
