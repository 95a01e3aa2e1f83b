/**
 * A user on its way to its next task: past the gate, and measured from when that task was meant to begin.
 */
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { beginPacing } from '../../../scenario/waitTime.ts';
import type { TaskGate } from './gate.ts';
import type { Guest } from './guest.ts';
import type { Runnable } from '../tasks/taskPlan.ts';
import type { UserParts } from '../users/userBirth.ts';
import { now } from '../../../util/nodeTime.ts';

/** The way of one user; asked before each of its tasks. */
export class Entrance implements Guest {
  readonly #parts: UserParts;

  constructor(parts: UserParts) {
    this.#parts = parts;
  }

  /** An open model's users wait for an arrival, then whoever is about to run a task for whatever limits these. */
  mayBegin(gate: TaskGate, owner: User | TaskSet, run: Runnable | undefined): boolean | Promise<boolean> {
    if (this.waitsForArrivals(gate, owner)) return this.#afterArrival(gate, run);
    return typeof run !== 'function' || gate.admit(this);
  }

  /** Instead of a wait time, between its own tasks; within a task set it goes on by itself. */
  waitsForArrivals(gate: TaskGate, owner: User | TaskSet): boolean {
    return gate.arrivals !== null && owner === this.#parts.user;
  }

  /** A task of `owner` begins. */
  beginOnSchedule(owner: User | TaskSet): void {
    const { samples, support, user } = this.#parts;
    samples.schedule?.begin(now(), owner !== user && support.gate !== null && support.gate.arrivals !== null);
  }

  waitAtGate(): Promise<boolean> {
    return this.#parts.course.waitToBeLetIn();
  }

  letIn(): void {
    this.#parts.course.letIn();
  }

  intend(intendedMs: number): void {
    this.#parts.samples.schedule?.intend(intendedMs);
  }

  async #afterArrival(gate: TaskGate, run: Runnable | undefined): Promise<boolean> {
    if ((await gate.arrivals?.wait(this)) === false) return false;
    // What it paces within its task sets did not run while it was idle.
    beginPacing(this.#parts.user);
    return typeof run !== 'function' || gate.admit(this);
  }
}
