/**
 * What a user does between `onStart` and `onStop`: pick, run, wait, again and again, in its own tasks and in the task sets
 * that it enters (Locust task.py, `run`). The hot path of every task: no closure, no allocation, no clock of its own.
 */
import { taskOf, type TaskFunction, type TaskItem } from '../../../scenario/taskList.ts';
import { isTaskSetClass, makeTaskSet, type TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import { beginPacing, checkedWaitTime, isPaced } from '../../../scenario/waitTime.ts';
import { askedWaitMs } from './askedWait.ts';
import { Entrance } from '../pacing/entrance.ts';
import { Frame } from './frame.ts';
import type { WorkOwner } from '../users/lifeSupport.ts';
import { isThenable, nextAfter, nextOutside, type Next } from './taskOutcome.ts';
import type { Runnable, TaskPlan } from './taskPlan.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import type { UserParts } from '../users/userBirth.ts';

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
    support.advisor.lookAtInstance(taskSet, plan.owner.name);
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
