/**
 * How the users of one class run: which tasks, how often, against which host. Made of the class and of what the master edits;
 * users look at it before each task, so that a change reaches those that run.
 */
import { type Arrivals, checkedArrivals } from '../../../scenario/arrivals.ts';
import type { TaskEntry } from '../../../scenario/collectTasks.ts';
import { checkedReplay, replayText, type Replay } from '../../../scenario/replay/replay.ts';
import { ReplayUser } from '../../../scenario/replay/replayUser.ts';
import { checkedWeight } from '../../../scenario/task.ts';
import type { TaskFunction, TaskList } from '../../../scenario/taskList.ts';
import type { User } from '../../../scenario/user.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { printed } from '../../../util/printed.ts';
import type { ClassInfo } from '../../shared/messages.ts';
import { type TagFilter, type TaskPlan, TaskPlans } from '../tasks/taskPlan.ts';

/** A concrete user class. */
export type UserClass = {
  new (): User;
  readonly name: string;
  readonly prototype: User;
  readonly tasks?: TaskList;
  host?: string;
  weight?: number;
  fixedCount?: number;
  readonly arrivals?: Arrivals;
  readonly replay?: Replay;
};

export class UserPlan {
  readonly name: string;
  readonly userClass: UserClass;
  readonly isTaskList: boolean;
  readonly weight: number;
  readonly fixedCount: number;
  /** What each user stands for; null: one user, that goes on by itself. */
  readonly arrivals: Arrivals | null;
  /** What its users replay, which are its visitors then; null: nothing. */
  readonly replay: Replay | null;
  /** The tasks of the user itself, and of the task sets below. */
  readonly tasks: TaskPlan;
  /** Host for users that are made from now on; null when nobody named one. */
  host: string | null;
  readonly #plans: TaskPlans;

  /** `entries` are given for the class that stands for `run()`, `arrivals` for one that says nothing of them; throws a BoomerError when the class is not usable. */
  constructor(name: string, userClass: UserClass, entries: readonly TaskEntry[] | null = null, arrivals: Arrivals | null = null) {
    this.name = name;
    this.userClass = userClass;
    this.isTaskList = entries !== null;
    this.#plans = new TaskPlans();
    this.tasks = this.#plans.of(userClass, entries);
    this.weight = checkedWeight(userClass.weight ?? 1, `static weight of ${name}`);
    this.replay = replayOf(name, userClass, this.tasks);
    // One stands for all: users come as visitors do.
    this.fixedCount = checkedWeight(userClass.fixedCount ?? (this.replay === null ? 0 : 1), `static fixedCount of ${name}`);
    const ownArrivals = userClass.arrivals === undefined ? arrivals : checkedArrivals(userClass.arrivals, `static arrivals of ${name}`);
    this.arrivals = this.replay === null ? ownArrivals : null;
    this.host = checkedHost(userClass.host, name);
  }

  info(): ClassInfo {
    return {
      name: this.name,
      weight: this.weight,
      fixedCount: this.fixedCount,
      arrivals: this.arrivals,
      replay: this.replay === null ? null : replayText(this.replay),
      host: this.host,
      taskNames: this.tasks.names,
      tasks: this.tasks.info(),
      isTaskList: this.isTaskList,
    };
  }

  /** Chooses among the tasks of the user and of all task sets below; returns the names of those left without any. */
  filterByTags(filter: TagFilter): readonly string[] {
    return this.#plans.filter(filter);
  }

  /** For a person: what a task of the user, or of a task set below, is called. */
  nameOf(task: TaskFunction): string {
    return this.#plans.nameOf(task);
  }

  /** For a person: a task or hook of this class. The class of tasks given to `run()` is not the scenario's, and not named. */
  placeOf(name: string): string {
    return this.isTaskList ? name : `${this.name}.${name}`;
  }

  /** The plan of a task set that a scenario schedules by itself. */
  readonly planOf: TaskPlans['of'] = (owner) => this.#plans.of(owner);

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
        const isSet = Reflect.defineProperty(this.userClass, camelCase(key), { value, writable: true, configurable: true, enumerable: true });
        if (!isSet) problems.push(`${key} of ${this.name} cannot be changed`);
      }
    }
    return problems;
  }

  /**
   * Locust's edit form always sends the names that the master's own class has, and those of a stub are none of ours: names that
   * choose nothing leave all tasks, for users without any would idle (Locust env.py, `update_user_class`, lets them).
   */
  #chooseNames(value: unknown): string[] {
    if (!Array.isArray(value)) return [`tasks of ${this.name}: expected a list of task names, got ${printed(value)}`];
    const known = this.tasks.names;
    const chosen = value.filter((name): name is string => known.includes(name as string));
    this.tasks.chooseNames(chosen.length === 0 ? null : new Set(chosen));
    const unknown = value.filter((name) => !known.includes(name as string)).map(printed).join(', ');
    const whatRuns = chosen.length === 0 ? `all tasks of ${this.name} run` : `${chosen.join(', ')} run`;
    const problems: string[] = [];
    if (value.length === 0) problems.push(`the master chooses no task of ${this.name}: ${whatRuns}`);
    else if (unknown !== '') problems.push(`the master chooses tasks that ${this.name} does not have: ${unknown} (it has ${known.join(', ')}): ${whatRuns}`);
    if (this.tasks.isEmpty) problems.push(`none of the tasks that the master chooses for ${this.name} can run: check tags, exclude tags and weights; users without tasks idle`);
    return problems;
  }
}

/** Throws a BoomerError for a class that cannot replay what it says. */
function replayOf(name: string, { replay, prototype, arrivals }: UserClass, tasks: TaskPlan): Replay | null {
  const isReplayUser = prototype instanceof ReplayUser;
  if (replay === undefined && !isReplayUser) return null;
  if (replay === undefined) throw new BoomerError('bad-replay', `${name} extends ReplayUser and says no capture: write static replay = replay('traffic.gor')`);
  if (!isReplayUser) throw new BoomerError('bad-replay', `static replay of ${name} has no effect in a class that does not extend ReplayUser`);
  if (arrivals !== undefined) throw new BoomerError('bad-replay', `static arrivals and static replay of ${name} contradict each other: both say when its tasks begin`);
  if (tasks.names.length !== 1) throw new BoomerError('bad-replay', `${name} replays a capture and has tasks of its own (${tasks.names.filter((task) => task !== 'replayed').join(', ')}): put these into a class of their own`);
  return checkedReplay(replay, `static replay of ${name}`);
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
