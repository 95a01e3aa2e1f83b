/**
 * One user's life: onStart, then pick, run, wait, again and again, then onStop (Locust users.py, `run`; task.py, `run`).
 *
 *   starting ──► running ◄──► waiting          stop():  running, starting → stopping (the task may finish)
 *                   │             │                      waiting → leaving (at once)
 *                   ▼             ▼            kill():  any of these → leaving; what was in flight is aborted and
 *               stopping ──► leaving ──► gone           does not count
 *
 * A killed user's async function cannot be ended from outside: its requests reject, what it still records is dropped
 * (its phase is over), and when it returns nobody is listening any more.
 */
import { isEnding, StopUser } from '../user/endings.ts';
import type { TaskFunction, TaskItem } from '../user/taskList.ts';
import { isTaskSetClass, makeTaskSet, type TaskSet } from '../user/taskSet.ts';
import type { User } from '../user/user.ts';
import { giveBirth, type UserContext } from '../user/userContext.ts';
import type { UserEnvironment } from '../user/environment.ts';
import { checkedWaitTime, isPaced } from '../user/waitTime.ts';
import { printed } from '../util/printed.ts';
import type { Random } from '../util/random.ts';
import type { Attribution } from './attribution.ts';
import type { Advisor } from './advisor.ts';
import { Frame } from './frame.ts';
import type { TaskGate } from './gate.ts';
import type { Guest } from './guest.ts';
import { isThenable, nextAfter, nextOutside, type Next } from './taskOutcome.ts';
import type { Runnable, TaskPlan } from './taskPlan.ts';
import { TaskSchedule } from './taskSchedule.ts';
import type { SleepWheel } from './sleepWheel.ts';
import { UserHoldings } from './userHoldings.ts';
import type { UserPlan } from './userPlan.ts';
import { UserSamples, type SampleRoute } from './userSamples.ts';
import { UserTimer } from './userTimer.ts';

type LifeState = 'starting' | 'running' | 'waiting' | 'stopping' | 'leaving' | 'gone';

/** What all lives of a thread share. What changes is looked up each time. */
export type LifeSupport = SampleRoute & {
  /** Asked before each task; null when nothing stands in the way. */
  gate: TaskGate | null;
  readonly sleeps: SleepWheel;
  readonly exceptions: { readonly add: (thrown: unknown, owner: User | TaskSet) => void };
  readonly advisor: Advisor;
  readonly attribution: Attribution<UserLife>;
};

/** After a wait time that is not a number, or no task at all: long enough not to spin, short enough to go on. */
const pauseAfterNonsenseMs = 1000;

export class UserLife implements Guest {
  readonly plan: UserPlan;
  readonly samples: UserSamples;
  readonly #support: LifeSupport;
  readonly #onGone: (life: UserLife) => void;
  readonly #random: Random;
  readonly #user: User;
  #state: LifeState = 'starting';
  readonly #timer: UserTimer;
  readonly #holdings = new UserHoldings();
  /** To be done when the task or hook under way has ended; mostly nothing. */
  #afterTask: (() => void)[] | null = null;
  /** The task that runs, or ran last. */
  #task: TaskFunction | null = null;
  /** Task sets that the user is in, the innermost last. Made when it enters the first. */
  #entered: Frame[] | null = null;

