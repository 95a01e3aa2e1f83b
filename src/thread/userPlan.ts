/**
 * How the users of one class run: which tasks, how often, against which host. Made from the class and the wishes of
 * the master; users look at it before each task, so that a change reaches those that live.
 */
import { collectTasks, type TaskEntry, type TaskFunction, type TaskList } from '../user/collectTasks.ts';
import { checkedWeight } from '../user/task.ts';
import type { User } from '../user/user.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import type { ClassInfo } from './messages.ts';

/** A concrete user class. */
export type UserClass = {
  new (): User;
  readonly name: string;
  readonly prototype: User;
  readonly tasks?: TaskList;
  host?: string;
  weight?: number;
  fixedCount?: number;
};

/** Which tasks may run, by their tags (Locust task.py, `filter_tasks_by_tags`). */
export type TagFilter = { readonly tags: readonly string[] | null; readonly excludeTags: readonly string[] | null };

export class UserPlan {
  readonly name: string;
  readonly userClass: UserClass;
  readonly isTaskList: boolean;
  readonly weight: number;
  readonly fixedCount: number;
  /** Each task as often as its weight says: the next one is a uniform pick (Locust task.py). */
  tasks: readonly TaskFunction[] = [];
  /** Host for users that are made from now on; null when nobody named one. */
  host: string | null;
  readonly #entries: readonly TaskEntry[];
  #chosenNames: ReadonlySet<string> | null = null;
  #tagFilter: TagFilter = { tags: null, excludeTags: null };

  /** `entries` are given for the class that stands for `run()`; throws a BoomerError when the class is not usable. */
  constructor(name: string, userClass: UserClass, entries: readonly TaskEntry[] | null = null) {
    this.name = name;
    this.userClass = userClass;
    this.isTaskList = entries !== null;
    this.#entries = entries ?? collectTasks(userClass);
    this.weight = checkedWeight(userClass.weight ?? 1, `static weight of ${name}`);
    this.fixedCount = checkedWeight(userClass.fixedCount ?? 0, `static fixedCount of ${name}`);
    this.host = checkedHost(userClass.host, name);
    this.#choose();
  }

  get hasTasks(): boolean {
    return this.#entries.some((entry) => entry.weight > 0);
  }

  info(): ClassInfo {
    return {
      name: this.name,
      weight: this.weight,
      fixedCount: this.fixedCount,
      taskNames: this.#entries.map((entry) => entry.name),
      isTaskList: this.isTaskList,
    };
  }

  filterByTags(filter: TagFilter): void {
    this.#tagFilter = filter;
    this.#choose();
  }

  /**
   * The master's "edit user class": `host`, `tasks` (names) and any other attribute, which becomes a static of the
   * class. Returns what could not be applied, in words.
   */
  update(attributes: Readonly<Record<string, unknown>>): readonly string[] {
    const problems: string[] = [];
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'host') {
        if (typeof value === 'string' && value !== '') this.host = value;
      } else if (key === 'tasks') {
        problems.push(...this.#chooseNames(value));
      } else if (key !== 'user_class_name') {
        Object.defineProperty(this.userClass, camelCase(key), { value, writable: true, configurable: true, enumerable: true });
      }
    }
    return problems;
  }

  #chooseNames(value: unknown): string[] {
    if (!Array.isArray(value)) return [`tasks of ${this.name}: expected a list of task names, got ${printed(value)}`];
    const known = new Set(this.#entries.map((entry) => entry.name));
    const unknown = value.filter((name) => !known.has(name as string));
    this.#chosenNames = new Set(value.filter((name): name is string => known.has(name as string)));
    this.#choose();
    return unknown.map((name) => `${this.name} has no task ${printed(name)}: it has ${[...known].join(', ')}`);
  }

  #choose(): void {
    const { tags, excludeTags } = this.#tagFilter;
    const chosen = this.#entries.filter(
      (entry) =>
        (this.#chosenNames === null || this.#chosenNames.has(entry.name)) &&
        (tags === null || tags.length === 0 || tags.some((tag) => entry.tags.has(tag))) &&
        !excludeTags?.some((tag) => entry.tags.has(tag)),
    );
    this.tasks = chosen.flatMap((entry) => Array.from({ length: entry.weight }, () => entry.run));
  }
}

function checkedHost(host: unknown, className: string): string | null {
  if (host === undefined || host === null || host === '') return null;
  if (typeof host === 'string') return host;
  throw new BoomerError('bad-host', `static host of ${className} expects a text like 'http://localhost:8080', got ${printed(host)}`);
}

/** Attribute names arrive in Python's spelling: `fixed_count` is our `fixedCount`. */
function camelCase(key: string): string {
  return key.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}
