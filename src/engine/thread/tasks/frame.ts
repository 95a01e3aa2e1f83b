/**
 * Where a user is: in its own tasks, or in a task set entered from there. Knows what comes next.
 */
import type { User } from '../../../scenario/user.ts';
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { Random } from '../../../util/random.ts';
import type { Runnable, TaskPlan } from './taskPlan.ts';

export class Frame {
  readonly plan: TaskPlan;
  /** `this` of the tasks. */
  readonly owner: User | TaskSet;
  /** Scheduled by the scenario: goes before the usual pick. Made when first used. */
  #queue: Runnable[] | null = null;
  /** Position of the next task in a sequence or chain. */
  #next = 0;

  constructor(plan: TaskPlan, owner: User | TaskSet) {
    this.plan = plan;
    this.owner = owner;
  }

  /** The next task; undefined when there is none (Locust task.py, `get_next_task`). */
  next(random: Random): Runnable | undefined {
    if (this.#queue !== null && this.#queue.length > 0) return this.#queue.shift();
    const { runnables, order, transitions } = this.plan;
    if (order === 'random') return runnables[Math.floor(random.next() * runnables.length)];
    if (order === 'sequential') return runnables[this.#next++ % runnables.length];
    const current = this.#next;
    this.#next = random.pick(transitions[current] ?? [0]);
    return runnables[current];
  }

  schedule(task: Runnable, first: boolean): void {
    this.#queue ??= [];
    if (first) this.#queue.unshift(task);
    else this.#queue.push(task);
  }
}
