/**
 * One user's life: `onStart`, then its tasks, then `onStop` (Locust users.py, `run`). How far it has come is its state
 * (`userState.ts`), what it does meanwhile the loop of `taskLoop.ts`, what it records its samples (`userSamples.ts`).
 *
 *   stop():  the task under way may finish, then the user leaves; a waiting user leaves at once
 *   kill():  the user leaves now; what was in flight is aborted and does not count
 *
 * A killed user's async function cannot be ended from outside: its requests reject, what was under way is dropped (its phase is
 * over), and when it returns nobody is listening any more. What it begins anew meanwhile counts until `onStop` has ended, then nothing does,
 * and is refused a few times before it is never answered again (`userSignal.ts`).
 */
import { StopUser } from '../../../scenario/endings.ts';
import type { UserEnvironment } from '../../../scenario/environment.ts';
import { TaskSet } from '../../../scenario/taskSet.ts';
import type { TaskFunction } from '../../../scenario/taskList.ts';
import { contextOf, User } from '../../../scenario/user.ts';
import { constructWith, type OwnedResource, type UserContext } from '../../../scenario/userContext.ts';
import { checkedWaitTime, isPaced, startPacing } from '../../../scenario/waitTime.ts';
import { now } from '../../../util/nodeTime.ts';
import type { Random } from '../../../util/random.ts';
import { isInstanceOf } from '../../../util/steering.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import { Frame, runTasks, type TaskRunner } from '../tasks/taskLoop.ts';
import type { ThreadServices, WorkOwner } from './threadServices.ts';
import type { UserPlan } from './userPlan.ts';
import { UserSamples } from './userSamples.ts';
import { UserSignal } from './userSignal.ts';
import { UserState } from './userState.ts';

/**
 * One user, from `new` to its end: all that the thread keeps of it but its samples. The scenario's own object gets it as its context
 * while it is made, and whatever stands in the way of tasks as the one that waits. Most users need no signal, own nothing and enter no
 * task set: what is for that is made when it is first needed.
 */
export class UserRunner extends UserState implements WorkOwner, UserContext, TaskRunner {
  readonly plan: UserPlan;
  readonly services: ThreadServices;
  readonly environment: UserEnvironment;
  readonly random: Random;
  readonly host: string | null;
  readonly startedMs: number = now();
  readonly samples: UserSamples;
  readonly user: User;
  task: TaskFunction | null = null;
  entered: Frame[] | null = null;
  readonly #onGone: (runner: UserRunner) => void;
  #signal: UserSignal | null = null;
  #owned: OwnedResource[] | null = null;
  /** To be done when the task or hook under way has ended; mostly nothing. */
  #due: (() => void)[] | null = null;

  /** Makes the user; throws what its constructor throws, and a BoomerError for a wait time that is none. */
  constructor(plan: UserPlan, services: ThreadServices, environment: UserEnvironment, random: Random, onGone: (runner: UserRunner) => void) {
    super(services.sleeps);
    this.plan = plan;
    this.services = services;
    this.environment = environment;
    this.random = random;
    this.host = plan.host;
    this.samples = new UserSamples(services);
    this.#onGone = onGone;
    const user = (this.user = this.samples.user = constructWith(this, () => new plan.userClass()));
    checkedWaitTime(user.waitTime, plan.name);
    if (services.gate?.isScheduleOf(plan.name) === true || isPaced(user.waitTime)) this.samples.schedule = new TaskSchedule();
    services.lint.lookAtInstance(user, plan.name);
    if (plan.arrivals !== null && user.waitTime !== User.prototype.waitTime) services.lint.tell(`waitTime of ${plan.name} is not heeded: its arrivals say when tasks begin`);
  }

  get doing(): string {
    return this.plan.placeOf(this.task === null ? 'onStart' : this.plan.nameOf(this.task));
  }

