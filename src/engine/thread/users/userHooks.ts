/**
 * A user's hooks, and what is due when a hook or task has ended: work that was put off until then, and advice about
 * promises that were not awaited.
 */
import { isEnding, StopUser } from '../../../scenario/endings.ts';
import { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import type { UserState } from './userState.ts';
import type { ThreadServices } from './threadServices.ts';
import type { UserPlan } from './userPlan.ts';
import type { UserSamples } from './userSamples.ts';

/** The hooks of one user, and the work that waits for their end. */
export class UserHooks {
  readonly #plan: UserPlan;
  readonly #support: ThreadServices;
  readonly #samples: UserSamples;
  readonly #course: UserState;
  /** Mostly nothing. */
  #due: (() => void)[] | null = null;

  constructor(plan: UserPlan, support: ThreadServices, samples: UserSamples, course: UserState) {
    this.#plan = plan;
    this.#support = support;
    this.#samples = samples;
    this.#course = course;
  }

  /** To be done when the task or hook under way has ended; must not throw. */
  putOff(work: () => void): void {
    (this.#due ??= []).push(work);
  }

  /** A task or hook has ended, however it ended. */
  workEnded(): void {
    if (this.#due !== null) this.#doWhatIsDue();
  }

  /** Tells the scenario's author something, once. */
  advise(text: string): void {
    this.#support.lint.tell(text);
  }

  /** Requests of `work` are still under way when it has ended: its author forgot to await them. */
  adviseAwait(work: object, owner: User | TaskSet, name: string): void {
    const place = owner instanceof TaskSet ? `${owner.constructor.name}.${name}` : this.#plan.placeOf(name);
    this.#support.lint.awaitMissing(work, place);
  }

  /** Rejects with what `onStart` throws. */
  start(owner: User | TaskSet): Promise<void> {
    return this.#call(owner, 'onStart');
  }

  /** Runs `onStop`; true when it asked for the end of the user, or the user is gone. Never rejects: errors are reported. */
  async stop(owner: User | TaskSet): Promise<boolean> {
    if (this.#course.isGone) return true;
    try {
      await this.#call(owner, 'onStop');
    } catch (error) {
      if (isEnding(error, StopUser)) return true;
      if (!this.#course.isGone) this.#support.exceptions.add(error, owner);
    }
    return false;
  }

  /**
   * A hook that throws at once becomes one that rejects: whoever starts or kills a user must not hear of its end before
   * the call has returned, when the user is not yet on the owner's lists.
   */
  async #call(owner: User | TaskSet, name: 'onStart' | 'onStop'): Promise<void> {
    const hook = owner[name];
    if (hook === undefined) return;
    const { underWay } = this.#samples;
    const wasEnding = this.#course.isEnding;
    try {
      await hook.call(owner);
    } finally {
      this.workEnded();
    }
    // Who was stopped meanwhile owes nobody an await, as in a task.
    const isCutShort = this.#course.isEnding !== wasEnding || this.#course.isGone;
    if (this.#samples.underWay > underWay && !isCutShort) this.adviseAwait(hook, owner, name);
  }

  #doWhatIsDue(): void {
    const works = this.#due;
    this.#due = null;
    for (const work of works ?? []) work();
  }
}
