/**
 * What a user does between `onStart` and `onStop`: pick, run, wait, again and again, in its own tasks and in the task sets
 * that it enters (Locust task.py, `run`). The hot path of every task: no closure, no allocation, no clock of its own.
 */
import { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from '../../../scenario/endings.ts';
import { type TaskFunction, taskOf } from '../../../scenario/taskList.ts';
import { isTaskSetClass, makeTaskSet, type TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { checkedWaitTime, isPaced, startPacing } from '../../../scenario/waitTime.ts';
import { now } from '../../../util/nodeTime.ts';
import { printed } from '../../../util/printed.ts';
import type { Random } from '../../../util/random.ts';
import { isInstanceOf } from '../../../util/steering.ts';
import type { GateWaiter, TaskGate } from '../pacing/gate.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import type { ThreadServices, WorkOwner } from '../users/threadServices.ts';
import type { UserPlan } from '../users/userPlan.ts';
import type { Runnable, TaskPlan } from './taskPlan.ts';

/** After a wait time that is not a number, or no task at all: long enough not to spin, short enough to go on. */
const pauseAfterNonsenseMs = 1000;

/** A user as its loop knows it. */
export type TaskRunner = WorkOwner &
  GateWaiter & {
    readonly plan: UserPlan;
    readonly services: ThreadServices;
    readonly random: Random;
    /** The task that runs, or ran last; null before the first. */
    task: TaskFunction | null;
    /** Task sets that the user is in, the innermost last; null until it enters the first. */
    entered: Frame[] | null;
    /** Tasks may begin. */
    readonly isRunning: boolean;
    /** Killed or gone: what its function still does is of no interest. */
    readonly isOver: boolean;
    /** Resolves after so many milliseconds, above 0, or with the user's end; `endWait` is to follow. */
    readonly beginWait: (waitMs: number) => Promise<unknown>;
    readonly endWait: () => void;
    /** Rejects with what `onStart` throws. */
    readonly callOnStart: (owner: User | TaskSet) => Promise<void>;
    /** Runs `onStop`; true when it asked for the end of the user, or the user is gone. Never rejects: errors are reported. */
    readonly callOnStop: (owner: User | TaskSet) => Promise<boolean>;
    /** A task has ended, however it ended: what was put off until then is due. */
    readonly workEnded: () => void;
    /** Requests of `work` are still under way when it has ended: its author forgot to await them. */
    readonly adviseAwait: (work: object, owner: User | TaskSet, name: string) => void;
  };

/** Pick, run, wait, until the frame is interrupted or the user ends. Never rejects: errors of tasks are reported. */
export function runTasks(runner: TaskRunner, frame: Frame): Promise<Next> {
  return new Promise((resolve) => {
    new TaskLoop(runner, frame, resolve).goOn();
  });
}

/**
 * The loop of a frame. What it waits for calls it back: an `await` of its own would hold twice as much memory for each request that is under way, which
 * with thousands of users the collector copies. A step is true when the next one may follow at once; else the loop goes on by itself, or is over.
 */
class TaskLoop {
  readonly #runner: TaskRunner;
  readonly #frame: Frame;
  readonly #end: (next: Next) => void;
  /** Requests under way when its task began. */
  #underWay = 0;

  constructor(runner: TaskRunner, frame: Frame, end: (next: Next) => void) {
    this.#runner = runner;
    this.#frame = frame;
    this.#end = end;
  }

  readonly goOn = (): void => {
    let isFree = true;
    while (isFree) isFree = this.#pick();
  };

  #pick(): boolean {
    const { services, random, isRunning } = this.#runner;
    if (!isRunning) return this.#over('over');
    const run = this.#frame.next(random);
    if (services.gate === null) return this.#begin(run);
    const mayBegin = mayBeginTask(this.#runner, services.gate, this.#frame.owner, run);
    if (mayBegin === true) return this.#begin(run);
    if (mayBegin === false) return this.#over('over');
    return this.#after(mayBegin.then((may) => (may ? this.#begin(run) : this.#over('over'))));
  }

  #begin(run: Runnable | undefined): boolean {
    const { samples } = this.#runner;
    const { owner } = this.#frame;
    if (run === undefined) return this.#pause(pauseAfterNonsenseMs);
    if (typeof run !== 'function') return this.#after(runTaskSet(this.#runner, run, owner).then((next) => this.#ended(next)));
    if (samples.schedule !== null) beginOnSchedule(this.#runner, samples.schedule, owner);
    let result: unknown;
    try {
      result = this.#call(run, owner);
    } catch (error) {
      return this.#failed(error);
    }
    if (!isThenable(result)) return this.#done();
    void (result instanceof Promise ? result : Promise.resolve(result)).then(this.#onDone, this.#onFailed);
    return false;
  }

  #call(run: TaskFunction, owner: User | TaskSet): unknown {
    const runner = this.#runner;
    const { attribution } = runner.services;
    runner.task = run;
    this.#underWay = runner.samples.underWay;
    return attribution.isOn ? attribution.run(runner, () => callTask(run, owner)) : callTask(run, owner);
  }

  readonly #onDone = (): void => {
    if (this.#done()) this.goOn();
  };

  readonly #onFailed = (error: unknown): void => {
    if (this.#failed(error)) this.goOn();
  };

  #done(): boolean {
    const runner = this.#runner;
    const { task, samples, plan } = runner;
    try {
      runner.workEnded();
      // Who is being stopped owes nobody an await: its clients are closed, and what it still begins is dropped.
      if (task !== null && samples.underWay > this.#underWay && runner.isRunning) runner.adviseAwait(task, this.#frame.owner, plan.nameOf(task));
    } catch (error) {
      return this.#failed(error);
    }
    return this.#ended('wait');
  }

  #failed(error: unknown): boolean {
    const runner = this.#runner;
    runner.workEnded();
    return this.#ended(runner.isOver ? 'over' : after(error, runner, this.#frame.owner));
  }

  #ended(next: Next): boolean {
    const runner = this.#runner;
    if (!runner.isRunning) return this.#over('over');
    if (next === 'now') return this.#giveWay();
    if (next !== 'wait') return this.#over(next);
    const waitMs = waitMsOf(runner, this.#frame.owner);
    return typeof waitMs === 'string' ? this.#over(waitMs) : this.#pause(waitMs);
  }

  #pause(waitMs: number): boolean {
    const runner = this.#runner;
    if (!runner.isRunning) return this.#over('over');
    if (!(waitMs > 0)) return this.#giveWay();
    void runner.beginWait(waitMs).then(this.#onWoken);
    return false;
  }

  readonly #onWoken = (): void => {
    this.#runner.endWait();
    this.goOn();
  };

  #giveWay(): boolean {
    const { turn } = this.#runner.services;
    if (!turn.isOver()) return true;
    void turn.next().then(this.goOn);
    return false;
  }

  /** Goes on by what a step that takes its time comes to. */
  #after(step: Promise<boolean>): false {
    void step.then((isFree) => {
      if (isFree) this.goOn();
    });
    return false;
  }

  #over(next: Next): false {
    this.#end(next);
    return false;
  }
}

