/**
 * `run(task, …)`, boomer's way to start: the same file is the program and, in every load thread, the scenario.
 *
 * In the main thread it starts the command line with this file as the scenario; in a load thread, which knows itself by
 * its installed host, it registers the tasks.
 */
import { checkedBoomerTasks, type BoomerTask } from './boomerTask.ts';
import { currentScenarioHost } from './scenarioHost.ts';

/**
 * Runs these tasks as a Locust worker: `node my-tasks.js --master-host …`, or `boomer-node worker my-tasks.ts`; with
 * `--headless` without a master: `node my-tasks.js --headless -u 10`, or `boomer-node run my-tasks.ts -u 10`.
 *
 * Each user picks one of the tasks by weight, calls it, and goes on with the next. The tasks run for whatever user
 * classes the master has. Throws a BoomerError when a task has no name or no function.
 */
export function run(...tasks: readonly [BoomerTask, ...BoomerTask[]]): void {
  const checked = checkedBoomerTasks(tasks);
  const host = currentScenarioHost();
  if (host !== null) host.addTasks(checked);
  else void startProgram();
}

/** A program that calls `run()` twice is one worker with the tasks of both calls. */
let isStarted = false;

async function startProgram(): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  const { main } = await import('../cli/main.ts');
  const [, program, ...flags] = process.argv;
  process.exitCode = await main(flags, program ?? null);
}
