/**
 * User classes as a Locust master has to know them: names, weights, hosts, tasks by name with weights and tags, task sets. Nothing of
 * them is ever run there, so tasks have no bodies.
 */
import type { ClassInfo, TaskInfo } from '../engine/shared/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { standsFor } from '../util/rate.ts';
import { isPythonName, pythonName, pythonValue } from './pythonText.ts';

/** What a task must not be called in Python: Locust reads or writes these of a class (User, TaskSet), or refuses them as a task. */
const locustsAttributes: ReadonlySet<string> = new Set(
  `abstract client context environment fixed_count functions group greenlet host interrupt locust locust_tag_set locust_task_weight max_wait
  min_wait on_start on_stop parent run sticky_count tasks transitions user wait wait_function wait_time weight`.split(/\s+/u),
);

const bases = { random: 'locust.TaskSet', sequential: 'locust.SequentialTaskSet', markov: 'MarkovTaskSet' } as const;

/** The classes as lines of Python, each followed by what makes its name the scenario's. `taken`: names that the file has for itself. */
export function classLines(classes: readonly ClassInfo[], taken: ReadonlySet<string>): readonly string[] {
  const colliding = classes.find(({ name }) => taken.has(name));
  if (colliding !== undefined) {
    throw new BoomerError('usage', `the user class ${colliding.name} has a name that a locustfile uses for itself: export it under another one, e.g. export { ${colliding.name} as ${colliding.name}User }`);
  }
  const used = new Set([...taken, ...classes.map(({ name }) => name)]);
  return classes.flatMap((info) => {
    const name = isPythonName(info.name) ? info.name : pythonName(info.name, used);
    used.add(name);
    const attributes = [
      ...(info.host === null ? [] : [`host = ${pythonValue(info.host)}`]),
      ...(info.weight === 1 ? [] : [`weight = ${info.weight}`]),
      ...(info.fixedCount === 0 ? [] : [`fixed_count = ${info.fixedCount}`]),
    ];
    const meaning = info.replay !== null ? [`"""Its users are the visitors of a capture, however many there are to be."""`] : info.arrivals === null ? [] : [`"""Each user ${standsFor(info.arrivals)}."""`];
    const body = blocks([meaning, attributes, ...taskBlocks(info.tasks)]);
    // Locust knows classes by the names that they have in the file.
    const renamed = name === info.name ? [] : ['', '', `${name}.__name__ = ${pythonValue(info.name)}`, `globals()[${pythonValue(info.name)}] = globals().pop(${pythonValue(name)})`];
    return ['', '', `class ${name}(locust.User):`, ...indented(body), ...renamed];
  });
}

/** Whether any of the tasks is in a Markov chain. */
export function hasMarkovChain(tasks: readonly TaskInfo[]): boolean {
  return tasks.some(({ set }) => set !== null && (set.order === 'markov' || hasMarkovChain(set.tasks)));
}

/** A block for each task. */
function taskBlocks(tasks: readonly TaskInfo[]): readonly (readonly string[])[] {
  const used = new Set(locustsAttributes);
  return merged(tasks).map((task) => {
    const { name, weight, tags, set, transitions } = task;
    const own = isPythonName(name) && !used.has(name) ? name : pythonName(name, new Set([...used, ...tasks.map((other) => other.name)]));
    used.add(own);
    const marks = [weight === 1 ? '@locust.task' : `@locust.task(${weight})`, ...(set !== null || tags.length === 0 ? [] : [`@locust.tag(${tags.map(pythonValue).join(', ')})`])];
    const head = set === null ? [`def ${own}(self): ...`] : [`class ${own}(${bases[set.order]}):`, ...indented(blocks(taskBlocks(set.tasks)))];
    return [
      ...marks,
      ...head,
      ...(set === null ? [] : own === name ? [] : ['']),
      ...(own === name ? [] : [`${own}.__name__ = ${pythonValue(name)}`]),
      ...(transitions === null ? [] : [`${own}.transitions = ${pythonValue(transitions)}`]),
    ];
  });
}

/** Functions of one name and with the same tags are one row to a person, as they are in Locust's Ratio tab. */
function merged(tasks: readonly TaskInfo[]): readonly TaskInfo[] {
  const found = new Map<string, TaskInfo>();
  for (const [place, task] of tasks.entries()) {
    const key = task.set === null && task.transitions === null ? JSON.stringify([task.name, task.tags]) : String(place);
    found.set(key, { ...task, weight: task.weight + (found.get(key)?.weight ?? 0) });
  }
  return [...found.values()];
}

/** With an empty line between each two. */
function blocks(parts: readonly (readonly string[])[]): readonly string[] {
  const lines = parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
  return lines.length === 0 ? ['pass'] : lines;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}
