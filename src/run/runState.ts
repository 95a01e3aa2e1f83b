/**
 * The whole memory of a run without a master: plain data, moved only by `step` (runStep.ts). Times are milliseconds
 * since the first user was asked for.
 */
import type { EndReason, RunPhase } from '../report/runView.ts';
import type { LogLevel } from '../util/logger.ts';
import { endMs, nextChangeMs, usersAt, type LoadPlan, type LocalPlan } from './loadPlan.ts';
import { classesAt, hasSameCounts, type ShapeCounts } from './shapeLine.ts';
import type { CheckedDecision } from '../engine/shared/shape.ts';

/**
 * | phase    | users                                  | left by                                                            |
 * |----------|----------------------------------------|--------------------------------------------------------------------|
 * | live     | follow the plan                        | the last iteration has begun → draining; any other end → stopping |
 * | draining | finish what they do, however long      | run time, stages, `stop` → stopping; all gone → over              |
 * | stopping | leave within the stop timeout          | all gone → over                                                    |
 * | over     | none                                   |                                                                    |
 */
export type Lifecycle =
  | { readonly name: 'live' }
  /** `firstGeneration`: of the first order to leave; any answer from there on says that all are gone. */
  | { readonly name: 'draining'; readonly firstGeneration: number }
  | {
      readonly name: 'stopping';
      readonly firstGeneration: number;
      readonly reason: EndReason;
      /** When those who were allowed to finish lose their grace; null: it is over, or the users below watch it. */
      readonly cutAtMs: number | null;
    }
  | { readonly name: 'over'; readonly atMs: number };

/** All that a run without a master knows of itself. */
export type RunState = {
  readonly plan: LocalPlan;
  readonly load: LoadPlan;
  /** More cannot be, whatever the plan says; `Infinity` without a bound. */
  readonly mostUsers: number;
  /** Of the newest order that went down; 0 before the first. */
  readonly generation: number;
  /** Users that were asked for last, and when. */
  readonly askedUsers: number;
  readonly askedMs: number;
  /** Of each class, where a shape says so; null: the total is divided by weights. */
  readonly askedClasses: ShapeCounts | null;
  /** What was asked for last is there, and who had to leave has left. */
  readonly isReached: boolean;
  readonly liveUsers: number;
  /** All users of the plan are there; false again on the way to another number. */
  readonly isFull: boolean;
  readonly hasBeenFull: boolean;
  /** When arrivals of an open model began; null: not yet. */
  readonly arrivalsSinceMs: number | null;
  readonly isCounting: boolean;
  readonly lifecycle: Lifecycle;
};

/** What comes to a run. */
export type RunEvent =
  | { readonly kind: 'tick' }
  | { readonly kind: 'users'; readonly generation: number; readonly users: number; readonly reached: boolean }
  | { readonly kind: 'usersStopped'; readonly generation: number }
  | { readonly kind: 'change'; readonly by: number }
  /** The scenario's function has decided. */
  | { readonly kind: 'shape'; readonly decision: CheckedDecision }
  | { readonly kind: 'stop'; readonly reason: EndReason };

/** What a run wants done. */
export type RunEffect =
  | { readonly kind: 'startRun' }
  | { readonly kind: 'countNothing' }
  /** `isFirst`: samples counted from the beginning, nothing has to be switched. */
  | { readonly kind: 'count'; readonly isFirst: boolean }
  | { readonly kind: 'setUsers'; readonly generation: number; readonly users: number; readonly classes: ShapeCounts | null }
  | { readonly kind: 'stopUsers'; readonly generation: number; readonly stopTimeoutMs: number }
  | { readonly kind: 'spawningComplete'; readonly users: number }
  | { readonly kind: 'startArrivals' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'over'; readonly reason: EndReason };

/** What a step is taken at: the time, and the task runs that may still begin (null: no end). */
export type Now = { readonly elapsedMs: number; readonly iterationsLeft: number | null };

/** The next state, and what to do for it, in order. */
export type Step = { readonly state: RunState; readonly effects: readonly RunEffect[] };

