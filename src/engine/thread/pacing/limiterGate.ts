/**
 * A scenario's own rate limiter before its users' tasks: asks again while it blocks, survives what it throws, and lets a
 * user that is stopped go without its answer.
 */
import type { RateLimiter } from '../../../scenario/scenarioHost.ts';
import { pause } from '../../../util/timers.ts';
import type { GateWaiter } from './gate.ts';
import type { Turn } from './turn.ts';

/** After a limiter has thrown: neither spin, nor let everybody through. */
const pauseAfterErrorMs = 1_000;

export class LimiterGate {
  readonly #limiter: RateLimiter;
  readonly #turn: Turn;
  readonly #onError: (error: unknown) => void;

  constructor(limiter: RateLimiter, turn: Turn, onError: (error: unknown) => void) {
    this.#limiter = limiter;
    this.#turn = turn;
    this.#onError = onError;
  }

  start(): void {
    this.#safely(() => this.#limiter.start?.());
  }

  stop(): void {
    this.#safely(() => this.#limiter.stop?.());
  }

  /** True when the limiter let the waiter through, false when it was stopped. */
  async pass(waiter: GateWaiter): Promise<boolean> {
    for (;;) {
      let isBlocked: unknown = true;
      try {
        const answer = this.#limiter.acquire();
        if (typeof answer !== 'object') isBlocked = answer;
        else if (!(await this.#answered(answer, waiter))) return false;
        else isBlocked = await answer;
        if (isBlocked !== true) return true;
        if (!(await this.#answered(this.#turn.next(), waiter))) return false;
      } catch (error) {
        this.#onError(error);
        if (!(await this.#answered(pause(pauseAfterErrorMs), waiter))) return false;
      }
    }
  }

  /** Waits for the answer, but not longer than the waiter does. */
  #answered(answer: Promise<unknown>, waiter: GateWaiter): Promise<boolean> {
    const letIn = (): void => waiter.letIn();
    answer.then(letIn, letIn);
    return waiter.waitAtGate();
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
    }
  }
}
