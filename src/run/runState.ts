/**
 * The whole memory of a run without a master: plain data, moved only by `step` (runStep.ts). Times are milliseconds
 * since the first user was asked for.
 */
import type { EndReason } from '../report/runView.ts';
import type { LogLevel } from '../engine/shared/messages.ts';
import type { LoadPlan } from './loadPlan.ts';
import type { LocalPlan } from './localRun.ts';

/**
 * | phase    | users                                  | left by                                                            |
 * |----------|----------------------------------------|--------------------------------------------------------------------|
 * | live     | follow the plan                        | the last iteration has begun → draining; any other end → stopping |
 * | draining | finish what they do, however long      | run time, stages, `stop` → stopping; all gone → over              |
 * | stopping | leave within the stop timeout          | all gone → over                                                    |
 * | over     | none                                   |                                                                    |
 */
export type Life =
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
  /** What was asked for last is there, and who had to leave has left. */
  readonly isReached: boolean;
  readonly liveUsers: number;
  /** All users of the plan are there; false again on the way to another number. */
  readonly isFull: boolean;
  readonly hasBeenFull: boolean;
  /** Arrivals of an open model have begun. */
  readonly hasArrivals: boolean;
  readonly isCounting: boolean;
  readonly life: Life;
};

export type RunEvent =
  | { readonly kind: 'tick' }
  | { readonly kind: 'users'; readonly generation: number; readonly users: number; readonly reached: boolean }
  | { readonly kind: 'usersStopped'; readonly generation: number }
  | { readonly kind: 'change'; readonly by: number }
  | { readonly kind: 'stop'; readonly reason: EndReason };

export type RunEffect =
  | { readonly kind: 'startRun' }
  | { readonly kind: 'countNothing' }
  /** `isFirst`: samples counted from the beginning, nothing has to be switched. */
  | { readonly kind: 'count'; readonly isFirst: boolean }
  | { readonly kind: 'setUsers'; readonly generation: number; readonly users: number }
  | { readonly kind: 'stopUsers'; readonly generation: number; readonly stopTimeoutMs: number }
  | { readonly kind: 'spawningComplete'; readonly users: number }
  | { readonly kind: 'startArrivals' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'over'; readonly reason: EndReason };

/** What a step is taken at: the time, and the task runs that may still begin (null: no end). */
export type Now = { readonly elapsedMs: number; readonly iterationsLeft: number | null };

export type Step = { readonly state: RunState; readonly effects: readonly RunEffect[] };