  /** Lives until stopped; the promise is for AsyncLocalStorage's sake and never rejects. */
  async start(): Promise<void> {
    if (!(await this.#start())) return;
    if (this.user.waitTime !== User.prototype.waitTime) startPacing(this.user);
    this.beginTasks();
    await runTasks(this, new Frame(this.plan.tasks, this.user));
    if (!this.isOver) await this.#leave();
  }

  /** Ends the user now: work in flight is aborted and not counted, `onStop` still runs. */
  kill(): void {
    if (this.isOver) return;
    this.samples.cutOff();
    const reason = new StopUser('the user was stopped while it worked');
    const isAtWork = !this.isWaiting;
    this.leave();
    this.#signal?.fire(reason);
    for (const resource of this.#owned ?? []) resource.abort(reason);
    void (isAtWork ? this.#unwindAndLeave() : this.#leave());
  }

  /** Ends an `onStop` that takes too long: from here on nothing of this user counts. Returns its requests that were under way. */
  abandon(): number {
    this.kill();
    const { underWay } = this.samples;
    this.#end();
    return underWay;
  }

  signal(): AbortSignal {
    return this.#ownSignal().current();
  }

  sleep(sec: number): Promise<void> {
    return this.#ownSignal().sleep(sec);
  }

  /** What another user asks, of a client or a promise that they share, is no sign of a function that outlives this one. */
  refuse(reason: unknown): Promise<never> {
    const asking = this.isGone ? this.services.attribution.owner() : null;
    if (asking !== null && asking !== this) return contextOf(asking.user).refuse(reason);
    return this.#ownSignal().refuse(reason);
  }

  own(resource: OwnedResource): void {
    if (this.isGone) resource.close();
    else if (this.#owned === null) this.#owned = [resource]; // a push onto an empty list would make room for 17
    else this.#owned.push(resource);
  }

  afterTask(work: () => void): void {
    (this.#due ??= []).push(work);
  }

  advise(text: string): void {
    this.services.lint.tell(text);
  }

  intend(intendedMs: number): void {
    this.samples.schedule?.intend(intendedMs);
  }

  workEnded(): void {
    if (this.#due !== null) this.#doWhatIsDue();
  }

  adviseAwait(work: object, owner: User | TaskSet, name: string): void {
    const place = owner instanceof TaskSet ? `${owner.constructor.name}.${name}` : this.plan.placeOf(name);
    this.services.lint.awaitMissing(work, place);
  }

  callOnStart(owner: User | TaskSet): Promise<void> {
    return this.#call(owner, 'onStart');
  }

  async callOnStop(owner: User | TaskSet): Promise<boolean> {
    if (this.isGone) return true;
    try {
      await this.#call(owner, 'onStop');
    } catch (error) {
      if (isInstanceOf(error, StopUser)) return true;
      if (!this.isGone) this.services.exceptions.add(error, owner);
    }
    return false;
  }

  /** False when the user ended in `onStart`. */
  async #start(): Promise<boolean> {
    try {
      await this.callOnStart(this.user);
      return !this.isOver;
    } catch (error) {
      if (this.isOver) return false;
      if (isInstanceOf(error, StopUser)) {
        await this.#leave();
      } else {
        this.services.exceptions.add(error, this.user);
        this.#end();
      }
      return false;
    }
  }

  /** What was cut off gets to its `finally` before any `onStop`, if it ended with what it awaited. */
  async #unwindAndLeave(): Promise<void> {
    await this.services.turn.next();
    await this.#leave();
  }

  /** `onStop` of each task set, from the inside out, then the user's. */
  async #leave(): Promise<void> {
    this.leave();
    this.samples.schedule?.end();
    for (let frame = this.entered?.pop(); frame !== undefined; frame = this.entered?.pop()) await this.callOnStop(frame.owner);
    await this.callOnStop(this.user);
    this.#end();
  }

  #end(): void {
    if (this.isGone) return;
    this.vanish();
    this.samples.end();
    this.#signal?.end();
    for (const resource of this.#owned ?? []) resource.close();
    this.#owned = null;
    this.#onGone(this);
  }

  #ownSignal(): UserSignal {
    if (this.#signal === null) {
      this.#signal = new UserSignal(this.services.turn, () => this.#goesOn());
      if (this.isGone) this.#signal.end();
    }
    return this.#signal;
  }

  #goesOn(): void {
    const { attribution, lint } = this.services;
    const whoElse = attribution.owner() === this ? '' : ', or another user makes use of its client';
    lint.tell(`${this.doing} goes on after its user is gone${whoElse}: what it awaits does not come any more`);
    attribution.begin();
  }

  /**
   * A hook that throws at once becomes one that rejects: whoever starts or kills a user must not hear of its end before
   * the call has returned, when the user is not yet on the owner's lists.
   */
  async #call(owner: User | TaskSet, name: 'onStart' | 'onStop'): Promise<void> {
    const hook = owner[name];
    if (hook === undefined) return;
    const { underWay } = this.samples;
    const wasEnding = this.isEnding;
    try {
      await hook.call(owner);
    } finally {
      this.workEnded();
    }
    // Who was stopped meanwhile owes nobody an await, as in a task.
    const isCutShort = this.isEnding !== wasEnding || this.isGone;
    if (this.samples.underWay > underWay && !isCutShort) this.adviseAwait(hook, owner, name);
  }

  #doWhatIsDue(): void {
    const works = this.#due;
    this.#due = null;
    for (const work of works ?? []) work();
  }
}
