/**
 * boomer's form of a task: a name, a weight and a function (boomer task.go).
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { checkedWeight } from './task.ts';

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
    if (typeof candidate !== 'object' || candidate === null) {
      throw new BoomerError('bad-task', `${where} must be { name, weight, fn }, got ${printed(candidate)}`);
    }
    const { name, weight, fn } = candidate as Partial<Record<keyof BoomerTask, unknown>>;
    if (typeof name !== 'string' || name === '') throw new BoomerError('bad-task', `${where} has no name: expected a non-empty string`);
    if (typeof fn !== 'function') throw new BoomerError('bad-task', `${where} ("${name}") has no fn: expected a function, got ${typeof fn}`);
    return { name, weight: checkedWeight(weight ?? 1, `weight of ${where} ("${name}")`), fn: fn as BoomerTask['fn'] };
  });
}
