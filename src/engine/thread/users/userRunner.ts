/**
 * One user's life: `onStart`, then its tasks, then `onStop` (Locust users.py, `run`). How far it has come is its course
 * (`userState.ts`); what it does meanwhile its loop (`taskLoop.ts`).
 *
 *   stop():  the task under way may finish, then the user leaves; a waiting user leaves at once
 *   kill():  the user leaves now; what was in flight is aborted and does not count
 *
 * A killed user's async function cannot be ended from outside: its requests reject, what it still records is dropped
 * (its phase is over), and when it returns nobody is listening any more.
 */
import { isEnding, StopUser } from '../../../scenario/endings.ts';
import type { UserEnvironment } from '../../../scenario/environment.ts';
import type { User } from '../../../scenario/user.ts';
import { beginPacing } from '../../../scenario/waitTime.ts';
import type { Random } from '../../../util/random.ts';
import { Frame, TaskLoop } from '../tasks/taskLoop.ts';
import { makeUser, type UserParts } from './createUser.ts';
import type { ThreadServices, WorkOwner } from './threadServices.ts';
import type { UserPlan } from './userPlan.ts';
import type { UserSamples } from './userSamples.ts';

export class UserRunner implements WorkOwner {
  readonly #parts: UserParts;
  readonly #loop: TaskLoop;
  readonly #onGone: (life: UserRunner) => void;

  /** Makes the user; throws what its constructor throws. */
  constructor(plan: UserPlan, support: ThreadServices, environment: UserEnvironment, random: Random, onGone: (life: UserRunner) => void) {
    this.#parts = makeUser(plan, support, environment, random);
    this.#loop = new TaskLoop(this.#parts, this);
    this.#onGone = onGone;
  }

  get plan(): UserPlan {
    return this.#parts.plan;
  }

  get user(): User {
    return this.#parts.user;
  }

  get samples(): UserSamples {
    return this.#parts.samples;
  }

  get doing(): string {
    const { task } = this.#loop;
    return this.plan.placeOf(task === null ? 'onStart' : this.plan.nameOf(task));
  }

  /** Lives until stopped; the promise is for AsyncLocalStorage's sake and never rejects. */
  async start(): Promise<void> {
    const { course, plan, samples, user } = this.#parts;
    if (!(await this.#begin())) return;
    if (samples.schedule !== null) beginPacing(user);
    course.begin();
    await this.#loop.run(new Frame(plan.tasks, user));
    if (!course.isOver) await this.#leave();
  }

  /** Ends the user after its current task; a waiting user ends at once. */
  stop(): void {
    this.#parts.course.stop();
  }

  /** Ends the user now: work in flight is aborted and not counted, `onStop` still runs. */
  kill(): void {
    const { course, holdings, samples } = this.#parts;
    if (course.isOver) return;
    samples.cutOff();
    const reason = new StopUser('the user was stopped while it worked');
    const isAtWork = !course.isWaiting;
    course.leave();
    holdings.abort(reason);
    void (isAtWork ? this.#unwindAndLeave() : this.#leave());
  }

  /** Ends an `onStop` that takes too long: from here on nothing of this user counts. Returns its requests that were under way. */
  abandon(): number {
    this.kill();
    const { underWay } = this.#parts.samples;
    this.#vanish();
    return underWay;
  }

  /** False when the user ended in `onStart`. */
  async #begin(): Promise<boolean> {
    const { course, hooks, support, user } = this.#parts;
    try {
      await hooks.start(user);
      return !course.isOver;
    } catch (error) {
      if (course.isOver) return false;
      if (isEnding(error, StopUser)) {
        await this.#leave();
      } else {
        support.exceptions.add(error, user);
        this.#vanish();
      }
      return false;
    }
  }

  /** What was cut off gets to its `finally` before any `onStop`, if it ended with what it awaited. */
  async #unwindAndLeave(): Promise<void> {
    await this.#parts.support.turn.next();
    await this.#leave();
  }

  /** `onStop` of each task set, from the inside out, then the user's. */
  async #leave(): Promise<void> {
    const { course, hooks, samples, user } = this.#parts;
    course.leave();
    samples.schedule?.end();
    for (let frame = this.#loop.leaveInnermost(); frame !== undefined; frame = this.#loop.leaveInnermost()) await hooks.stop(frame.owner);
    await hooks.stop(user);
    this.#vanish();
  }

  #vanish(): void {
    const { course, holdings, samples } = this.#parts;
    if (course.isGone) return;
    course.vanish();
    samples.end();
    holdings.close();
    this.#onGone(this);
  }
}
