/**
 * Reads the tasks of a user class: its `@task` methods, or `static tasks` for scenarios without decorators.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { checkedWeight, markedTags, markedWeight } from './task.ts';

/** What a user runs: a function that gets its user as `this` and as the first argument. */
export type TaskFunction = (user: never) => unknown;

/**
 * Tasks without decorators: `{ hello: 1, item: 3 }` names methods and weights; a list or a map holds functions.
 */
export type TaskList =
  | Readonly<Record<string, number>>
  | readonly TaskFunction[]
  | ReadonlyMap<TaskFunction, number>;

/** One task of a class. */
export type TaskEntry = {
  readonly name: string;
  /** A whole number of 0 or more. */
  readonly weight: number;
  readonly tags: ReadonlySet<string>;
  readonly run: TaskFunction;
};

type ClassWithTasks = { readonly name: string; readonly prototype: object; readonly tasks?: TaskList };

/**
 * The tasks of a class in declaration order, base classes first (Locust task.py, `get_tasks_from_base_classes`).
 * A method that overrides an inherited task takes its place. Throws a BoomerError that names class and task when an
 * entry is not a task.
 */
export function collectTasks(userClass: ClassWithTasks): readonly TaskEntry[] {
  const collected = new Map<string | TaskFunction, TaskEntry>();
  for (const ancestor of ancestry(userClass)) {
    for (const entry of decoratedTasks(ancestor.prototype, userClass.prototype)) collected.set(entry.name, entry);
    if (!Object.hasOwn(ancestor, 'tasks') || ancestor.tasks === undefined) continue;
    for (const entry of listedTasks(ancestor.tasks, userClass)) {
      collected.set(Array.isArray(ancestor.tasks) || ancestor.tasks instanceof Map ? entry.run : entry.name, entry);
    }
  }
  return [...collected.values()];
}

/** The class and its ancestors, the oldest first. */
function ancestry(userClass: ClassWithTasks): ClassWithTasks[] {
  const line: ClassWithTasks[] = [];
  for (let current: unknown = userClass; typeof current === 'function' && 'prototype' in current; current = Object.getPrototypeOf(current)) {
    if (typeof current.prototype === 'object' && current.prototype !== null) line.unshift(current);
  }
  return line;
}

function* decoratedTasks(prototype: object, youngest: object): Generator<TaskEntry> {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const declared = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    if (typeof declared !== 'function') continue;
    const weight = markedWeight(declared as TaskFunction);
    if (weight === null) continue;
    const run = (youngest as Readonly<Record<string, unknown>>)[name] as TaskFunction;
    yield { name, weight, tags: markedTags(declared as TaskFunction), run };
  }
}

function* listedTasks(tasks: TaskList, userClass: ClassWithTasks): Generator<TaskEntry> {
  const where = `static tasks of ${userClass.name}`;
  if (Array.isArray(tasks)) {
    const counts = new Map<unknown, number>();
    for (const item of tasks as readonly unknown[]) counts.set(item, (counts.get(item) ?? 0) + 1);
    for (const [item, weight] of counts) yield functionTask(item, weight, where);
  } else if (tasks instanceof Map) {
    for (const [item, weight] of tasks as ReadonlyMap<unknown, unknown>) yield functionTask(item, checkedWeight(weight, where), where);
  } else if (typeof tasks === 'object' && tasks !== null) {
    for (const [name, weight] of Object.entries(tasks)) yield namedTask(name, checkedWeight(weight, `${where}, ${name}`), userClass, where);
  } else {
    throw new BoomerError('bad-task', `${where} expects { method: weight }, a list or a map of functions, got ${printed(tasks)}`);
  }
}

function functionTask(item: unknown, weight: number, where: string): TaskEntry {
  if (typeof item !== 'function') {
    throw new BoomerError('bad-task', `${where} lists something that is not a function: ${printed(item)}`);
  }
  const run = item as TaskFunction;
  return { name: run.name === '' ? 'anonymous' : run.name, weight, tags: markedTags(run), run };
}

function namedTask(name: string, weight: number, userClass: ClassWithTasks, where: string): TaskEntry {
  const method = (userClass.prototype as Record<string, unknown>)[name];
  if (typeof method !== 'function') {
    throw new BoomerError('bad-task', `${where} names "${name}", but ${userClass.name} has no method of that name`);
  }
  const run = method as TaskFunction;
  return { name, weight, tags: markedTags(run), run };
}
