/**
 * What a run without a master tells those who watch it; pure.
 */
import { usersAt } from './loadPlan.ts';
import type { LocalStatus } from './localRun.ts';
import type { Now, RunState } from './runState.ts';
import { timeLimit } from './runTimings.ts';

/** All but the users themselves. The clock of a run that is over stands still. */
export function statusOf(state: RunState, now: Now): Omit<LocalStatus, 'userCounts'> {
  const elapsedMs = state.life.name === 'over' ? state.life.atMs : now.elapsedMs;
  return { phase: phaseOf(state), elapsedMs, targetUserCount: targetOf(state, elapsedMs), progress: progressOf(state, { ...now, elapsedMs }) };
}

function phaseOf({ life, isFull, isCounting }: RunState): LocalStatus['phase'] {
  if (life.name !== 'live') return 'stopping';
  if (!isFull) return 'spawning';
  return isCounting ? 'running' : 'warming up';
}

/** Where a ramp goes; on stages, how many there are to be now. */
function targetOf({ life, load, mostUsers }: RunState, elapsedMs: number): number {
  if (life.name !== 'live') return 0;
  return Math.min(mostUsers, load.kind === 'ramp' ? load.goal : usersAt(load, elapsedMs));
}

/** Of the time or the iterations, whichever is further. */
function progressOf(state: RunState, { elapsedMs, iterationsLeft }: Now): number | null {
  const limit = timeLimit(state);
  const { iterations } = state.plan;
  const shares: number[] = [];
  if (limit !== null) shares.push(limit.atMs > 0 ? elapsedMs / limit.atMs : 1);
  if (iterations !== null && iterationsLeft !== null) shares.push(iterations > 0 ? 1 - iterationsLeft / iterations : 1);
  return shares.length === 0 ? null : Math.min(1, Math.max(0, ...shares));
}
