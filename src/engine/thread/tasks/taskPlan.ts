/**
 * The tasks of a user class or a task set, ready to be picked: weights spread out, tags applied, task sets planned in
 * turn. One plan per class; a task set may name itself.
 */
import { collectTasks, type ClassWithTasks, type TaskEntry } from '../../../scenario/collectTasks.ts';
import { markovChain, MarkovTaskSet } from '../../../scenario/markovTaskSet.ts';
import { isTagged } from '../../../scenario/task.ts';
import type { TaskFunction } from '../../../scenario/taskList.ts';
import { isTaskSetClass, SequentialTaskSet } from '../../../scenario/taskSet.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import type { TaskInfo } from '../../shared/messages.ts';

/** Which tasks may run, by their tags (Locust task.py, `filter_tasks_by_tags`). */
export type TagFilter = { readonly tags: readonly string[] | null; readonly excludeTags: readonly string[] | null };

/** What a pick yields: a function to call, or the plan of a task set to enter. */
export type Runnable = TaskFunction | TaskPlan;

/** How the next task is found. */
export type TaskOrder = 'random' | 'sequential' | 'markov';

type PlannedEntry = { readonly name: string; readonly weight: number; readonly tags: ReadonlySet<string>; readonly run: Runnable };

export class TaskPlan {
  readonly owner: ClassWithTasks;
  readonly order: TaskOrder;
  /** Each task as often as its weight says, in order; users look at it before each task. */
  runnables: readonly Runnable[] = [];
  /** For a Markov chain: where each task may lead, by position. */
  transitions: readonly (readonly number[])[] = [];
  #entries: readonly PlannedEntry[] = [];
  /** That stand for all its tasks: of the sets that it stands in, and its own as a task of these. */
  readonly #tags = new Set<string>();
  #chosenNames: ReadonlySet<string> | null = null;
  #onlyName: string | null = null;
  #filter: TagFilter = { tags: null, excludeTags: null };

  constructor(owner: ClassWithTasks) {
    this.owner = owner;
    this.order = owner.prototype instanceof MarkovTaskSet ? 'markov' : owner.prototype instanceof SequentialTaskSet ? 'sequential' : 'random';
  }

  /** For the planner, once: what the class offers. */
  take(entries: readonly PlannedEntry[]): void {
    this.#entries = entries;
    for (const { run, tags } of entries) if (run instanceof TaskPlan) run.#standIn(new Set([...tags, ...this.#tags]));
    this.#choose();
  }