/** Runs a task set as a task of its parent; what it comes back with is for the parent. */
async function runTaskSet(runner: TaskRunner, plan: TaskPlan, parent: User | TaskSet): Promise<Next> {
  const { samples } = runner;
  let frame: Frame;
  try {
    frame = makeFrame(runner, plan, parent);
    if (samples.schedule !== null) beginOnSchedule(runner, samples.schedule, parent);
    await runner.callOnStart(frame.owner);
  } catch (error) {
    if (runner.isOver) return 'over';
    return nextOutside(after(error, runner, parent));
  }
  if (runner.isOver) return 'over';
  if (frame.owner.waitTime !== undefined) startPacing(frame.owner);
  const entered = (runner.entered ??= []);
  entered.push(frame);
  const next = await runTasks(runner, frame);
  if (next === 'over' || runner.isOver) return 'over';
  entered.pop();
  if (await runner.callOnStop(frame.owner)) return 'over';
  return next === 'interrupted, now' ? 'now' : 'wait';
}

function makeFrame(runner: TaskRunner, plan: TaskPlan, parent: User | TaskSet): Frame {
  const { samples, services, user } = runner;
  const taskSet: TaskSet = makeTaskSet(plan.owner as Parameters<typeof makeTaskSet>[0], {
    user,
    parent,
    schedule: (task, first) => frame.schedule(isTaskSetClass(task) ? runner.plan.planOf(task) : taskOf(task, taskSet), first),
  });
  if (taskSet.waitTime !== undefined && isPaced(checkedWaitTime(taskSet.waitTime, plan.owner.name))) samples.schedule ??= new TaskSchedule();
  services.lint.lookAtInstance(taskSet, plan.owner.name);
  const frame: Frame = new Frame(plan, taskSet);
  return frame;
}

