/**
 * What a user does between `onStart` and `onStop`: pick, run, wait, again and again, in its own tasks and in the task sets
 * that it enters (Locust task.py, `run`). The hot path of every task: no closure, no allocation, no clock of its own.
 */
import { InterruptTaskSet, isEnding, RescheduleTask, RescheduleTaskImmediately, StopUser } from '../../../scenario/endings.ts';
import { type TaskFunction, type TaskItem, taskOf } from '../../../scenario/taskList.ts';
import { isTaskSetClass, makeTaskSet, type TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { beginPacing, checkedWaitTime, isPaced } from '../../../scenario/waitTime.ts';
import { now } from '../../../util/nodeTime.ts';
import { printed } from '../../../util/printed.ts';
import type { Random } from '../../../util/random.ts';
import type { TaskGate } from '../pacing/gate.ts';
import type { GateWaiter } from '../pacing/gateWaiter.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import type { UserParts } from '../users/createUser.ts';
import type { WorkOwner } from '../users/threadServices.ts';
import type { Runnable, TaskPlan } from './taskPlan.ts';

/** After a wait time that is not a number, or no task at all: long enough not to spin, short enough to go on. */
const pauseAfterNonsenseMs = 1000;

/** The loop of one user. */
export class TaskLoop {
  /** The task that runs, or ran last; null before the first. */
  task: TaskFunction | null = null;
  readonly #parts: UserParts;
  readonly #life: WorkOwner;
  readonly #entrance: Entrance;
  /** Task sets that the user is in, the innermost last. Made when it enters the first. */
  #entered: Frame[] | null = null;

  constructor(parts: UserParts, life: WorkOwner) {
    this.#parts = parts;
    this.#life = life;
    this.#entrance = new Entrance(parts);
  }

  /** Pick, run, wait, until the frame is interrupted or the user ends. Never rejects: errors of tasks are reported. */
  async run(frame: Frame): Promise<Next> {
    const { course, hooks, random, samples, support } = this.#parts;
    const { turn, attribution } = support;
    while (course.isRunning) {
      const run = frame.next(random);
      if (support.gate !== null) {
        const mayBegin = this.#entrance.mayBegin(support.gate, frame.owner, run);
        if (mayBegin !== true && !(await mayBegin)) return 'over';
      }
      let next: Next = 'wait';
      if (typeof run === 'function') {
        if (samples.schedule !== null) this.#entrance.beginOnSchedule(frame.owner);
        try {
          this.task = run;
          const underWay = samples.underWay;
          const result: unknown = attribution.isOn ? attribution.run(this.#life, () => callTask(run, frame.owner)) : callTask(run, frame.owner);
          if (isThenable(result)) await result;
          hooks.workEnded();
          // Who is being stopped owes nobody an await: its clients are closed, and what it still begins is dropped.
          if (samples.underWay > underWay && course.isRunning) hooks.adviseAwait(run, frame.owner, this.#parts.plan.nameOf(run));
        } catch (error) {
          hooks.workEnded();
          if (course.isOver) return 'over';
          next = this.#after(error, frame.owner);
        }
      } else if (run !== undefined) {
        next = await this.#enter(run, frame.owner);
      }
      if (!course.isRunning) break;
      if (next !== 'wait' && next !== 'now') return next;
      const waitMs = run === undefined ? pauseAfterNonsenseMs : next === 'now' ? 0 : this.#waitMs(frame.owner);
      if (typeof waitMs === 'string') return waitMs;
      if (waitMs > 0) {
        await course.beginWait(waitMs);
        course.endWait();
      } else if (turn.isOver()) await turn.next();
    }
    return 'over';
  }

  /** Takes the user out of the innermost task set that it is in; undefined when it is in none. */
  leaveInnermost(): Frame | undefined {
    return this.#entered?.pop();
  }

  /** Runs a task set as a task of its parent; what it comes back with is for the parent. */
  async #enter(plan: TaskPlan, parent: User | TaskSet): Promise<Next> {
    const { course, hooks, samples } = this.#parts;
    let frame: Frame;
    try {
      frame = this.#makeFrame(plan, parent);
      if (samples.schedule !== null) this.#entrance.beginOnSchedule(parent);
      await hooks.start(frame.owner);
    } catch (error) {
      if (course.isOver) return 'over';
      return nextOutside(this.#after(error, parent));
    }
    if (course.isOver) return 'over';
    if (samples.schedule !== null) beginPacing(frame.owner);
    const entered = (this.#entered ??= []);
    entered.push(frame);
    const next = await this.run(frame);
    if (next === 'over' || course.isOver) return 'over';
    entered.pop();
    if (await hooks.stop(frame.owner)) return 'over';
    return next === 'interrupted, now' ? 'now' : 'wait';
  }

  #makeFrame(plan: TaskPlan, parent: User | TaskSet): Frame {
    const { samples, support, user } = this.#parts;
    const taskSet: TaskSet = makeTaskSet(plan.owner as Parameters<typeof makeTaskSet>[0], {
      user,
      parent,
      schedule: (task, first) => frame.schedule(this.#runnable(task, taskSet), first),
    });
    if (taskSet.waitTime !== undefined && isPaced(checkedWaitTime(taskSet.waitTime, plan.owner.name))) samples.schedule ??= new TaskSchedule();
    support.lint.lookAtInstance(taskSet, plan.owner.name);
    const frame: Frame = new Frame(plan, taskSet);
    return frame;
  }

  #runnable(task: TaskItem, owner: TaskSet): Runnable {
    return isTaskSetClass(task) ? this.#parts.plan.planOf(task) : taskOf(task, owner);
  }

  /** What an error that came out of a task means. */
  #after(error: unknown, owner: User | TaskSet): Next {
    const next = nextAfter(error);
    if (next === null) this.#parts.support.exceptions.add(error, owner);
    return next ?? 'wait';
  }

  /** The wait time may also end the frame, as a task may. */
  #waitMs(owner: User | TaskSet): number | Next {
    const { samples, support, user } = this.#parts;
    if (support.gate !== null && this.#entrance.waitsForArrivals(support.gate, owner)) return 0;
    try {
      return askedWaitMs(owner, user, samples.schedule);
    } catch (error) {
      const next = this.#after(error, owner);
      return next === 'wait' ? pauseAfterNonsenseMs : next === 'now' ? 0 : next;
    }
  }
}

/** With `this` alone: a parameter of a task's own, `pay(amount = 7)`, keeps its default. */
function callTask(run: TaskFunction, owner: User | TaskSet): unknown {
  return (run as () => unknown).call(owner);
}

/*
 * The wait that a scenario asks for between two tasks: a task set's own, or else its user's. Asked after each task.
 */

/** Milliseconds, of any sign. Throws what the wait time throws, and a TypeError when it gives no number. */
export function askedWaitMs(owner: User | TaskSet, user: User, schedule: TaskSchedule | null): number {
  const sec: unknown = schedule === null ? askedWaitSec(owner, user) : askedOnSchedule(owner, user, schedule);
  if (typeof sec === 'number' && !Number.isNaN(sec)) return sec * 1000;
  throw new TypeError(`waitTime of ${owner.constructor.name} must return seconds as a number, got ${printed(sec)}`);
}

function askedWaitSec(owner: User | TaskSet, user: User): unknown {
  return owner.waitTime === undefined ? user.waitTime(user) : owner.waitTime(owner);
}

/** By itself: the closure would cost `askedWaitMs` an allocation each time. */
function askedOnSchedule(owner: User | TaskSet, user: User, schedule: TaskSchedule): unknown {
  return schedule.intendAfter(() => askedWaitSec(owner, user));
}

/*
 * What comes after a task, by the way in which it ended (Locust task.py, `run`; user/users.py, `run`).
 */

/** How a frame goes on after a task: `wait` first or `now`; `interrupted…` leaves the frame; `over`: the user ends. */
export type Next = 'wait' | 'now' | 'interrupted, wait' | 'interrupted, now' | 'over';

/** What an error that came out of a task asks for; null: it asks for nothing and is to be reported. */
export function nextAfter(error: unknown): Next | null {
  if (isEnding(error, StopUser)) return 'over';
  if (isEnding(error, RescheduleTaskImmediately)) return 'now';
  if (isEnding(error, RescheduleTask)) return 'wait';
  if (isEnding(error, InterruptTaskSet)) return error.reschedule ? 'interrupted, now' : 'interrupted, wait';
  return null;
}

/** What leaving a task set means for the one around it. */
export function nextOutside(next: Next): Next {
  return next === 'interrupted, now' ? 'now' : next === 'interrupted, wait' ? 'wait' : next;
}

/** Whether there is something to await. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/**
 * Where a user is: in its own tasks, or in a task set entered from there. Knows what comes next.
 */
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

/*
 * A user on its way to its next task: past the gate, and measured from when that task was meant to begin.
 */

/** The way of one user; asked before each of its tasks. */
export class Entrance implements GateWaiter {
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
