/**
 * A thread behind the functions that a scenario calls without a user at hand (see scenario/scenarioHost.ts).
 */
import { type MetricKind, metricType } from '../../../stats/metrics.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import type { BoomerTask } from '../../../scenario/boomerTask.ts';
import type { RunnerView } from '../../../scenario/environment.ts';
import type { MessageListener, RateLimiter, ScenarioHost } from '../../../scenario/scenarioHost.ts';
import type { ThreadServices } from '../users/threadServices.ts';
import type { ThreadToMain } from '../../shared/messages.ts';
import type { Recording } from '../recording/recording.ts';
import type { ThreadPace } from '../pacing/threadPace.ts';
import { printed } from '../../../util/printed.ts';
import { now } from '../../../util/nodeTime.ts';

/** What of a thread a scenario's functions reach. */
export type ScenarioHostParts = {
  readonly post: (message: ThreadToMain) => void;
  readonly services: ThreadServices;
  readonly runner: Pick<RunnerView, 'state'>;
  readonly pace: Pick<ThreadPace, 'setLimiter'>;
  readonly recording: Pick<Recording, 'metric'>;
  /** Takes sentences for a person. */
  readonly problem: (text: string) => void;
};

/** What the scenario's functions without a user find in this thread. */
export class ThreadHost implements ScenarioHost {
  /** What `run()` was given. */
  readonly tasks: BoomerTask[] = [];
  /** By type of custom message. */
  readonly messageListeners: Map<string, MessageListener> = new Map();
  readonly #parts: ScenarioHostParts;
  /** Types of the scenario's metrics by their names. */
  readonly #metricTypes = new Map<string, string>();
  /** Names of those that were given what is no value. */
  readonly #oddMetrics = new Set<string>();

  constructor(parts: ScenarioHostParts) {
    this.#parts = parts;
  }

  /** One sample, of the user in whose task it was recorded; one that is nobody's counts while there is a test. */
  record(type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null): void {
    const { services, runner } = this.#parts;
    const owner = services.attribution.owner();
    const nowMs = now();
    if (owner !== null) owner.samples.report(owner.samples.phase(), type, name, elapsedMs, bytes, error, nowMs, null, null);
    else if (runner.state !== 'ready') services.sink.record(type, name, elapsedMs, bytes, error, nowMs, null, null, null);
  }

  addTasks(tasks: readonly BoomerTask[]): void {
    this.tasks.push(...tasks);
  }

  sendMessage(type: string, data: unknown): void {
    this.#parts.post({ kind: 'custom', type, data });
  }

  registerMessage(type: string, listener: MessageListener): void {
    this.messageListeners.set(type, listener);
    this.#parts.post({ kind: 'listening', types: [...this.messageListeners.keys()] });
  }

  stopTest(reason: string): void {
    this.#parts.post({ kind: 'stopTest', reason });
  }

  setRateLimiter(limiter: RateLimiter | null): void {
    this.#parts.pace.setLimiter(limiter);
  }

  declareMetric(kind: MetricKind, unit: string, name: string): void {
    const type = metricType(kind, unit);
    const known = this.#metricTypes.get(name) ?? type;
    if (known !== type) throw new BoomerError('bad-metric', `there are two metrics named '${name}', a ${known} and a ${type}: give one another name`);
    this.#metricTypes.set(name, type);
  }

  /** Counts while there is a test. What is no value is told of once, and does not count. */
  metric(kind: MetricKind, unit: string, name: string, value: unknown): void {
    const { recording, runner } = this.#parts;
    if (runner.state === 'ready') return;
    const isShare = kind === 'check' || kind === 'rate';
    const least = kind === 'gauge' ? -Infinity : 0;
    if (isShare && typeof value === 'boolean') recording.metric(kind, unit, name, value);
    else if (!isShare && typeof value === 'number' && Number.isFinite(value) && value >= least) recording.metric(kind, unit, name, value);
    else this.#tellOfOdd(`${kind} '${name}'`, isShare ? 'true or false' : kind === 'gauge' ? 'a number' : 'a number of 0 or more', value);
  }

  #tellOfOdd(metric: string, expected: string, value: unknown): void {
    if (this.#oddMetrics.has(metric) || this.#oddMetrics.size >= maxOddMetrics) return;
    this.#oddMetrics.add(metric);
    const remedy = value instanceof Promise ? ': await it' : '';
    this.#parts.problem(`${metric} expects ${expected}, got ${printed(value)}${remedy}; it does not count (said once)`);
  }
}

/** That are told of. */
const maxOddMetrics = 100;