/** What an error that came out of a task means. */
function after(error: unknown, runner: TaskRunner, owner: User | TaskSet): Next {
  const next = nextAfter(error);
  if (next === null) runner.services.exceptions.add(error, owner);
  return next ?? 'wait';
}

/** The wait time may also end the frame, as a task may. */
function waitMsOf(runner: TaskRunner, owner: User | TaskSet): number | Next {
  const { samples, services, user } = runner;
  if (services.gate !== null && waitsForArrivals(runner, services.gate, owner)) return 0;
  try {
    return askedWaitMs(owner, user, samples.schedule);
  } catch (error) {
    const next = after(error, runner, owner);
    return next === 'wait' ? pauseAfterNonsenseMs : next === 'now' ? 0 : next;
  }
}

/** An open model's users wait for an arrival, then whoever is about to run a task for whatever limits these. */
function mayBeginTask(runner: TaskRunner, gate: TaskGate, owner: User | TaskSet, run: Runnable | undefined): boolean | Promise<boolean> {
  if (waitsForArrivals(runner, gate, owner)) return mayBeginAfterArrival(runner, gate, run);
  return typeof run !== 'function' || gate.admit(runner);
}

async function mayBeginAfterArrival(runner: TaskRunner, gate: TaskGate, run: Runnable | undefined): Promise<boolean> {
  if ((await gate.arrivalsOf(runner.plan.name)?.wait(runner)) === false) return false;
  // What it paces within its task sets did not run while it was idle.
  startPacing(runner.user);
  return typeof run !== 'function' || gate.admit(runner);
}

/** Instead of a wait time, between its own tasks; within a task set it goes on by itself. */
function waitsForArrivals(runner: TaskRunner, gate: TaskGate, owner: User | TaskSet): boolean {
  return owner === runner.user && gate.arrivalsOf(runner.plan.name) !== null;
}

/** A task of `owner` begins, and is measured from when it was meant to begin. */
function beginOnSchedule({ plan, services, user }: TaskRunner, schedule: TaskSchedule, owner: User | TaskSet): void {
  schedule.begin(now(), owner !== user && services.gate !== null && services.gate.arrivalsOf(plan.name) !== null);
}

/** With `this` alone: a parameter of a task's own, `pay(amount = 7)`, keeps its default. */
function callTask(run: TaskFunction, owner: User | TaskSet): unknown {
  return (run as () => unknown).call(owner);
}

/** The wait that a scenario asks for after each task, a task set's own or else its user's: milliseconds, of any sign. Throws what the wait time throws, and a TypeError when it gives no number. */
export function askedWaitMs(owner: User | TaskSet, user: User, schedule: TaskSchedule | null): number {
  const sec: unknown = schedule === null ? askedWaitSec(owner, user) : askedOnSchedule(owner, user, schedule);
  if (typeof sec === 'number' && !Number.isNaN(sec)) return sec * 1000;
  throw new TypeError(`waitTime of ${owner.constructor.name} must return seconds as a number, got ${printed(sec)}`);
}

function askedWaitSec(owner: User | TaskSet, user: User): unknown {
  const sec: unknown = owner.waitTime === undefined ? user.waitTime(user) : owner.waitTime(owner);
  return typeof sec === 'function' ? madeWaitSec(sec, owner.waitTime === undefined ? user : owner) : sec;
}

/** Of a method that returns one of our wait times in place of seconds. */
function madeWaitSec(waitTime: unknown, waiter: User | TaskSet): unknown {
  return checkedWaitTime(waitTime, waiter.constructor.name).call(waiter, waiter);
}

/** By itself: the closure would cost `askedWaitMs` an allocation each time. */
function askedOnSchedule(owner: User | TaskSet, user: User, schedule: TaskSchedule): unknown {
  return schedule.intendAfter(() => askedWaitSec(owner, user));
}

/** How a frame goes on after a task, by the way in which it ended (Locust task.py, `run`; user/users.py, `run`): `wait` first or `now`; `interrupted…` leaves the frame; `over`: the user ends. */
export type Next = 'wait' | 'now' | 'interrupted, wait' | 'interrupted, now' | 'over';

/** What an error that came out of a task asks for; null: it asks for nothing and is to be reported. */
export function nextAfter(error: unknown): Next | null {
  if (isInstanceOf(error, StopUser)) return 'over';
  if (isInstanceOf(error, RescheduleTaskImmediately)) return 'now';
  if (isInstanceOf(error, RescheduleTask)) return 'wait';
  if (isInstanceOf(error, InterruptTaskSet)) return error.reschedule ? 'interrupted, now' : 'interrupted, wait';
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
