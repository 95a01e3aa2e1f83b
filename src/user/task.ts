/**
 * `@task` and `@tag`: standard (TC39) decorators that mark methods as tasks, so no compiler flag is needed. A project
 * that compiles with `experimentalDecorators` may use them as well: they do the same in the older form.
 *
 * The marks hang on the method's function itself; a subclass inherits them with the method.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';

/** A method that can be a task: it takes nothing and its result, a promise or not, is awaited and dropped. */
export type TaskMethod<This> = (this: This) => unknown;

/** Both forms of a decorator: the standard one, and `experimentalDecorators`. */
type MethodDecorator = {
  <This>(method: TaskMethod<This>, context: ClassMethodDecoratorContext<This, TaskMethod<This>>): void;
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void;
};

type AnyFunction = (...args: never[]) => unknown;

const weights = new WeakMap<AnyFunction, number>();
const tags = new WeakMap<AnyFunction, ReadonlySet<string>>();

/**
 * Marks a method as a task, bare or with a weight:
 *
 * ```ts
 * @task    async browse() { … }     // weight 1
 * @task(3) async search() { … }     // picked three times as often
 * ```
 *
 * A weight is a whole number of 0 or more; 0 switches the task off. Throws a BoomerError for anything else.
 */
export function task<This>(method: TaskMethod<This>, context: ClassMethodDecoratorContext<This, TaskMethod<This>>): void;
export function task(prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void;
export function task(weight: number): MethodDecorator;
export function task(subject: unknown, context?: DecoratorContext | string | symbol, descriptor?: PropertyDescriptor): MethodDecorator | undefined {
  if (context !== undefined) {
    weights.set(decoratedMethod(subject, context, descriptor, '@task'), 1);
    return undefined;
  }
  const weight = checkedWeight(subject, '@task(weight)');
  return (method: unknown, methodContext: DecoratorContext | string | symbol, methodDescriptor?: PropertyDescriptor) => {
    weights.set(decoratedMethod(method, methodContext, methodDescriptor, '@task'), weight);
  };
}

/**
 * Names a task's groups, so that `--tags` and `--exclude-tags`, or the master's, can choose among tasks.
 * May be used more than once on one task. Throws a BoomerError unless it gets at least one non-empty string.
 */
export function tag(...names: [string, ...string[]]): MethodDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    throw new BoomerError('bad-tag', `@tag(...) expects one or more names, e.g. @tag('read'), got @tag(${names.map(printed).join(', ')})`);
  }
  return (subject: unknown, context: DecoratorContext | string | symbol, descriptor?: PropertyDescriptor) => {
    const method = decoratedMethod(subject, context, descriptor, '@tag');
    tags.set(method, new Set([...(tags.get(method) ?? []), ...names]));
  };
}

/** The weight given by `@task`, or null when the function is not marked. */
export function markedWeight(method: AnyFunction): number | null {
  return weights.get(method) ?? null;
}

/** The names given by `@tag`. */
export function markedTags(method: AnyFunction): ReadonlySet<string> {
  return tags.get(method) ?? noTags;
}

const noTags: ReadonlySet<string> = new Set();

/** `value` if it is a weight; `what` says in the error where it was given. */
export function checkedWeight(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new BoomerError('bad-weight', `${what} expects a whole number of 0 or more, got ${printed(value)}`);
}

/** The method's function, whichever form of decorator was compiled. */
function decoratedMethod(
  subject: unknown,
  context: DecoratorContext | string | symbol,
  descriptor: PropertyDescriptor | undefined,
  decorator: string,
): AnyFunction {
  const isStandard = typeof context === 'object';
  const method: unknown = isStandard ? subject : descriptor?.value;
  const isPublicMethod = isStandard ? context.kind === 'method' && !context.static && !context.private : typeof subject === 'object';
  if (typeof method === 'function' && isPublicMethod) return method as AnyFunction;
  const what = isStandard ? `${context.kind} ${String(context.name)}` : String(context);
  throw new BoomerError('bad-task', `${decorator} belongs on a public instance method, not on ${what}`);
}
