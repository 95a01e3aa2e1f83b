/**
 * The users of a thread that wait for a permit, first come first served. The thread takes one permit at a time out of
 * the shared memory, for whoever is first when its moment comes: users that leave the queue take nothing along.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { type Permits, slackMs } from '../../shared/pace.ts';
import { delayUntil, ownMsOf, sharedNowMs } from '../../../util/sharedClock.ts';
import type { GateWaiter } from './gate.ts';

export class PermitQueue {
  readonly #permits: Permits;
  readonly #waiting = new Set<GateWaiter>();
  /** A permit that is taken and not yet due, on the shared clock. */
  #nextMs: number | null = null;
  #timer: Timer | null = null;

  constructor(permits: Permits) {
    this.#permits = permits;
  }

  /** True: the waiter has a permit. False: it has to `wait`. */
  admit(waiter: GateWaiter): boolean {
    if (this.#waiting.size > 0) return false;
    this.#dropLapsed();
    const permitMs = this.#takeDue();
    if (permitMs === null) return false;
    waiter.intend(ownMsOf(permitMs));
    return true;
  }

  /** True when the waiter has a permit, false when it was stopped. */
  async wait(waiter: GateWaiter): Promise<boolean> {
    this.#waiting.add(waiter);
    this.#setTimer();
    const isIn = await waiter.waitAtGate();
    this.#waiting.delete(waiter);
    return isIn;
  }

  /** Nobody waits any more: the permit that was taken for later lapses. */
  reset(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    this.#nextMs = null;
  }

  /**
   * A permit whose moment passed while nobody waited is lost, as it is in the shared memory: whoever comes a minute later is not a
   * minute late.
   */
  #dropLapsed(): void {
    if (this.#nextMs !== null && sharedNowMs() - this.#nextMs > slackMs) this.#nextMs = null;
  }

  /** The moment of a permit that may be used now. */
  #takeDue(): number | null {
    const permitMs = this.#nextMs ?? this.#permits.take(sharedNowMs());
    this.#nextMs = delayUntil(permitMs) > 0 ? permitMs : null;
    return this.#nextMs === null ? permitMs : null;
  }

  #setTimer(): void {
    if (this.#nextMs === null || this.#timer !== null) return;
    this.#timer = setTimer(() => this.#serve(), delayUntil(this.#nextMs));
  }

  #serve(): void {
    this.#timer = null;
    for (const waiter of this.#waiting) {
      const permitMs = this.#takeDue();
      if (permitMs === null) break;
      this.#waiting.delete(waiter);
      waiter.intend(ownMsOf(permitMs));
      waiter.letIn();
    }
    if (this.#waiting.size > 0) this.#setTimer();
  }
}