  /** It is a task with these tags. A Markov chain has none. */
  #standIn(tags: ReadonlySet<string>): void {
    if (this.order === 'markov' || [...tags].every((tag) => this.#tags.has(tag))) return;
    for (const tag of tags) this.#tags.add(tag);
    for (const below of this.below) below.#standIn(tags);
  }

  /** Names of all tasks, whatever is filtered out at the moment. */
  get names(): readonly string[] {
    return [...new Set(this.#entries.map(({ name }) => name))];
  }

  /** Names of the tasks that a user could run if it were told to, whatever their weights. */
  get runnableNames(): readonly string[] {
    return [...new Set(this.#entries.filter(({ run }) => !(run instanceof TaskPlan) || !run.isEmpty).map(({ name }) => name))];
  }

  /** All tasks, whatever is filtered out at the moment; one that is listed several times once, with its weights added. `around`: the sets that this one stands in. */
  info(around: readonly TaskPlan[] = []): readonly TaskInfo[] {
    const inside = [...around, this];
    const found = new Map<Runnable, TaskInfo>();
    for (const [place, { name, weight, tags, run }] of this.#entries.entries()) {
      const set = run instanceof TaskPlan && !inside.includes(run) ? { order: run.order, tasks: run.info(inside) } : null;
      const transitions = this.order === 'markov' ? this.#transitionsOf(place) : null;
      found.set(run, { name, weight: weight + (found.get(run)?.weight ?? 0), tags: [...new Set([...tags, ...this.#tags])].sort(), set, transitions });
    }
    return [...found.values()];
  }

  /** What the class calls this task; undefined when it is none of its tasks. */
  nameOf(run: TaskFunction): string | undefined {
    return this.#entries.find((entry) => entry.run === run)?.name;
  }

  get isEmpty(): boolean {
    return this.runnables.length === 0;
  }

  /** Those of these names; null: all. */
  chooseNames(names: ReadonlySet<string> | null): void {
    this.#chosenNames = names;
    this.#choose();
  }

  /** This task and no other, whatever its weight and tags; null: as before. */
  chooseOnly(name: string | null): void {
    this.#onlyName = name;
    this.#choose();
  }

  /** Applies the filter here; task sets below must have been filtered before. A Markov chain keeps all its tasks. */
  filter(filter: TagFilter): void {
    this.#filter = filter;
    this.#choose();
  }

  /** Task sets among the tasks. */
  get below(): readonly TaskPlan[] {
    return this.#entries.flatMap(({ run }) => (run instanceof TaskPlan ? [run] : []));
  }

  #transitionsOf(place: number): Readonly<Record<string, number>> {
    const weights = new Map<string, number>();
    for (const next of this.transitions[place] ?? []) {
      const { name } = this.#entries[next] ?? {};
      if (name !== undefined) weights.set(name, (weights.get(name) ?? 0) + 1);
    }
    return Object.fromEntries(weights);
  }

  #choose(): void {
    if (this.#onlyName !== null) {
      this.runnables = this.#entries.filter(({ name }) => name === this.#onlyName).map(({ run }) => run);
      return;
    }
    const chosen = this.order === 'markov' ? this.#entries : this.#entries.filter((entry) => this.#isChosen(entry));
    this.runnables = chosen.flatMap(({ run, weight }) => Array.from({ length: weight }, () => run));
  }

  #isChosen({ name, run, tags }: PlannedEntry): boolean {
    if (this.#chosenNames !== null && !this.#chosenNames.has(name)) return false;
    if (run instanceof TaskPlan) return !run.isEmpty;
    const wanted = this.#filter.tags;
    const has = (tag: string): boolean => tags.has(tag) || this.#tags.has(tag);
    return (wanted === null || wanted.length === 0 || wanted.some(has)) && !this.#filter.excludeTags?.some(has);
  }
}

/** All plans that belong to one user class. */
export class TaskPlans {
  readonly #plans = new Map<ClassWithTasks, TaskPlan>();

  /** The plan of a class, with the task sets below it; `given` replaces what the class itself offers. */
  readonly of = (owner: ClassWithTasks, given: readonly TaskEntry[] | null = null): TaskPlan => {
    const known = this.#plans.get(owner);
    if (known !== undefined) return known;
    const plan = new TaskPlan(owner);
    this.#plans.set(owner, plan);
    if (plan.order === 'markov') takeChain(plan, owner);
    else plan.take((given ?? collectTasks(owner)).map((entry) => this.#planned(entry)));
    return plan;
  };

  /** Filters all plans, the innermost first; returns the names of the classes that have no task left. */
  filter(filter: TagFilter): readonly string[] {
    const seen = new Set<TaskPlan>();
    const visit = (plan: TaskPlan): void => {
      if (seen.has(plan)) return;
      seen.add(plan);
      plan.below.forEach(visit);
      plan.filter(filter);
    };
    const plans = [...this.#plans.values()];
    plans.forEach(visit);
    return plans.filter((plan) => plan.isEmpty).map((plan) => plan.owner.name);
  }

  /** For a person: a task of any of the plans, or a function that a task set has scheduled, which goes by its own name. */
  nameOf(run: TaskFunction): string {
    for (const plan of this.#plans.values()) {
      const name = plan.nameOf(run);
      if (name !== undefined) return name;
    }
    return run.name === '' ? 'anonymous' : run.name;
  }

  #planned({ name, weight, tags, run }: TaskEntry): PlannedEntry {
    return { name, weight, tags, run: isTaskSetClass(run) ? this.of(run) : run };
  }
}

function takeChain(plan: TaskPlan, owner: ClassWithTasks): void {
  const chain = markovChain(owner);
  const tagged = chain.find(({ run }) => isTagged(run));
  if (tagged !== undefined || (isTaskSetClass(owner) && isTagged(owner))) {
    throw new BoomerError('tagged-markov-task', `${owner.name}${tagged === undefined ? '' : `.${tagged.name}`} has tags, but a Markov chain cannot do without one of its tasks: take @tag away`);
  }
  plan.transitions = chain.map(({ next }) => next);
  plan.take(chain.map(({ name, run }) => ({ name, weight: 1, tags: new Set<string>(), run })));
}
