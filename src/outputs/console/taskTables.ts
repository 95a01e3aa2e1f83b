/** What `--list` and `--run-tasks` print; pure. */
import type { ClassInfo, TaskRun } from '../../engine/shared/messages.ts';
import { countOf, responseTimeText } from '../../report/numberText.ts';
import { classText } from '../../report/runView.ts';
import { harmless } from '../../util/harmless.ts';
import { cellsOf, coloursOf, padEnd } from './table.ts';

/** A user class as far as the list shows it; a task is named as often as its weight says, or once. */
export type ListedClass = Pick<ClassInfo, 'name' | 'weight' | 'fixedCount' | 'taskNames'>;

/** Each class with its weight and, indented, its tasks; a task that stands several times is named once, with its weight. */
export function taskList(classes: readonly ListedClass[]): string {
  const lines = classes.flatMap(({ name, weight, fixedCount, taskNames }) => [
    classText({ name: harmless(name), weight, fixedCount }),
    ...weighted(taskNames).map(([task, times]) => `  ${harmless(task)}${times > 1 ? ` (weight ${times})` : ''}`),
  ]);
  return lines.map((line) => `${line}\n`).join('');
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

function weighted(names: readonly string[]): readonly (readonly [name: string, times: number])[] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times];
}
