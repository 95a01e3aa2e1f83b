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