  /** Makes the user; throws what its constructor throws. */
  constructor(plan: UserPlan, support: LifeSupport, environment: UserEnvironment, random: Random, onGone: (life: UserLife) => void) {
    this.plan = plan;
    this.#support = support;
    this.samples = new UserSamples(support);
    this.#timer = new UserTimer(support.sleeps);
    this.#random = random;
    this.#onGone = onGone;
    const context: UserContext = {
      environment,
      random,
      host: plan.host,
      bornMs: performance.now(),
      samples: this.samples,
      signal: () => this.#holdings.signal().current(),
      sleep: (sec) => this.#holdings.signal().sleep(sec),
      own: (resource) => this.#holdings.own(resource),
      afterTask: (work) => (this.#afterTask ??= []).push(work),
    };
    this.#user = giveBirth(context, () => new plan.userClass());
    this.samples.user = this.#user;
    checkedWaitTime(this.#user.waitTime, plan.name);
    if (support.gate?.isSchedule === true || isPaced(this.#user.waitTime)) this.samples.schedule = new TaskSchedule();
    support.advisor.lookAtInstance(this.#user, plan.name);
  }

  /** Lives until stopped; the promise is for AsyncLocalStorage's sake and never rejects. */
  start(): Promise<void> {
    return this.#live();
  }

  /** Ends the user after its current task; a waiting user ends at once. */
  stop(): void {
    if (this.#state === 'waiting') {
      this.#state = 'stopping';
      this.#timer.wakeUp();
    } else if (this.#state === 'starting' || this.#state === 'running') {
      this.#state = 'stopping';
    }
  }

  /** Ends the user now: work in flight is aborted and not counted, `onStop` still runs. */
  kill(): void {
    if (this.#state === 'leaving' || this.#state === 'gone') return;
    this.samples.cutOff();
    const reason = new StopUser('the user was stopped while it worked');
    const isAtWork = this.#state !== 'waiting';
    this.#state = 'leaving';
    this.#timer.wakeUp();
    this.#holdings.abort(reason);
    void (isAtWork ? this.#unwindAndLeave() : this.#leave());
  }

  /** Ends an `onStop` that takes too long: from here on nothing of this user counts. */
  abandon(): void {
    this.kill();
    this.#vanish();
  }

  async waitAtGate(): Promise<boolean> {
    if (this.#state !== 'running') return false;
    this.#state = 'waiting';
    await this.#timer.waitForWake();
    this.#endWait();
    return this.#isRunning();
  }

  letIn(): void {
    if (this.#state === 'waiting') this.#timer.ring();
  }

  intend(intendedMs: number): void {
    this.samples.schedule?.intend(intendedMs);
  }

  /** For a person: the class and the task that runs, or ran last. */
  get doing(): string {
    return this.#task === null ? `${this.plan.name}.onStart` : `${this.plan.name}.${this.#task.name === '' ? 'anonymous task' : this.#task.name}`;
  }

  get user(): User {
    return this.#user;
  }

  async #live(): Promise<void> {
    if (!(await this.#begin())) return;
    if (this.#state === 'starting') this.#state = 'running';
    await this.#runFrame(new Frame(this.plan.tasks, this.#user));
    if (!this.#isOver()) await this.#leave();
  }

  /** Pick, run, wait, until the frame is interrupted or the user ends (Locust task.py, `run`). */
  async #runFrame(frame: Frame): Promise<Next> {
    const support = this.#support;
    const { turn, attribution } = support;
    while (this.#state === 'running') {
      const run = frame.next(this.#random);
      if (support.gate !== null) {
        const mayBegin = this.#mayBegin(support.gate, frame, run);
        if (mayBegin !== true && !(await mayBegin)) return 'over';
      }
      let next: Next = 'wait';
      if (typeof run === 'function') {
        if (this.samples.schedule !== null) this.#beginOnSchedule(frame.owner);
        try {
          this.#task = run;
          const underWay = this.samples.underWay;
          const result: unknown = attribution.isOn ? attribution.run(this, () => run.call(frame.owner, frame.owner as never)) : run.call(frame.owner, frame.owner as never);
          if (isThenable(result)) await result;
          if (this.#afterTask !== null) this.#endTask();
          if (this.samples.underWay > underWay) this.#adviseAwait(run, frame.owner, run.name);
        } catch (error) {
          if (this.#afterTask !== null) this.#endTask();
          if (this.#isOver()) return 'over';
          next = this.#after(error, frame.owner);
        }
      } else if (run !== undefined) {
        next = await this.#enter(run, frame.owner);
      }
      if (this.#state !== 'running') break;
      if (next !== 'wait' && next !== 'now') return next;
      const waitMs = run === undefined ? pauseAfterNonsenseMs : next === 'now' ? 0 : this.#waitMs(frame);
      if (typeof waitMs === 'string') return waitMs;
      if (waitMs > 0) {
        this.#state = 'waiting';
        await this.#timer.wait(waitMs);
        this.#endWait();
      } else if (turn.isOver()) await turn.next();
    }
    return 'over';
  }

  /** An open model's users wait for an arrival, then whoever is about to run a task for whatever limits these. */
  #mayBegin(gate: TaskGate, frame: Frame, run: Runnable | undefined): boolean | Promise<boolean> {
    if (this.#waitsForArrivals(gate, frame.owner)) return this.#afterArrival(gate, run);
    return typeof run !== 'function' || gate.admit(this);
  }

  async #afterArrival(gate: TaskGate, run: Runnable | undefined): Promise<boolean> {
    if ((await gate.arrivals?.wait(this)) === false) return false;
    return typeof run !== 'function' || gate.admit(this);
  }

  /** Instead of a wait time, between its own tasks; within a task set it goes on by itself. */
  #waitsForArrivals(gate: TaskGate, owner: User | TaskSet): boolean {
    return gate.arrivals !== null && owner === this.#user;
  }

  /** Runs a task set as a task of its parent; what it comes back with is for the parent. */
  async #enter(plan: TaskPlan, parent: User | TaskSet): Promise<Next> {
    let frame: Frame;
    try {
      frame = this.#makeFrame(plan, parent);
      if (this.samples.schedule !== null) this.#beginOnSchedule(parent);
      await this.#hook(frame.owner, 'onStart');
    } catch (error) {
      if (this.#isOver()) return 'over';
      return nextOutside(this.#after(error, parent));
    }
    if (this.#isOver()) return 'over';
    const entered = (this.#entered ??= []);
    entered.push(frame);
    const next = await this.#runFrame(frame);
    if (next === 'over' || this.#isOver()) return 'over';
    entered.pop();
    if (await this.#stopOwner(frame.owner)) return 'over';
    return next === 'interrupted, now' ? 'now' : 'wait';
  }

  #makeFrame(plan: TaskPlan, parent: User | TaskSet): Frame {
    const taskSet = makeTaskSet(plan.owner as Parameters<typeof makeTaskSet>[0], {
      user: this.#user,
      parent,
      schedule: (task, first) => frame.schedule(this.#runnable(task), first),
    });
    if (taskSet.waitTime !== undefined && isPaced(checkedWaitTime(taskSet.waitTime, plan.owner.name))) this.samples.schedule ??= new TaskSchedule();
    this.#support.advisor.lookAtInstance(taskSet, plan.owner.name);
    const frame: Frame = new Frame(plan, taskSet);
    return frame;
  }

  #runnable(task: TaskItem): Runnable {
    return isTaskSetClass(task) ? this.plan.planOf(task) : task;
  }

  /** What an error that came out of a task means. */
  #after(error: unknown, owner: User | TaskSet): Next {
    const next = nextAfter(error);
    if (next === null) this.#support.exceptions.add(error, owner);
    return next ?? 'wait';
  }

  #beginOnSchedule(owner: User | TaskSet): void {
    const { gate } = this.#support;
    this.samples.schedule?.begin(performance.now(), owner !== this.#user && gate !== null && gate.arrivals !== null);
  }

  /** False when the user ended in `onStart`. */
  async #begin(): Promise<boolean> {
    try {
      await this.#hook(this.#user, 'onStart');
      return !this.#isOver();
    } catch (error) {
      if (this.#isOver()) return false;
      if (isEnding(error, StopUser)) {
        await this.#leave();
      } else {
        this.#support.exceptions.add(error, this.#user);
        this.#vanish();
      }
      return false;
    }
  }

  /** What was cut off gets to its `finally` before any `onStop`, if it ended with what it awaited. */
  async #unwindAndLeave(): Promise<void> {
    await this.#support.turn.next();
    await this.#leave();
  }

  /** `onStop` of each task set, from the inside out, then the user's. */
  async #leave(): Promise<void> {
    this.#state = 'leaving';
    this.samples.schedule?.end();
    for (let frame = this.#entered?.pop(); frame !== undefined; frame = this.#entered?.pop()) await this.#stopOwner(frame.owner);
    await this.#stopOwner(this.#user);
    this.#vanish();
  }

  /** True when the `onStop` asked for the end of the user. */
  async #stopOwner(owner: User | TaskSet): Promise<boolean> {
    if (this.#isGone()) return true;
    try {
      await this.#hook(owner, 'onStop');
    } catch (error) {
      if (isEnding(error, StopUser)) return true;
      if (!this.#isGone()) this.#support.exceptions.add(error, owner);
    }
    return false;
  }

  /**
   * A hook that throws at once becomes one that rejects: whoever starts or kills a user must not hear of its end before
   * the call has returned, when the user is not yet on the owner's lists.
   */
  async #hook(owner: User | TaskSet, name: 'onStart' | 'onStop'): Promise<void> {
    const hook = owner[name];
    if (hook === undefined) return;
    const underWay = this.samples.underWay;
    try {
      await hook.call(owner);
    } finally {
      if (this.#afterTask !== null) this.#endTask();
    }
    if (this.samples.underWay > underWay) this.#adviseAwait(hook, owner, name);
  }

  #adviseAwait(work: object, owner: User | TaskSet, name: string): void {
    const className = owner === this.#user ? this.plan.name : owner.constructor.name;
    this.#support.advisor.awaitMissing(work, `${className}.${name === '' ? 'anonymous task' : name}`);
  }

  #endTask(): void {
    const works = this.#afterTask;
    this.#afterTask = null;
    for (const work of works ?? []) work();
  }

  #vanish(): void {
    if (this.#isGone()) return;
    this.#state = 'gone';
    this.samples.end();
    this.#holdings.close();
    this.#onGone(this);
  }

  /** The user was killed or is gone: what its old function still does is of no interest. */
  #isOver(): boolean {
    return this.#state === 'leaving' || this.#state === 'gone';
  }

  #isGone(): boolean {
    return this.#state === 'gone';
  }

  #isRunning(): boolean {
    return this.#state === 'running';
  }

  /** The wait time of the task set, or else the user's; it may also end the frame, as a task may. */
  #waitMs({ owner }: Frame): number | Next {
    const { gate } = this.#support;
    if (gate !== null && this.#waitsForArrivals(gate, owner)) return 0;
    try {
      const sec: unknown = this.samples.schedule === null ? this.#waitSec(owner) : this.#waitSecOnSchedule(owner, this.samples.schedule);
      if (typeof sec === 'number' && !Number.isNaN(sec)) return sec * 1000;
      throw new TypeError(`waitTime of ${owner.constructor.name} must return seconds as a number, got ${printed(sec)}`);
    } catch (error) {
      const next = this.#after(error, owner);
      return next === 'wait' ? pauseAfterNonsenseMs : next === 'now' ? 0 : next;
    }
  }

  #waitSec(owner: User | TaskSet): unknown {
    return owner.waitTime === undefined ? this.#user.waitTime(this.#user) : owner.waitTime(owner);
  }

  /** By itself: the closure would cost `#waitMs` an allocation each time. */
  #waitSecOnSchedule(owner: User | TaskSet, schedule: TaskSchedule): unknown {
    return schedule.intendAfter(() => this.#waitSec(owner));
  }

  /** Back to work, unless the wait was ended by a stop or a kill. */
  #endWait(): void {
    if (this.#state === 'waiting') this.#state = 'running';
  }
}
