/** Many schedules, some at a time, and a table of what came out. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSchedule, type Outcome } from './runSchedule.ts';
import { isolationProblem } from './isolation.ts';
import { describeSchedule, scheduleOf } from './schedule.ts';

export type ChaosOptions = {
  readonly seed: string;
  /** Numbers of schedules. */
  readonly indexes: readonly number[];
  /** At a time; they mostly wait. */
  readonly parallel: number;
  /** Gets a line for each schedule as it ends, and what cannot be tried here. */
  readonly say: (line: string) => void;
};

/** Logs of schedules that failed are kept. */
export async function runChaos({ seed, indexes, parallel, say }: ChaosOptions): Promise<readonly Outcome[]> {
  const problem = isolationProblem();
  if (problem !== null) say(`left out: network namespaces and full disks (${problem})`);
  const folder = await mkdtemp(join(tmpdir(), 'boomer-node-chaos-'));
  let isKept = false;
  const remove = (): void => {
    if (!isKept) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  // Also when somebody has seen enough.
  process.once('exit', remove);
  const waiting = [...indexes];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const schedule = scheduleOf(seed, index, problem === null);
      const logs = join(folder, String(index));
      const outcome = await runSchedule(schedule, logs);
      outcomes.push(outcome);
      say(lineOf(outcome));
      if (outcome.problems.length === 0) {
        await rm(logs, { recursive: true, force: true });
        continue;
      }
      isKept = true;
      for (const text of [...outcome.problems, `logs: ${logs}`, `again: npm run chaos -- --seed ${seed} --only ${index}`]) say(`     ${text.replaceAll('\n', '\n       ')}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, indexes.length) }, work));
  process.off('exit', remove);
  remove();
  return outcomes.sort((one, other) => one.schedule.index - other.schedule.index);
}

const columns = ['answered', 'recorded', 'taken', 'unconfirmed', 'undelivered', 'inFlight'] as const;

export const tableHead: string = `       #  ${columns.map((name) => name.padStart(11)).join(' ')}      s  schedule`;

function lineOf({ schedule, figures, problems, elapsedMs }: Outcome): string {
  const cells = columns.map((name) => String(figures?.[name] ?? '–').padStart(11));
  return `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${String(schedule.index).padStart(3)}  ${cells.join(' ')} ${(elapsedMs / 1000).toFixed(1).padStart(6)}  ${describeSchedule(schedule)}`;
}

/** The last line of the table. */
export function sumLine(outcomes: readonly Outcome[]): string {
  const cells = columns.map((name) => String(outcomes.reduce((sum, { figures }) => sum + (figures?.[name] ?? 0), 0)).padStart(11));
  return `sum  ${' '.repeat(3)}  ${cells.join(' ')}         ${outcomes.length} schedules, ${outcomes.filter(({ problems }) => problems.length > 0).length} with something unexplained`;
}
