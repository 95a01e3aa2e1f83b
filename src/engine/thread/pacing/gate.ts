/**
 * What stands between a user and its next task. A thread has a gate only when something was asked for; without one a task
 * costs a comparison more.
 *
 *   top-level task:  pick ─► arrivals (open model) ─► task set: enter it
 *                                              └────► task: limiter of the scenario ─► permit ─► one of the iterations ─► run
 *
 * The iteration is taken last and at once before the task begins, so exactly as many begin as there are.
 */

/** A user as whatever keeps it waiting knows it. */
export type GateWaiter = {
  /** Waits until `letIn`; false when the user was stopped meanwhile. */
  waitAtGate(): Promise<boolean>;
  /** Ends the wait; nothing to a waiter that does not wait. */
  letIn(): void;
  /** Its next task is meant to begin then (`performance.now()`). */
  intend(intendedMs: number): void;
};

/** Users wait in it until something comes; false when one was stopped meanwhile. */
type Queue = { readonly wait: (waiter: GateWaiter) => Promise<boolean> };

/** As a user knows it. */
export type TaskGate = {
  /** Users of this class wait here between their own tasks, in an open model; null: they go on by themselves. */
  arrivalsOf(className: string): Queue | null;
  /** Samples of this class's users have an intended start. */
  isScheduleOf(className: string): boolean;
  /** True: the task may begin now. False: the user has been stopped, or there are no iterations left: it is to end. */
  admit(waiter: GateWaiter): boolean | Promise<boolean>;
};

/** What a gate is made of; null: not asked for. */
export type GateParts = {
  /** True: one of the iterations has been taken. */
  readonly iterations: { readonly take: () => boolean } | null;
  /** True: a permit has been taken; false: the waiter has to `wait`. */
  readonly permits: (Queue & { readonly admit: (waiter: GateWaiter) => boolean }) | null;
  /** Of all users. */
  readonly arrivals: Queue | null;
  /** Of classes whose users stand for a rate each. */
  readonly classArrivals: { readonly queueOf: (className: string) => Queue | null } | null;
  /** The scenario's own; true when it let the waiter through. */
  readonly limiter: { readonly pass: (waiter: GateWaiter) => Promise<boolean> } | null;
};

export class Gate implements TaskGate {
  readonly #iterations: GateParts['iterations'];
  readonly #permits: GateParts['permits'];
  readonly #limiter: GateParts['limiter'];
  readonly #arrivals: GateParts['arrivals'];
  readonly #classArrivals: GateParts['classArrivals'];

  constructor({ iterations, permits, arrivals, classArrivals, limiter }: GateParts) {
    this.#iterations = iterations;
    this.#permits = permits;
    this.#limiter = limiter;
    this.#arrivals = arrivals;
    this.#classArrivals = classArrivals;
  }

  /** Null when nothing is asked for. */
  static of(parts: GateParts): Gate | null {
    return Object.values(parts).every((part) => part === null) ? null : new Gate(parts);
  }

  arrivalsOf(className: string): Queue | null {
    return this.#arrivals ?? (this.#classArrivals === null ? null : this.#classArrivals.queueOf(className));
  }

  isScheduleOf(className: string): boolean {
    return this.#permits !== null || this.arrivalsOf(className) !== null;
  }

  admit(waiter: GateWaiter): boolean | Promise<boolean> {
    if (this.#limiter !== null || this.#permits?.admit(waiter) === false) return this.#wait(waiter);
    return this.#begin();
  }

  async #wait(waiter: GateWaiter): Promise<boolean> {
    if (this.#limiter !== null) {
      if (!(await this.#limiter.pass(waiter))) return false;
      if (this.#permits === null || this.#permits.admit(waiter)) return this.#begin();
    }
    return (await this.#permits?.wait(waiter)) !== false && this.#begin();
  }

  #begin(): boolean {
    return this.#iterations === null || this.#iterations.take();
  }
}
