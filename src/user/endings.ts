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
