/**
 * `--list` and `--run-tasks`, as boomer has them: a look at the scenario, and its tasks run once.
 */
import type { ThreadPool } from '../engine/main/threadPool.ts';
import type { TaskRun } from '../engine/shared/messages.ts';
import { errorReport } from '../outputs/console/endReport.ts';
import { countOf } from '../outputs/console/printedNumbers.ts';
import { taskList, taskRunTable } from '../outputs/console/taskTables.ts';
import { coloursOf } from '../outputs/console/table.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import type { RunNumbers } from './runNumbers.ts';
import { writeReport } from './standardStreams.ts';
import type { Terminal } from './terminal.ts';
import { exitCode } from './verdict.ts';

/** Prints user classes and tasks. */
export function listTasks(pool: ThreadPool, out: { readonly write: (text: string) => unknown }): number {
  out.write(taskList(pool.classes()));
  return exitCode.ok;
}

/**
 * Runs each task once, in the order in which they are named, closes the pool, and prints how it went. Resolves with 107 after an
 * error outside the tasks, 1 when a task threw or recorded a failure, a thread was lost, or the request log is not whole.
 * Throws a BoomerError for a name that no task has.
 */
export async function runTasksOnce(pool: ThreadPool, names: readonly string[], numbers: RunNumbers, { stream, colours }: Terminal): Promise<number> {
  const { runs, unknownNames } = await pool.runTasks(names);
  const [unknown] = unknownNames;
  if (unknown !== undefined) throw unknownTask(unknown, pool);
  numbers.take({ elapsedMs: runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0), userCount: 0 });
  // What `quitting` and `quit` listeners do, and the end of the request log, are part of how it went.
  await pool.close(exitCodeOf(runs, numbers));
  const { stats } = numbers;
  writeReport(taskRunTable(runs, { colours }));
  const { numRequests, numFailures } = stats.total;
  writeReport(`${countOf(numRequests, 'request')} recorded, ${numFailures} failed\n`);
  for (const line of errorReport(stats, stream.columns(), coloursOf(colours))) writeReport(`${line}\n`);
  return exitCodeOf(runs, numbers);
}

function exitCodeOf(runs: readonly TaskRun[], { stats, errorsOutsideTasks, troubles }: RunNumbers): number {
  if (errorsOutsideTasks > 0) return exitCode.unhandled;
  const isFailed = stats.total.numFailures > 0 || troubles.length > 0 || runs.some(({ error }) => error !== null);
  return isFailed ? exitCode.error : exitCode.ok;
}

function unknownTask(name: string, pool: ThreadPool): BoomerError {
  const known = pool.classes().flatMap((info) => info.taskNames.flatMap((task) => [task, `${info.name}.${task}`]));
  const meant = nearest(name, known);
  return new BoomerError('usage', `--run-tasks names "${name}", which is no task of the scenario${meant === null ? '' : `: did you mean "${meant}"?`} --list names all`);
}
