/**
 * Loads the bundled scenario files and finds what they offer: exported user classes, and tasks handed to `run()`.
 */
import { type Arrivals, arrivalsAt } from '../../../scenario/arrivals.ts';
import type { BoomerTask } from '../../../scenario/boomerTask.ts';
import { declaredOptions } from '../../../scenario/declaredOptions.ts';
import { ClientUser } from '../../../scenario/httpUser.ts';
import { User } from '../../../scenario/user.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { errorLine, errorTrace } from '../../../util/errorText.ts';
import { nearest } from '../../../util/nearest.ts';
import type { OptionInfo, ScenarioExports, ThreadToMain } from '../../shared/messages.ts';
import type { ThreadSeed } from '../../shared/threadSeed.ts';
import type { SetupFunctions } from './testSetup.ts';
import type { ShapeFunction } from './testShape.ts';
import { type UserClass, UserPlan } from '../users/userPlan.ts';

/** Name of the class that stands for all tasks given to `run()`. */
export const taskListName = 'Boomer';

/** What a file exports, by name. */
export type ScenarioModule = Readonly<Record<string, unknown>>;

/** What the scenario's files offer together. */
export type Scenario = { readonly plans: readonly UserPlan[]; readonly settings: ScenarioExports; readonly functions: ScenarioFunctions };

/** What it exports for the test as a whole; null: it does not. */
export type ScenarioFunctions = SetupFunctions & { readonly shape: ShapeFunction | null };

/** What somebody chose of it, and for it. */
type Choice = Pick<ThreadSeed, 'userClasses' | 'host' | 'userPerSec'>;

/** Where the files are, and who else has a part in what they offer. */
export type ScenarioSource = {
  /** Each imports one file; one after the other. */
  readonly modules: readonly (() => Promise<ScenarioModule>)[];
  /** Tasks that `run()` was given meanwhile. */
  readonly registered: readonly BoomerTask[];
  /** Is shown what each file exports. */
  readonly look?: (exported: ScenarioModule) => void;
};

/** Rejects with a BoomerError for exports that are not what their names promise, and for a scenario without users. */
export async function loadScenario({ modules, registered, look = ignore }: ScenarioSource, { userClasses, host, userPerSec }: Choice): Promise<Scenario> {
  const arrivals = userPerSec === null ? null : arrivalsAt(userPerSec);
  const found = new FoundExports(arrivals);
  for (const imported of modules) {
    const exported = namedExports(await imported());
    look(Object.fromEntries(exported));
    for (const [name, value] of exported) found.add(name, value);
  }
  const { plans, idle, settings, functions } = found;
  if (registered.length > 0) plans.set(taskListName, taskListPlan(registered, arrivals));
  if (plans.size === 0) throw new BoomerError('no-user', nothingFound([...idle]));
  const chosen = userClasses === null ? [...plans.values()] : chosenPlans(plans, userClasses);
  if (host !== null) assertHostFits(host, chosen);
  return { plans: chosen, settings: { ...settings, hasSetup: functions.setup !== null, hasTeardown: functions.teardown !== null, hasShape: functions.shape !== null }, functions };
}

function ignore(): void {
  // nobody looks
}

/** What has been found so far, of all files together. */
class FoundExports {
  readonly plans = new Map<string, UserPlan>();
  /** Names of user classes that have no task. */
  readonly idle = new Set<string>();
  readonly settings: { readonly options: OptionInfo[]; stages: unknown; thresholds: unknown } = { options: [], stages: null, thresholds: null };
  readonly functions: { -readonly [Name in keyof ScenarioFunctions]: ScenarioFunctions[Name] } = { setup: null, teardown: null, shape: null };
  /** Of classes that say nothing of theirs. */
  readonly #arrivals: Arrivals | null;

  constructor(arrivals: Arrivals | null) {
    this.#arrivals = arrivals;
  }

  /** One export: a user class, or what its name says; others are the scenario's own. */
  add(name: string, value: unknown): void {
    switch (name) {
      case 'stages':
      case 'thresholds':
        this.settings[name] = plainData(name, value);
        return;
      case 'options':
        return addOptions(this.settings.options, declaredOptions(value) ?? []);
      case 'setup':
      case 'teardown':
      case 'shape':
        return this.#addFunction(name, value);
      default:
        return this.#addUserClass(name, value);
    }
  }

