/**
 * What `--show-task-ratio` and `--show-task-ratio-json` print, as Locust does (Locust user/inspectuser.py): the share of each user class among the users, and of
 * each task within its class, or of all that is done; pure.
 */
import type { ClassInfo, TaskInfo } from '../../engine/shared/messages.ts';
import { asciiJson } from '../../util/asciiJson.ts';
import { harmless } from '../../util/harmless.ts';

/** A user class as far as its ratio goes. */
export type RatedClass = Pick<ClassInfo, 'name' | 'weight' | 'fixedCount' | 'tasks'>;

/** By name: a share of 0 … 1, and what is below. */
type Ratios = { [name: string]: { readonly ratio: number; readonly tasks?: Ratios } };

/** Two tables. `users`: how many there are to be; null: as many as the weights, or the fixed counts, need. */
export function taskRatioText(classes: readonly RatedClass[], users: number | null): string {
  const lines = [
    '', ' Task ratio per User class', '-'.repeat(80), ...ratioLines(classRatios(classes, users, false)),
    '', ' Total task ratio', '-'.repeat(80), ...ratioLines(classRatios(classes, users, true)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same numbers as JSON, written as Python's `json` writes them. */
export function taskRatioJson(classes: readonly RatedClass[], users: number | null): string {
  const text = JSON.stringify({ per_class: classRatios(classes, users, false), total: classRatios(classes, users, true) }, null, 4);
  const withFloats = text.replace(/^(\s*"ratio": \d+)(?=,?$)/gmu, '$1.0');
  return `${asciiJson(withFloats)}\n`;
}

function classRatios(classes: readonly RatedClass[], users: number | null, isOfAll: boolean): Ratios {
  const counts = userCounts(classes, users);
  const all = counts.reduce((sum, count) => sum + count, 0) || 1;
  return Object.fromEntries(classes.map(({ name, tasks }, at) => {
    const ratio = (counts[at] ?? 0) / all;
    return [name, { ratio, tasks: taskRatios(tasks, isOfAll, ratio) }];
  }));
}

/** Users of each class, fixed counts first. */
function userCounts(classes: readonly RatedClass[], users: number | null): readonly number[] {
  const fixed = classes.reduce((sum, { fixedCount }) => sum + fixedCount, 0);
  const weights = classes.reduce((sum, { weight, fixedCount }) => sum + (fixedCount === 0 ? weight : 0), 0);
  const weighted = Math.max(0, (users ?? (fixed === 0 ? weights : 1)) - fixed);
  return classes.map(({ weight, fixedCount }) => roundHalfEven(fixedCount || (weights === 0 ? 0 : (weight / weights) * weighted)));
}

function taskRatios(tasks: readonly TaskInfo[], isOfAll: boolean, above: number): Ratios {
  const share = isOfAll ? above : 1;
  const all = tasks.reduce((sum, { weight }) => sum + weight, 0);
  const weights = new Map<string, { readonly weight: number; readonly set: TaskInfo['set'] }>();
  for (const { name, weight, set } of tasks) weights.set(name, { weight: weight + (weights.get(name)?.weight ?? 0), set });
  return Object.fromEntries([...weights].map(([name, { weight, set }]) => {
    const ratio = (weight * share) / all;
    // How often the tasks of a chain come is in no weight.
    return [name, set === null ? { ratio } : { ratio, tasks: set.order === 'markov' ? {} : taskRatios(set.tasks, isOfAll, ratio) }];
  }));
}

function ratioLines(ratios: Ratios, level = 0): readonly string[] {
  const indent = '  '.repeat(level);
  return Object.entries(ratios).flatMap(([name, { ratio, tasks }]) => {
    const percent = (roundHalfEven(ratio * 1_000) / 10).toFixed(1);
    return [` ${(indent + percent.padEnd(6)).padEnd(10)} ${(indent + harmless(name)).padEnd(50)}`, ...(tasks === undefined ? [] : ratioLines(tasks, level + 1))];
  });
}

/** As Python rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
