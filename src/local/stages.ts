/**
 * Stages: how many users there are to be, over time, as k6's `stages` and Locust's `LoadTestShape` say it.
 */

/** Over `durationMs` the number of users goes in a straight line from what it was to `users`. */
export type Stage = {
  readonly durationMs: number;
  readonly users: number;
};
