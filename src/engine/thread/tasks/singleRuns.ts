/**
 * Tasks that are run once each, by name, one after the other (boomer's `--run-tasks`): each by a user of its own, with
 * the `onStart` and `onStop` of its class around it.
 */
import { errorLine } from '../../../util/errorText.ts';
import { now } from '../../../util/nodeTime.ts';
import { redactText } from '../../../util/redaction.ts';
import type { TaskRun } from '../../shared/messages.ts';
import type { TaskGate } from '../pacing/gate.ts';
import type { UserPlan } from '../users/userPlan.ts';

/** Makes and starts a user whose gate is `once`; `failed` hears of each error that escapes it, `gone` of its end. */
export type SpawnOnce = (plan: UserPlan, once: OnceGate, failed: (error: unknown) => void, gone: () => void) => void;

/** Lets one task through, and knows how long it took. */
export class OnceGate implements TaskGate {
  #beganMs: number | null = null;
  #endedMs: number | null = null;

  arrivalsOf(): null {
    return null;
  }

  isScheduleOf(): boolean {
    return false;
  }

  admit(): boolean {
    if (this.#beganMs === null) {
      this.#beganMs = now();
      return true;
    }
    this.end();
    return false;
  }

  /** The task has ended by ending its user. */
  end(): void {
    this.#endedMs ??= now();
  }

  /** 0 when the user never came to its task. */
  get elapsedMs(): number {
    return this.#beganMs === null || this.#endedMs === null ? 0 : this.#endedMs - this.#beganMs;
  }
}

/** What came of them, in their order, and which names no class has. */
export type TaskRuns = { readonly runs: readonly TaskRun[]; readonly unknownNames: readonly string[] };

/** Runs what is there, in the order of `names`: each `task`, of the first class that has it, or `Class.task`. */
export async function runTasksOnce(names: readonly string[], plans: readonly UserPlan[], spawn: SpawnOnce): Promise<TaskRuns> {
  const runs: TaskRun[] = [];
  const unknownNames: string[] = [];
  for (const name of names) {
    const found = findTask(name, plans);
    if (found === null) unknownNames.push(name);
    else runs.push(await runOnce(found.plan, found.taskName, spawn));
  }
  return { runs, unknownNames };
}

function findTask(name: string, plans: readonly UserPlan[]): { readonly plan: UserPlan; readonly taskName: string } | null {
  for (const plan of plans) {
    for (const taskName of plan.tasks.runnableNames) {
      if (name === taskName || name === `${plan.name}.${taskName}`) return { plan, taskName };
    }
  }
  return null;
}

async function runOnce(plan: UserPlan, taskName: string, spawn: SpawnOnce): Promise<TaskRun> {
  const gate = new OnceGate();
  let error: string | null = null;
  plan.tasks.chooseOnly(taskName);
  await new Promise<void>((resolve) => spawn(plan, gate, (thrown) => (error ??= redactText(errorLine(thrown))), resolve));
  plan.tasks.chooseOnly(null);
  gate.end();
  return { className: plan.name, taskName, elapsedMs: gate.elapsedMs, error };
}
