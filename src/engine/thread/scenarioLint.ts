/**
 * Tells a scenario's author what will not do what it seems to do. Each thing is said once.
 */
import { misspeltOfClass, misspeltOfInstance } from '../../scenario/misspelling.ts';
import { TaskSet } from '../../scenario/taskSet.ts';
import { User } from '../../scenario/user.ts';
import type { TaskPlan } from './tasks/taskPlan.ts';

/** A scenario may make up names for ever. */
const maxTexts = 100;

export class ScenarioLint {
  readonly #warn: (text: string) => void;
  readonly #known = new WeakSet<object>();
  readonly #told = new Set<string>();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** Looks at the class of a plan and at the task sets below it. */
  lookAtClasses(plan: TaskPlan): void {
    if (this.#known.has(plan)) return;
    this.#known.add(plan);
    const { owner } = plan;
    if (owner.prototype instanceof TaskSet) this.#sayAll(misspeltOfClass(owner, TaskSet, 'task set'));
    else this.#sayAll(misspeltOfClass(owner, User, 'rest' in owner.prototype ? 'HTTP user' : 'user'));
    for (const below of plan.below) this.lookAtClasses(below);
  }

  /** Looks at the first instance of each class. */
  lookAtInstance(instance: object, className: string): void {
    if (this.#known.has(instance.constructor)) return;
    this.#known.add(instance.constructor);
    this.#sayAll(misspeltOfInstance(instance, className));
  }

  /** `work`, a task or a hook, returned while a request that it began was under way. */
  awaitMissing(work: object, where: string): void {
    if (this.#known.has(work)) return;
    this.#known.add(work);
    this.#warn(`${where} returned while a request that it had begun was still under way: is an await missing before the call? (said once per task)`);
  }

  /** Says each text once. */
  tell(text: string): void {
    if (this.#told.has(text) || this.#told.size >= maxTexts) return;
    this.#told.add(text);
    this.#warn(text);
  }

  #sayAll(advice: readonly string[]): void {
    for (const text of advice) this.#warn(text);
  }
}
