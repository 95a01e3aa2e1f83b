/**
 * `@task` and `@tag`: standard (TC39) decorators that mark methods and task sets as tasks, so no compiler flag is needed.
 * A project that compiles with `experimentalDecorators` may use them as well: they do the same in the older form.
 *
 * The marks hang on the method's function or the task set's class itself; a subclass inherits them with the method, and the weight of its base class.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { isFunction } from '../util/typeGuards.ts';
import { isTaskSetClass } from './taskSet.ts';

/** A method that can be a task: it takes nothing and its result, a promise or not, is awaited and dropped. */
export type TaskMethod<This> = (this: This) => unknown;

/** Marks a method, in the standard form of decorators and in that of `experimentalDecorators`. */
export type MethodDecorator = {
  <This>(method: TaskMethod<This>, context: ClassMethodDecoratorContext<This, TaskMethod<This>>): void;
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void;
};

/** Marks a method, a class of task sets, or a static field that holds one. */
export type TaskDecorator = MethodDecorator & {
  (taskSet: abstract new () => object, context?: ClassDecoratorContext): void;
  (value: undefined, context: StaticFieldContext): void;
  (owner: object, name: string | symbol): void;
};

type StaticFieldContext = ClassFieldDecoratorContext & { readonly static: true };

/** A function or class that a mark can hang on. */
export type AnyFunction = ((...args: never[]) => unknown) | (abstract new () => object);

const weights = new WeakMap<AnyFunction, number>();
const tags = new WeakMap<object, ReadonlySet<string>>();
const fields = new WeakMap<object, Map<string, number>>();

/**
 * Marks a method as a task, bare or with a weight:
 *
 * ```ts
 * @task    async browse() { … }     // weight 1
 * @task(3) async search() { … }     // picked three times as often
 * ```
 *
 * A task set is entered as a task: `@task(2) static checkout = Checkout`, or marked itself and named in `static tasks`:
 * `@task(2) class Checkout extends TaskSet`.
 *
 * A weight is a whole number of 0 or more; 0 switches the task off. Throws a BoomerError for anything else.
 */
export function task<This>(method: TaskMethod<This>, context: ClassMethodDecoratorContext<This, TaskMethod<This>>): void;
export function task(taskSet: abstract new () => object, context?: ClassDecoratorContext): void;
export function task(field: undefined, context: StaticFieldContext): void;
export function task(owner: object, name: string | symbol, descriptor?: PropertyDescriptor): void;
export function task(weight: number): TaskDecorator;
export function task(subject: unknown, context?: DecoratorContext | string | symbol, descriptor?: PropertyDescriptor): TaskDecorator | undefined {
  if (context !== undefined || typeof subject === 'function') {
    markTask(subject, context, descriptor, 1);
    return undefined;
  }
  const weight = checkedWeight(subject, '@task(weight)');
  return (marked: unknown, markedContext?: DecoratorContext | string | symbol, markedDescriptor?: PropertyDescriptor) => {
    markTask(marked, markedContext, markedDescriptor, weight);
  };
}

/**
 * Names a task's groups, so that `--tags` and `--exclude-tags`, or the master's, can choose among tasks. On a class of
 * task sets it stands for all its tasks and those of sets within it, also where a class extends it, not for those that this one adds. May be used more than once on one task. Throws a BoomerError unless it gets at least one non-empty string.
 */
export function tag(...names: [string, ...string[]]): TaskDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw new BoomerError('bad-tag', `@tag(...) expects one or more names, e.g. @tag('read'), got @tag(${names.map(printed).join(', ')})`);
  }
  return (subject: unknown, context?: DecoratorContext | string | symbol, descriptor?: PropertyDescriptor) => {
    const marked = isClass(subject, context) ? subject : decoratedMethod(subject, context, descriptor, '@tag');
    tags.set(marked, new Set([...(tags.get(marked) ?? []), ...names]));
  };
}

/** The weight given by `@task`, to a class or else to the nearest that it extends; null when it is not marked. */
export function markedWeight(method: AnyFunction): number | null {
  for (const marked of lineOf(method)) {
    const weight = weights.get(marked);
    if (weight !== undefined) return weight;
  }
  return null;
}

/** Static fields of a class that `@task` marks, with their weights, in order of declaration; not those of its ancestors. */
export function markedFields(owner: object): ReadonlyMap<string, number> {
  return fields.get(owner) ?? noFields;
}

const noFields: ReadonlyMap<string, number> = new Map();

/** The names given by `@tag` to a method, or to a class itself, not to those that it extends. */
export function markedTags(marked: object): ReadonlySet<string> {
  return tags.get(marked) ?? noTags;
}

const noTags: ReadonlySet<string> = new Set();

/** Whether `@tag` marks a method, or a class or one that it extends. */
export function isTagged(subject: AnyFunction): boolean {
  return lineOf(subject).some((marked) => tags.has(marked));
}

/** A class with those that it extends; a function alone. */
function lineOf(subject: AnyFunction): readonly AnyFunction[] {
  const base: unknown = Object.getPrototypeOf(subject);
  return isFunction(base) ? [subject, ...lineOf(base)] : [subject];
}

/** `value` if it is a weight; `what` says in the error where it was given. */
export function checkedWeight(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new BoomerError('bad-weight', `${what} expects a whole number of 0 or more, got ${printed(value)}`);
}

function markTask(subject: unknown, context: DecoratorContext | string | symbol | undefined, descriptor: PropertyDescriptor | undefined, weight: number): void {
  if (isClass(subject, context)) {
    weights.set(subject, weight);
  } else if (typeof context === 'object' && context.kind === 'field' && context.static) {
    // The class itself is only known when its static fields are set.
    context.addInitializer(function (this: unknown) {
      markField(this as object, String(context.name), weight);
    });
  } else if (typeof context !== 'object' && typeof subject === 'function' && descriptor === undefined) {
    markField(subject, String(context), weight);
  } else {
    weights.set(decoratedMethod(subject, context, descriptor, '@task'), weight);
  }
}

function markField(owner: object, name: string, weight: number): void {
  const known = fields.get(owner) ?? new Map<string, number>();
  known.set(name, weight);
  fields.set(owner, known);
}

/** A class of task sets; other classes are nothing to mark. */
function isClass(subject: unknown, context: DecoratorContext | string | symbol | undefined): subject is AnyFunction {
  return (context === undefined || (typeof context === 'object' && context.kind === 'class')) && isTaskSetClass(subject);
}

/** The method's function, whichever form of decorator was compiled. */
export function decoratedMethod(
  subject: unknown,
  context: DecoratorContext | string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
  decorator: string,
): AnyFunction {
  const isStandard = typeof context === 'object';
  const method: unknown = isStandard ? subject : descriptor?.value;
  const isPublicMethod = isStandard ? context.kind === 'method' && !context.static && !context.private : typeof subject === 'object';
  if (isFunction(method) && isPublicMethod) return method;
  const name = String(isStandard ? context.name : (context ?? printed(subject)));
  const what = isStandard ? `${context.kind} ${name}${context.kind === 'field' ? `: write it as a method, async ${name}() { … }` : ''}` : name;
  throw new BoomerError('bad-task', `${decorator} belongs on a public instance method or a class that extends TaskSet, not on ${what}`);
}
