/**
 * Tells a scenario's author what will not do what it seems to do. Each thing is said once.
 *
 * Most are names that were probably got wrong: Locust's spelling, a slip of the keyboard, or an instance field that had to be static
 * and the other way round. Nothing would happen with them, so somebody should say so.
 */
import { TaskSet } from '../../../scenario/taskSet.ts';
import { User } from '../../../scenario/user.ts';
import { nearest } from '../../../util/nearest.ts';
import type { TaskPlan } from '../tasks/taskPlan.ts';

/** A scenario may make up names for ever. */
const maxTexts = 100;

export class ScenarioLint {
  readonly #warn: (text: string) => void;
  readonly #known = new WeakSet<object>();
  readonly #told = new Set<string>();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** Looks at the class of a plan and at the task sets below it. */
  lookAtClasses(plan: TaskPlan): void {
    if (this.#known.has(plan)) return;
    this.#known.add(plan);
    const { owner } = plan;
    if (owner.prototype instanceof TaskSet) this.#sayAll(misspeltOfClass(owner, TaskSet, 'task set'));
    else this.#sayAll(misspeltOfClass(owner, User, 'rest' in owner.prototype ? 'HTTP user' : 'user'));
    for (const below of plan.below) this.lookAtClasses(below);
  }

  /** Looks at the names of what a file exports: one that is nearly one of ours, and no class. */
  lookAtExports(exported: Readonly<Record<string, unknown>>): void {
    this.#sayAll(Object.entries(exported).flatMap(([name, value]) => oddExport(name, value)));
  }

  /** Looks at the first instance of each class. */
  lookAtInstance(instance: object, className: string): void {
    if (this.#known.has(instance.constructor)) return;
    this.#known.add(instance.constructor);
    this.#sayAll(misspeltOfInstance(instance, className));
  }

  /** `work`, a task or a hook, returned while a request that it began was under way. */
  awaitMissing(work: object, where: string): void {
    if (this.#known.has(work)) return;
    this.#known.add(work);
    this.#warn(`${where} returned while a request that it had begun was still under way: is an await missing before the call? (said once per task)`);
  }

  /** Says each text once. */
  tell(text: string): void {
    if (this.#told.has(text) || this.#told.size >= maxTexts) return;
    this.#told.add(text);
    this.#warn(text);
  }

  #sayAll(advice: readonly string[]): void {
    for (const text of advice) this.#warn(text);
  }
}

/** Locust's names of what a user class or task set may have, and ours. */
const ourNames: ReadonlyMap<string, string> = new Map([
  ['on_start', 'onStart'],
  ['on_stop', 'onStop'],
  ['wait_time', 'waitTime'],
  ['min_wait', 'waitTime = between(minSec, maxSec)'],
  ['max_wait', 'waitTime = between(minSec, maxSec)'],
  ['fixed_count', 'static fixedCount'],
]);
const httpNames = ['http', 'http2', 'requestName'];
const staticNames = ['weight', 'fixedCount', 'arrivals', 'replay', 'tasks', 'abstract', ...httpNames];
const instanceNames = ['onStart', 'onStop', 'waitTime'];

/** What a class is: of users with or without an HTTP client, or of task sets. */
type ClassKind = 'user' | 'HTTP user' | 'task set';

/** What is odd about a class and its ancestors, in sentences; `base` and what is above it are ours. */
function misspeltOfClass(owner: { readonly name: string; readonly prototype: object }, base: object, kind: ClassKind): string[] {
  const advice: string[] = [];
  for (let current: unknown = owner; typeof current === 'function' && current !== base; current = Object.getPrototypeOf(current)) {
    const { name } = current;
    const prototype: object = current.prototype as object;
    for (const member of Object.getOwnPropertyNames(current)) advice.push(...oddStatic(name, member, kind));
    for (const member of Object.getOwnPropertyNames(prototype)) advice.push(...oddMember(name, member));
  }
  return advice;
}

/** What is odd about the fields of a user or task set. */
function misspeltOfInstance(instance: object, className: string): string[] {
  const ofClass = Reflect.getPrototypeOf(instance) ?? {};
  return Object.keys(instance).flatMap((field) => {
    if (field === 'waitTime' && Object.hasOwn(ofClass, field)) return [`the method ${field} of ${className} has no effect: the field ${field} of ${className}, or of a class that it extends, hides it. Make it a field, ${field} = () => …`];
    if (staticNames.includes(field)) return [`${field} of ${className} has no effect as an instance field: make it static, static ${field} = …`];
    if (field === 'host') return [`host of ${className} as an instance field hides the host of the master and of --host: make it static, static host = …`];
    return oddMember(className, field);
  });
}

/** What a scenario may export beside its classes. */
const exportNames = ['options', 'stages', 'thresholds', 'shape', 'setup', 'teardown'];

/** A scenario may export what other files import, such as `share` and `actions`: only of long words typing errors are looked for. */
function oddExport(name: string, value: unknown): string[] {
  if (exportNames.includes(name) || (typeof value === 'function' && value.prototype instanceof User)) return [];
  const meant = exportNames.find((known) => isSpeltLike(name, known) || isSpeltLike(`${name}s`, known)) ?? nearest(name, exportNames.filter(({ length }) => length >= 8));
  return meant === null ? [] : [`the export ${name} has no effect: did you mean ${meant}?`];
}

function oddStatic(className: string, member: string, kind: ClassKind): string[] {
  if (ourNames.has(member)) return oddMember(className, member);
  if (instanceNames.includes(member)) return [`static ${member} of ${className} has no effect: ${member === 'waitTime' ? 'make it an instance field, waitTime = …' : `take static away, ${member}() { … }`}`];
  if (kind === 'task set' && member !== 'tasks' && [...staticNames, 'host'].includes(member)) return [`static ${member} of ${className} has no effect: it belongs to the class of its user`];
  if (kind === 'user' && httpNames.includes(member)) return [`static ${member} of ${className} has no effect: only classes that extend HttpUser or FastHttpUser have it`];
  const ofInstance = instanceNames.find((name) => isSpeltLike(member, name));
  if (ofInstance !== undefined) return [`static ${member} of ${className} has no effect: did you mean ${ofInstance}, without static?`];
  const meant = meantBy(member, kind === 'task set' ? ['tasks'] : [...staticNames, 'host']);
  return meant === null ? [] : [`static ${member} of ${className} has no effect: did you mean static ${meant}?`];
}

function oddMember(className: string, member: string): string[] {
  const ours = ourNames.get(member);
  if (ours !== undefined) return [`${className}.${member} is Locust's spelling and has no effect here: did you mean ${ours}?`];
  const meant = instanceNames.find((name) => isSpeltLike(member, name));
  return meant === undefined || meant === member ? [] : [`${className}.${member} has no effect: did you mean ${meant}?`];
}

/** A scenario may have statics of its own, such as `hosts` and `cost`: of short words only the spelling is looked at. */
function meantBy(member: string, names: readonly string[]): string | null {
  if (names.includes(member)) return null;
  const spelt = names.find((name) => isSpeltLike(member, name));
  return spelt ?? (member.length < 4 ? null : nearest(member, names.filter(({ length }) => length >= 5)));
}

function isSpeltLike(member: string, name: string): boolean {
  return member.replaceAll(/[_-]/gu, '').toLowerCase() === name.toLowerCase();
}
