/**
 * The errors with which a scenario steers its own user, named as in Locust. Throwing one is not a failure: nothing is
 * reported for it.
 */
import { Steering } from '../util/steering.ts';

/** Ends this user: `onStop` runs, the user leaves and is counted out (Locust exception.py, `StopUser`). */
export class StopUser extends Steering {
  override name = 'StopUser';
  constructor(message = 'the user was stopped') {
    super(message);
  }
}

/** Ends the current task; the user waits, then goes on with another one. */
export class RescheduleTask extends Steering {
  override name = 'RescheduleTask';
}

/** Ends the current task; the user goes on with another one at once, without waiting. */
export class RescheduleTaskImmediately extends Steering {
  override name = 'RescheduleTaskImmediately';
}

/**
 * Ends the task set that runs: its `onStop` runs and the parent goes on, at once or, with `reschedule` false, after a
 * wait. Thrown in a task of the user itself, it ends the user (Locust task.py, `InterruptTaskSet`).
 */
export class InterruptTaskSet extends Steering {
  override name = 'InterruptTaskSet';
  readonly reschedule: boolean;
  constructor(reschedule = true) {
    super('the task set was interrupted');
    this.reschedule = reschedule;
  }
}
