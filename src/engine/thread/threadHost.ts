/**
 * A thread behind the functions that a scenario calls without a user at hand (see scenario/scenarioHost.ts).
 */
import { checkedBoomerTasks, type BoomerTask } from '../../scenario/boomerTask.ts';
import type { RunnerView } from '../../scenario/environment.ts';
import type { MessageListener, RateLimiter, ScenarioHost } from '../../scenario/scenarioHost.ts';
import type { ThreadServices } from './users/threadServices.ts';
import type { ThreadToMain } from '../shared/messages.ts';
import type { ThreadPace } from './pacing/threadPace.ts';
import { now } from '../../util/nodeTime.ts';

/** What of a thread a scenario's functions reach. */
export type ScenarioHostParts = {
  readonly post: (message: ThreadToMain) => void;
  readonly services: ThreadServices;
  readonly runner: Pick<RunnerView, 'state'>;
  readonly pace: Pick<ThreadPace, 'setLimiter'>;
};

/** What the scenario's functions without a user find in this thread. */
export class ThreadHost implements ScenarioHost {
  /** What `run()` was given. */
  readonly tasks: BoomerTask[] = [];
  /** By type of custom message. */
  readonly messageListeners: Map<string, MessageListener> = new Map();
  readonly #parts: ScenarioHostParts;

  constructor(parts: ScenarioHostParts) {
    this.#parts = parts;
  }

  /** One sample, of the user in whose task it was recorded; one that is nobody's counts while there is a test. */
  record(type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null): void {
    const { services, runner } = this.#parts;
    const life = services.attribution.owner();
    const nowMs = now();
    if (life !== null) life.samples.report(life.samples.phase(), type, name, elapsedMs, bytes, error, nowMs, null, null);
    else if (runner.state !== 'ready') services.sink.record(type, name, elapsedMs, bytes, error, nowMs, null, null, null);
  }

  addTasks(tasks: readonly BoomerTask[]): void {
    this.tasks.push(...checkedBoomerTasks(tasks));
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
}
