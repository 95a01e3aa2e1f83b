/**
 * When a run without a master has to look again; pure. Milliseconds since the first user was asked for.
 */
import type { EndReason } from '../report/runView.ts';
import { endMs, nextChangeMs, usersAt } from './loadPlan.ts';
import type { RunState } from './runState.ts';

/** Between two orders to the users: a ramp at a high rate goes up in steps of this length. */
export const dispatchEveryMs = 50;
/** Nobody says that the last iteration has begun. */
const iterationsEveryMs = 100;

/** When the run ends by the clock, and why; null: never. */
export function timeLimit({ plan, load }: RunState): { readonly atMs: number; readonly reason: EndReason } | null {
  const stagesMs = endMs(load);
  const { runTimeMs } = plan;
  if (stagesMs !== null && (runTimeMs === null || stagesMs <= runTimeMs)) return { atMs: stagesMs, reason: { kind: 'stages' } };
  return runTimeMs === null ? null : { atMs: runTimeMs, reason: { kind: 'runTime' } };
}

/** When `step` has to be told of the time again, if nothing happens before; null: not at all. */
export function nextDueMs(state: RunState, elapsedMs: number): number | null {
  const limitMs = timeLimit(state)?.atMs ?? null;
  switch (state.life.name) {
    case 'live':
      return earliest([limitMs, usersDueMs(state, elapsedMs), warmUpDueMs(state, elapsedMs), state.plan.iterations === null ? null : elapsedMs + iterationsEveryMs]);
    case 'draining':
      return limitMs;
    case 'stopping':
      return state.life.cutAtMs;
    case 'over':
      return null;
  }
}

function usersDueMs({ load, mostUsers, askedUsers, askedMs }: RunState, elapsedMs: number): number | null {
  const isBehind = Math.min(mostUsers, usersAt(load, elapsedMs)) !== askedUsers;
  const changeMs = isBehind ? elapsedMs : nextChangeMs(load, elapsedMs);
  return changeMs === null ? null : Math.max(changeMs, askedMs + dispatchEveryMs);
}

function warmUpDueMs({ plan, isCounting }: RunState, elapsedMs: number): number | null {
  return isCounting || elapsedMs >= plan.warmUpMs ? null : plan.warmUpMs;
}

function earliest(timesMs: readonly (number | null)[]): number | null {
  const known = timesMs.filter((timeMs) => timeMs !== null);
  return known.length === 0 ? null : Math.min(...known);
}
