/** What tells errors with which a scenario steers its user from those that went wrong, for whoever calls a function of a scenario and knows no users. */

/** The base of the endings of `scenario/endings.ts`. */
export abstract class Steering extends Error {}

/** Whether `thrown` steers a user: it is let through, and is no failure. */
export function isSteering(thrown: unknown): thrown is Steering {
  return isInstanceOf(thrown, Steering);
}

/** As `instanceof`. A proxy runs its own code when it is asked what it is, and that may throw: such a value is an instance of nothing. */
export function isInstanceOf<T extends object>(value: unknown, kind: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}