  #addFunction(name: keyof ScenarioFunctions, value: unknown): void {
    if (!isCallable(value)) {
      if (name === 'shape') throw new BoomerError('bad-export', 'shape is exported, and is no function: export const shape = (moment) => ({ users, spawnRate })');
      return;
    }
    if (this.functions[name] !== null && this.functions[name] !== value) throw new BoomerError('bad-export', `${name} is exported by two files: a test has one`);
    this.functions[name] = value;
  }

  #addUserClass(name: string, value: unknown): void {
    const plan = asPlan(name, value, this.#arrivals);
    if (plan === null) return;
    if (plan.tasks.isEmpty) return void this.idle.add(name);
    // One class under two names is one class.
    if ([...this.plans.values()].some(({ userClass }) => userClass === plan.userClass)) return;
    if (this.plans.has(name)) throw new BoomerError('two-classes-of-one-name', `two user classes are named ${name}: rename one, the master tells classes apart by name`);
    this.plans.set(name, plan);
  }
}

/** What it is called with, it may take or leave. */
function isCallable(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

/** As Locust's `options.user_classes` (main.py). */
function chosenPlans(plans: ReadonlyMap<string, UserPlan>, names: readonly string[]): readonly UserPlan[] {
  const unknown = names.find((name) => !plans.has(name));
  if (unknown === undefined) return [...plans].filter(([name]) => names.includes(name)).map(([, plan]) => plan);
  const known = [...plans.keys()];
  const meant = nearest(unknown, known);
  throw new BoomerError('unknown-user-class', `there is no user class ${unknown}${meant === null ? '.' : `: did you mean ${meant}?`} It has ${known.join(', ')}`);
}

/** Only HTTP needs a URL: other users take their host as they like (`127.0.0.1:50051`). */
function assertHostFits(host: string, plans: readonly UserPlan[]): void {
  if (/^[a-z][a-z\d+.-]*:\/\//iu.test(host) && URL.canParse(host)) return;
  const needy = plans.find(({ userClass }) => userClass.prototype instanceof ClientUser);
  if (needy !== undefined) throw new BoomerError('bad-host', `--host expects a URL for ${needy.name}, which speaks HTTP, got "${host}": write --host http://${host.replace(/^(?:https?:?)?\/+|^https?:/iu, '')}`);
}

/** Options of another file; an option of two files must be the same in both. */
function addOptions(options: OptionInfo[], more: readonly OptionInfo[]): void {
  for (const option of more) {
    const known = options.find(({ name }) => name === option.name);
    if (known === undefined) options.push(option);
    else if (JSON.stringify(known) !== JSON.stringify(option)) throw new BoomerError('bad-option', `option ${option.name} is declared twice, and not alike: declare it in one file, or import it`);
  }
}

/** `value` if it can cross to the main thread; throws a BoomerError that names the export. */
function plainData(name: string, value: unknown): unknown {
  try {
    return structuredClone(value) ?? null;
  } catch (cause) {
    throw new BoomerError('bad-export', `export const ${name} must be plain data (texts, numbers, lists, objects): ${errorLine(cause)}`, { cause });
  }
}

function nothingFound(idle: readonly string[]): string {
  if (idle.length > 0) return `no user class has a task: mark a method of ${idle.join(' or ')} with @task, or name it in static tasks`;
  return 'it exports no user class and does not call run(task, …): expected `export class MyUser extends HttpUser { @task async … }`';
}

/** Null for what is no user class. */
function asPlan(name: string, value: unknown, arrivals: Arrivals | null): UserPlan | null {
  if (!isUserClass(value) || (Object.hasOwn(value, 'abstract') && Reflect.get(value, 'abstract') === true)) return null;
  return new UserPlan(name, value, null, arrivals);
}

/** Whether it extends `User`. */
export function isUserClass(value: unknown): value is UserClass {
  return typeof value === 'function' && value.prototype instanceof User;
}

/** CommonJS arrives as one default export that holds the named ones. */
function namedExports(exported: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(exported).flatMap(([name, value]): [string, unknown][] => {
    if (name !== 'default') return [[name, value]];
    return typeof value === 'object' && value !== null ? Object.entries(value) : [[ownName(value), value]];
  });
}

/** A default export has the name of its class; a bundler may have put an underscore before it. */
function ownName(value: unknown): string {
  const name = typeof value === 'function' ? value.name.replace(/^_(?=[A-Z])/u, '') : '';
  return name === '' || name === 'default' ? 'DefaultUser' : name;
}

/** The class that stands for `tasks`. */
export function taskListPlan(tasks: readonly BoomerTask[], arrivals: Arrivals | null = null): UserPlan {
  class Boomer extends User {}
  const entries = tasks.map(({ name, weight, fn }) => ({ name, weight: weight ?? 1, tags: new Set<string>(), run: () => fn() }));
  return new UserPlan(taskListName, Boomer, entries, arrivals);
}

/** Why a scenario could not be loaded, for a person: one sentence and the trace, ours or of what the scenario threw. */
export function loadFailure(error: unknown): ThreadToMain {
  const reason = error instanceof BoomerError ? error.message : `it threw while it was loaded: ${errorLine(error)}`;
  return { kind: 'loadFailed', reason, trace: errorTrace(error) };
}