/** A run as an output shows it. */
export type LocalStatus = {
  readonly phase: RunPhase;
  /** What is recorded now counts: the warm-up is over. */
  readonly isCounting: boolean;
  readonly elapsedMs: number;
  readonly userCounts: Readonly<Record<string, number>>;
  readonly targetUserCount: number;
  /** 0 … 1; null: until stopped. */
  readonly progress: number | null;
};

/** All but the users themselves. The clock of a run that is over stands still. */
export function statusOf(state: RunState, now: Now): Omit<LocalStatus, 'userCounts'> {
  const elapsedMs = state.lifecycle.name === 'over' ? state.lifecycle.atMs : now.elapsedMs;
  return { phase: phaseOf(state), isCounting: state.isCounting, elapsedMs, targetUserCount: targetOf(state, elapsedMs), progress: progressOf(state, { ...now, elapsedMs }) };
}

function phaseOf({ lifecycle, isFull, isCounting }: RunState): LocalStatus['phase'] {
  if (lifecycle.name !== 'live') return 'stopping';
  if (!isFull) return 'spawning';
  return isCounting ? 'running' : 'warming up';
}

/** Where a ramp goes; on stages, how many there are to be now. */
function targetOf({ lifecycle, load, mostUsers }: RunState, elapsedMs: number): number {
  if (lifecycle.name !== 'live') return 0;
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

/** Between two orders to the users: a ramp at a high rate goes up in steps of this length. */
export const dispatchEveryMs = 50;
/** Nobody says that the last iteration has begun. */
const iterationsEveryMs = 100;

/** Timers may ring so late for the last arrival. */
const lastArrivalMs = 50;

/** When the run ends by the clock, and why; null: never. */
export function timeLimit({ plan, load, arrivalsSinceMs }: RunState): { readonly atMs: number; readonly reason: EndReason } | null {
  const stagesMs = plan.arrivalsMs === null ? endMs(load) : arrivalsSinceMs === null ? null : arrivalsSinceMs + plan.arrivalsMs + lastArrivalMs;
  const { runTimeMs } = plan;
  if (stagesMs !== null && (runTimeMs === null || stagesMs <= runTimeMs)) return { atMs: stagesMs, reason: { kind: 'stages' } };
  return runTimeMs === null ? null : { atMs: runTimeMs, reason: { kind: 'runTime' } };
}

/** When `step` has to be told of the time again, if nothing happens before; null: not at all. */
export function nextDueMs(state: RunState, elapsedMs: number): number | null {
  const limitMs = timeLimit(state)?.atMs ?? null;
  switch (state.lifecycle.name) {
    case 'live':
      return earliest([limitMs, usersDueMs(state, elapsedMs), warmUpDueMs(state, elapsedMs), state.plan.iterations === null ? null : elapsedMs + iterationsEveryMs]);
    case 'draining':
      return limitMs;
    case 'stopping':
      return state.lifecycle.cutAtMs;
    case 'over':
      return null;
  }
}

/** Users that there are to be now, of all classes and, where a shape says so, of each. */
export function wantedAt({ load, mostUsers }: RunState, elapsedMs: number): { readonly users: number; readonly classes: ShapeCounts | null } {
  const classes = load.kind === 'shape' ? classesAt(load.line, elapsedMs) : null;
  const users = usersAt(load, elapsedMs);
  return { users: classes === null ? Math.min(mostUsers, users) : users, classes };
}

/** Whether just these were asked for last. */
export function isAsked({ askedUsers, askedClasses }: RunState, { users, classes }: ReturnType<typeof wantedAt>): boolean {
  return users === askedUsers && (classes === null || hasSameCounts(classes, askedClasses ?? {}));
}

function usersDueMs(state: RunState, elapsedMs: number): number | null {
  const { load, askedMs } = state;
  const changeMs = isAsked(state, wantedAt(state, elapsedMs)) ? nextChangeMs(load, elapsedMs) : elapsedMs;
  return changeMs === null ? null : Math.max(changeMs, askedMs + dispatchEveryMs);
}

function warmUpDueMs({ plan, isCounting }: RunState, elapsedMs: number): number | null {
  return isCounting || elapsedMs >= plan.warmUpMs ? null : plan.warmUpMs;
}

function earliest(timesMs: readonly (number | null)[]): number | null {
  const known = timesMs.filter((timeMs) => timeMs !== null);
  return known.length === 0 ? null : Math.min(...known);
}
