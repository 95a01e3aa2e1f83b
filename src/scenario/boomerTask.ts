/**
 * boomer's form of a task: a name, a weight and a function (boomer task.go).
 */
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { printed } from '../util/printed.ts';
import { isFunction, isObject } from '../util/typeGuards.ts';
import { checkedWeight } from './task.ts';

/** One task of `run()`. */
export type BoomerTask = {
  readonly name: string;
  /** A whole number of 0 or more, default 1. */
  readonly weight?: number;
  /** Called again and again by each user; its result, a promise or not, is awaited and dropped. */
  readonly fn: () => unknown;
};

/** `tasks` as they came from a scenario, checked; throws a BoomerError that names the task at fault. */
export function checkedBoomerTasks(tasks: readonly unknown[]): readonly BoomerTask[] {
  if (tasks.length === 0) throw new BoomerError('no-task', 'run() expects at least one task: run({ name, weight, fn }, …)');
  return tasks.map((candidate, position) => {
    const where = `task ${position + 1} given to run()`;
    if (!isObject(candidate)) {
      throw new BoomerError('bad-task', `${where} must be { name, weight, fn }, got ${printed(candidate)}`);
    }
    const { name, weight, fn } = candidate;
    refuseSlips(candidate, where);
    if (typeof name !== 'string' || name === '') throw new BoomerError('bad-task', `${where} has no name: expected a non-empty string`);
    if (!isFunction(fn)) throw new BoomerError('bad-task', `${where} ("${name}") has no fn: expected a function, got ${typeof fn}`);
    return { name, weight: checkedWeight(weight ?? 1, `weight of ${where} ("${name}")`), fn };
  });
}

const fields = ['name', 'weight', 'fn'];

/** A task may have more than that, but `weigth` is a slip that would leave its weight at 1. */
function refuseSlips(candidate: object, where: string): void {
  for (const key of Object.keys(candidate)) {
    const meant = fields.includes(key) ? null : nearest(key, fields);
    if (meant !== null && !(meant in candidate)) throw new BoomerError('bad-task', `${where} has a field ${key}, which would be ignored: did you mean ${meant}?`);
  }
}
