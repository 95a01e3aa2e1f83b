/**
 * The thread around a scenario, and the functions that a scenario calls without a user at hand (`recordSuccess`, `sendMessage` …).
 * The thread's entry installs it before it loads the scenario.
 */
import type { MetricKind } from '../stats/metrics.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { PerLoad } from '../util/perLoad.ts';
import { printed } from '../util/printed.ts';
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

/** What of its thread a scenario reaches without a user. */
export type ScenarioHost = {
  readonly record: (type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null) => void;
  readonly addTasks: (tasks: readonly BoomerTask[]) => void;
  readonly sendMessage: (type: string, data: unknown) => void;
  readonly registerMessage: (type: string, listener: MessageListener) => void;
  readonly stopTest: (reason: string) => void;
  readonly setRateLimiter: (limiter: RateLimiter | null) => void;
  /** A metric is there, before it has a value; throws a BoomerError when one of another kind or unit has its name. */
  readonly declareMetric: (kind: MetricKind, unit: string, name: string) => void;
  /** A check, or a value of a metric. */
  readonly metric: (kind: MetricKind, unit: string, name: string, value: number | boolean) => void;
};

const installed = new PerLoad<ScenarioHost | null>(null);

/** Makes this the host of the scenario; null: none any more. */
export function installScenarioHost(host: ScenarioHost | null): void {
  installed.set(host);
}

/** Null outside a load thread. */
export function currentScenarioHost(): ScenarioHost | null {
  return installed.get();
}

/** The host, or a BoomerError that says where `caller` may be used. */
export function requireScenarioHost(caller: string): ScenarioHost {
  const host = installed.get();
  if (host !== null) return host;
  throw new BoomerError(
    'outside-a-worker',
    `${caller}() works only in a scenario that a worker has loaded: start it with boomer-node worker FILE, or call run(task, …)`,
  );
}

/** Records a request that succeeded: type, name, milliseconds, and the length of the answer in bytes (boomer.go, `RecordSuccess`). Never throws because of what it is given. */
export function recordSuccess(type: string, name: string, elapsedMs: number, bytes = 0): void {
  requireScenarioHost('recordSuccess').record(type, name, elapsedMs, bytes, null);
}

/** Records a request that failed: type, name, milliseconds, and why, a text or an Error (boomer.go, `RecordFailure`). Never throws because of what it is given. */
export function recordFailure(type: string, name: string, elapsedMs: number, error: unknown): void {
  requireScenarioHost('recordFailure').record(type, name, elapsedMs, 0, errorLine(error));
}

/**
 * Calls `listener` for each custom message of this type from the master, once in every load thread. A later listener for the
 * same type takes the earlier one's place (Locust runners.py, `register_message`). An error of a listener is logged and stops
 * nothing; in a run without a master, where the scenario's own messages arrive, it is an error outside tasks.
 */
export function registerMessage(type: string, listener: MessageListener): void {
  requireType('registerMessage', type);
  if (typeof listener !== 'function') {
    throw new BoomerError('bad-listener', `registerMessage('${type}', listener) expects a function, got ${printed(listener)}`);
  }
  requireScenarioHost('registerMessage').registerMessage(type, listener);
}

/** Sends the master a custom message (Locust runners.py, `send_message`) with any data that msgpack can carry: null, numbers, strings, bytes, lists, objects, dates. */
export function sendMessage(type: string, data: unknown = null): void {
  requireType('sendMessage', type);
  requireScenarioHost('sendMessage').sendMessage(type, data);
}

/** Ends the whole test, for all workers, and says why in the log. */
export function stopTest(reason: string): void {
  requireScenarioHost('stopTest').stopTest(String(reason));
}

function requireType(caller: string, type: unknown): void {
  if (typeof type === 'string' && type !== '') return;
  throw new BoomerError('bad-message-type', `${caller}(type, …) expects a non-empty string as type, got ${printed(type)}`);
}

/** Asks `limiter` before each task run of this thread's users (boomer ratelimiter.go, `RateLimiter`); null: nobody any more. */
export function setRateLimiter(limiter: RateLimiter | null): void {
  if (limiter !== null && (typeof limiter !== 'object' || typeof limiter.acquire !== 'function')) {
    throw new BoomerError('bad-rate-limiter', `setRateLimiter(limiter) expects { start?, acquire, stop? }, got ${printed(limiter)}`);
  }
  requireScenarioHost('setRateLimiter').setRateLimiter(limiter);
}
