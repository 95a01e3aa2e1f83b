/**
 * Task sets whose next task depends on the current one (Locust user/markov_taskset.py).
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { isFunction } from '../util/typeGuards.ts';
import { checkedWeight, decoratedMethod, type AnyFunction, type MethodDecorator } from './task.ts';
import type { TaskFunction } from './taskList.ts';
import { TaskSet } from './taskSet.ts';
import type { User } from './user.ts';

/** Names of tasks with their weights; a name alone has weight 1. */
export type Transitions = Readonly<Record<string, number>> | readonly (string | readonly [name: string, weight: number])[];

/**
 * A Markov chain: begins with the first task that has a transition; each next one is picked by the weights of the current
 * one's transitions. Tags do not go with it.
 */
export abstract class MarkovTaskSet<U extends User = User> extends TaskSet<U> {}

const marked = new WeakMap<AnyFunction, Map<string, number>>();

/** Adds one transition to a task: `@transition('browse', 3)`; the weight is a whole number, default 1. */
export function transition(name: string, weight = 1): MethodDecorator {
  return transitions({ [name]: weight });
}

/** Adds several: `@transitions({ checkout: 1, browse: 3 })`, or `@transitions(['browse', ['checkout', 2]])`. */
export function transitions(wanted: Transitions): MethodDecorator {
  const named = Array.isArray(wanted) ? (wanted as readonly (string | readonly [string, number])[]).map((item) => (typeof item === 'string' ? ([item, 1] as const) : item)) : Object.entries(wanted);
  const checked = named.map(([name, weight]) => [name, checkedWeight(weight, `the weight of a transition to ${printed(name)}`)] as const);
  return (subject: unknown, context: DecoratorContext | string | symbol, descriptor?: PropertyDescriptor) => {
    const method = decoratedMethod(subject, context, descriptor, '@transition');
    const known = marked.get(method) ?? new Map<string, number>();
    for (const [name, weight] of checked) known.set(name, weight);
    marked.set(method, known);
  };
}

/** One task of a chain: where it may lead, by position in the chain, each as often as its weight says. */
export type MarkovStep = { readonly name: string; readonly run: TaskFunction; readonly next: readonly number[] };

/** The chain of a class; throws a BoomerError when there is none or a transition leads nowhere. */
export function markovChain(owner: { readonly name: string; readonly prototype: object }): readonly MarkovStep[] {
  const steps = methodsOf(owner.prototype).filter(([, method]) => marked.has(method));
  if (steps.length === 0) {
    throw new BoomerError('no-markov-task', `${owner.name} has no Markov task: give its methods @transition('next') or @transitions({ … })`);
  }
  const places = new Map(steps.map(([name], place) => [name, place]));
  return steps.map(([name, run]) => {
    const next = [...(marked.get(run) ?? [])].flatMap(([target, weight]) => {
      const place = places.get(target);
      if (place === undefined) {
        throw new BoomerError('bad-transition', `${owner.name}.${name} leads to ${printed(target)}, which is no task with transitions: expected one of ${[...places.keys()].join(', ')}`);
      }
      return Array.from({ length: weight }, () => place);
    });
    if (next.length === 0) throw new BoomerError('bad-transition', `all transitions of ${owner.name}.${name} have weight 0: at least one must be picked`);
    return { name, run, next };
  });
}

/** Methods by name, inherited ones first. */
function methodsOf(prototype: object): [string, TaskFunction][] {
  const methods = new Map<string, TaskFunction>();
  const line: object[] = [];
  for (let current: object | null = prototype; current !== null && current !== Object.prototype; current = Object.getPrototypeOf(current) as object | null) line.unshift(current);
  for (const level of line) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const method: unknown = Object.getOwnPropertyDescriptor(level, name)?.value;
      if (isFunction(method) && name !== 'constructor') methods.set(name, method);
    }
  }
  return [...methods];
}
