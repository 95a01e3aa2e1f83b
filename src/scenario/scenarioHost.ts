/**
 * The thread around a scenario, for the functions that a scenario calls without a user at hand (`recordSuccess`,
 * `sendMessage`, `run` …). The thread's entry installs it before it loads the scenario.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { BoomerTask } from './boomerTask.ts';

/** A custom message as it reached this worker. */
export type CustomMessage = {
  readonly type: string;
  readonly data: unknown;
};

/** Hears custom messages; what it returns is awaited. */
export type MessageListener = (message: CustomMessage) => unknown;

/** One for each load thread, since each loads the scenario: a limit of N over T threads is N / T here. */
export type RateLimiter = {
  /** A test begins. */
  start?(): void;
  /**
   * Asked before each task run: true, or a promise of true, when the task is blocked: it is asked again, at once after
   * the event loop has turned, so a limiter that waits should return a promise.
   */
  acquire(): boolean | Promise<boolean>;
  /** The test is over, its users are gone. */
  stop?(): void;
};

export type ScenarioHost = {
  readonly record: (type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null) => void;
  readonly addTasks: (tasks: readonly BoomerTask[]) => void;
  readonly sendMessage: (type: string, data: unknown) => void;
  readonly registerMessage: (type: string, listener: MessageListener) => void;
  readonly stopTest: (reason: string) => void;
  readonly setRateLimiter: (limiter: RateLimiter | null) => void;
};

let installed: ScenarioHost | null = null;

/** Makes this the host of the scenario; null: none any more. */
export function installScenarioHost(world: ScenarioHost | null): void {
  installed = world;
}

/** Null outside a load thread. */
export function currentScenarioHost(): ScenarioHost | null {
  return installed;
}

/** The world, or a BoomerError that says where `caller` may be used. */
export function requireScenarioHost(caller: string): ScenarioHost {
  if (installed !== null) return installed;
  throw new BoomerError(
    'outside-a-worker',
    `${caller}() works only in a scenario that a worker has loaded: start it with boomer-node worker FILE, or call run(task, …)`,
  );
}
