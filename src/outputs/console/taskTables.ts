/** What `--list` and `--run-tasks` print; pure. */
import type { ClassInfo, TaskInfo, TaskRun } from '../../engine/shared/messages.ts';
import { countOf, responseTimeText } from '../../report/numberText.ts';
import { classText } from '../../report/runView.ts';
import { harmless } from '../../util/harmless.ts';
import { cellsOf, coloursOf, padEnd } from './table.ts';

/** A user class as far as the list shows it. */
export type ListedClass = Pick<ClassInfo, 'name' | 'weight' | 'fixedCount' | 'tasks'>;

/** Each class with its weight and, indented, its tasks with theirs, those of task sets below them; what stands several times is named once. */
export function taskList(classes: readonly ListedClass[]): string {
  const lines = classes.flatMap(({ name, weight, fixedCount, tasks }) => [classText({ name: harmless(name), weight, fixedCount }), ...taskLines(tasks, '  ')]);
  return lines.map((line) => `${line}\n`).join('');
}

function taskLines(tasks: readonly TaskInfo[], indent: string): readonly string[] {
  const found = new Map<string, TaskInfo>();
  for (const task of tasks) found.set(task.name, { ...task, weight: task.weight + (found.get(task.name)?.weight ?? 0) });
  return [...found.values()].flatMap(({ name, weight, set }) => [`${indent}${harmless(name)}${weight === 1 ? '' : ` (weight ${weight})`}`, ...taskLines(set?.tasks ?? [], `${indent}  `)]);
}

/** A line for each task, `✓` or `✗` with the first line of its error, and how many went through. */
export function taskRunTable(runs: readonly TaskRun[], options: { readonly colours: boolean }): string {
  const { good, bad } = coloursOf(options.colours);
  const names = runs.map(({ className, taskName }) => harmless(`${className}.${taskName}`));
  const times = runs.map(({ elapsedMs }) => `${responseTimeText(elapsedMs)} ms`);
  const nameCells = Math.max(0, ...names.map(cellsOf));
  const timeCells = Math.max(0, ...times.map((text) => text.length));
  const lines = runs.map(({ error }, index) => {
    const line = `${error === null ? good('✓') : bad('✗')} ${padEnd(names[index] ?? '', nameCells)}  ${(times[index] ?? '').padStart(timeCells)}`;
    return error === null ? line : `${line}  ${bad(harmless(error.split('\n')[0] ?? ''))}`;
  });
  const failed = runs.filter(({ error }) => error !== null).length;
  const sum = failed === 0 ? `${countOf(runs.length, 'task')} run, none failed` : `${countOf(runs.length, 'task')} run, ${failed} failed`;
  return [...lines, sum].map((line) => `${line}\n`).join('');
}
