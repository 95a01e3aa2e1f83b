/**
 * What can be a task, in types.
 */

/** A task outside a class: gets its user or task set as `this` and as the first argument. */
export type TaskFunction = (owner: never) => unknown;

/** What can be a task: a function, or a class of task sets. */
export type TaskItem = TaskFunction | TaskSetClass;

/**
 * Tasks without decorators: `{ hello: 1, item: 3 }` names methods and weights; a list or a map holds functions and task
 * sets. In a list an item may stand several times.
 */
export type TaskList = Readonly<Record<string, number>> | readonly TaskItem[] | ReadonlyMap<TaskItem, number>;

/** A class that extends TaskSet, to be named among the tasks of a user or another task set. */
export type TaskSetClass = {
  new (): TaskSetShape;
  readonly name: string;
  readonly prototype: TaskSetShape;
  readonly tasks?: TaskList;
};

/** What tells a task set from other classes, in types: it can be interrupted. */
type TaskSetShape = { readonly interrupt: (reschedule?: boolean) => never };

/** Functions of lists as they are called; one for each, since a person is told of a task once. */
const withOwner = new WeakMap<TaskFunction, TaskFunction>();

/**
 * How `task` is called as a task of `owner`, a user or a task set or the prototype of one: with `this` alone. A method is
 * handed nothing else; a function from outside gets its `this` as first argument too (Locust task.py, `execute_task`).
 */
export function taskOf(task: TaskFunction, owner: object): TaskFunction {
  if (isMethodOf(task, owner)) return task;
  let called = withOwner.get(task);
  if (called === undefined) {
    called = function (this: unknown): unknown {
      return task.call(this, this as never);
    };
    Object.defineProperty(called, 'name', { value: task.name });
    withOwner.set(task, called);
  }
  return called;
}

/** A look at the values alone: a getter of the scenario is not called. */
function isMethodOf(task: TaskFunction, owner: object): boolean {
  for (let level: object | null = owner; level !== null && level !== Object.prototype; level = Object.getPrototypeOf(level) as object | null) {
    for (const key of Reflect.ownKeys(level)) if (Object.getOwnPropertyDescriptor(level, key)?.value === task) return true;
  }
  return false;
}
