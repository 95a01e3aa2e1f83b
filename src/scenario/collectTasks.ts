/**
 * Reads the tasks of a user class or a task set: its `@task` methods and task sets, or `static tasks` for scenarios
 * without decorators.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { isFunction } from '../util/typeGuards.ts';
import { checkedWeight, markedFields, markedTags, markedWeight } from './task.ts';
import { isTaskSetClass } from './taskSet.ts';
import { taskOf, type TaskItem, type TaskFunction, type TaskList } from './taskList.ts';

/** One task of a class. */
export type TaskEntry = {
  readonly name: string;
  /** A whole number of 0 or more. */
  readonly weight: number;
  /** Of a task set those that stand for all its tasks. */
  readonly tags: ReadonlySet<string>;
  /** A function takes its user or task set as `this`, and nothing else. */
  readonly run: TaskItem;
};

/** Anything that has tasks. */
export type ClassWithTasks = { readonly name: string; readonly prototype: object; readonly tasks?: TaskList };

/**
 * The tasks of a class in declaration order, base classes first (Locust task.py, `get_tasks_from_base_classes`).
 * A method that overrides an inherited task takes its place; the items of a list all stay, in their order. Each has its own tags, and those of the
 * class that declares it and of the ones in between: a tag on a class stands for what it has, not for what a class that extends it adds. Throws a
 * BoomerError that names class and task when an entry is not a task.
 */
export function collectTasks(owner: ClassWithTasks): readonly TaskEntry[] {
  const collected = new Map<unknown, TaskEntry>();
  const line = ancestry(owner);
  for (const [age, ancestor] of line.entries()) {
    const classTags = line.slice(age).flatMap((younger) => [...markedTags(younger)]);
    const take = (key: unknown, entry: TaskEntry): void => void collected.set(key, classTags.length === 0 ? entry : { ...entry, tags: new Set([...entry.tags, ...classTags]) });
    if (Object.hasOwn(ancestor, 'tasks') && ancestor.tasks !== undefined) {
      for (const { key, entry } of listedTasks(ancestor.tasks, owner)) take(key, entry);
    }
    for (const entry of decoratedMethods(ancestor.prototype, owner.prototype)) take(entry.name, entry);
    for (const [name, weight] of markedFields(ancestor)) take(name, fieldTask(name, weight, ancestor));
  }
  return [...collected.values()];
}

/** The class and its ancestors, the oldest first. */
function ancestry(youngest: ClassWithTasks): ClassWithTasks[] {
  const line: ClassWithTasks[] = [];
  for (let current: unknown = youngest; typeof current === 'function' && 'prototype' in current; current = Object.getPrototypeOf(current)) {
    if (typeof current.prototype === 'object' && current.prototype !== null) line.unshift(current);
  }
  return line;
}

function* decoratedMethods(prototype: object, youngest: object): Generator<TaskEntry> {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const declared: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (!isFunction(declared)) continue;
    const weight = markedWeight(declared);
    if (weight === null) continue;
    const run = (youngest as Readonly<Record<string, unknown>>)[name] as TaskFunction;
    yield { name, weight, tags: markedTags(declared), run };
  }
}

/** `@task(3) static browse = Browse`. */
function fieldTask(name: string, weight: number, owner: ClassWithTasks): TaskEntry {
  const item: unknown = Reflect.get(owner, name);
  if (!isTaskSetClass(item)) {
    throw new BoomerError('bad-task', `@task static ${name} of ${owner.name} must hold a class that extends TaskSet, got ${printed(item)}`);
  }
  return { name, weight, tags: markedTags(item), run: item };
}

/** `key` tells which inherited entry this one replaces: named methods by name, items of a list none. */
function* listedTasks(tasks: TaskList, owner: ClassWithTasks): Generator<{ readonly key: unknown; readonly entry: TaskEntry }> {
  const where = `static tasks of ${owner.name}`;
  if (Array.isArray(tasks)) {
    const items: readonly unknown[] = tasks;
    for (const item of items) yield { key: Symbol('item'), entry: itemTask(item, ownWeight(item), owner, where) };
  } else if (tasks instanceof Map) {
    const items: ReadonlyMap<unknown, unknown> = tasks;
    for (const [item, weight] of items) yield { key: item, entry: itemTask(item, checkedWeight(weight, where), owner, where) };
  } else if (typeof tasks === 'object' && tasks !== null) {
    for (const [name, weight] of Object.entries(tasks)) {
      yield { key: name, entry: namedTask(name, checkedWeight(weight, `${where}, ${name}`), owner, where) };
    }
  } else {
    throw new BoomerError('bad-task', `${where} expects { method: weight }, a list or a map of functions and task sets, got ${printed(tasks)}`);
  }
}

/** A class marked `@task(3)` brings its weight into a list. */
function ownWeight(item: unknown): number {
  return isTaskSetClass(item) ? (markedWeight(item) ?? 1) : 1;
}

function itemTask(item: unknown, weight: number, owner: ClassWithTasks, where: string): TaskEntry {
  if (!isFunction(item)) {
    throw new BoomerError('bad-task', `${where} lists something that is neither a function nor a task set: ${printed(item)}`);
  }
  const name = item.name === '' ? 'anonymous' : item.name;
  return { name, weight, tags: markedTags(item), run: isTaskSetClass(item) ? item : taskOf(item, owner.prototype) };
}

function namedTask(name: string, weight: number, owner: ClassWithTasks, where: string): TaskEntry {
  const run: unknown = Reflect.get(owner.prototype, name);
  if (!isFunction(run)) {
    throw new BoomerError('bad-task', `${where} names "${name}", but ${owner.name} has no method of that name`);
  }
  return { name, weight, tags: markedTags(run), run };
}
