/**
 * The errors with which a scenario steers its own user, named as in Locust. Throwing one is not a failure: nothing is
 * reported for it.
 */

/** Ends this user: `onStop` runs, the user leaves and is counted out (Locust exception.py, `StopUser`). */
export class StopUser extends Error {
  override name = 'StopUser';
  constructor(message = 'the user was stopped') {
    super(message);
  }
}

/** Ends the current task; the user waits, then goes on with another one. */
export class RescheduleTask extends Error {
  override name = 'RescheduleTask';
}

/** Ends the current task; the user goes on with another one at once, without waiting. */
export class RescheduleTaskImmediately extends Error {
  override name = 'RescheduleTaskImmediately';
}

/**
 * Whether `thrown` is one of these. A proxy runs its own code when it is asked what it is, and that may throw: such a
 * value is none of ours.
 */
export function isEnding<T extends Error>(thrown: unknown, ending: abstract new (...args: never[]) => T): thrown is T {
  try {
    return thrown instanceof ending;
  } catch {
    return false;
  }
}

/**
 * Ends the task set that runs: its `onStop` runs and the parent goes on, at once or, with `reschedule` false, after a
 * wait. Thrown in a task of the user itself, it ends the user (Locust task.py, `InterruptTaskSet`).
 */
export class InterruptTaskSet extends Error {
  override name = 'InterruptTaskSet';
  readonly reschedule: boolean;
  constructor(reschedule = true) {
    super('the task set was interrupted');
    this.reschedule = reschedule;
  }
}
