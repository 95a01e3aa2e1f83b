/**
 * A run without a master, as the command sees it: what it is asked for, and how it is spoken to.
 */
import type { Users, UsersInput } from '../protocol/worker/ports.ts';
import type { EndReason, RunPhase } from '../report/runView.ts';
import type { LogLevel } from '../engine/shared/messages.ts';
import type { Stage } from './stages.ts';

/** What the users below can do beyond those of a worker. */
export type LocalUsers = Pick<Users, 'classes' | 'counts' | 'startRun' | 'setUsers' | 'stopUsers' | 'spawningComplete' | 'updateUserClass'> & {
  /** Samples count from here on (true), or belong to the warm-up. */
  readonly setCounting: (isOn: boolean) => void;
  /** Arrivals of an open model begin. */
  readonly startArrivals: () => void;
  /** Task runs that may still begin; null: no end. */
  readonly iterationsLeft: () => number | null;
};

export type LocalPlan = {
  readonly load:
    /** Up to `users` at so many a second, then as many until the end. */
    | { readonly kind: 'steady'; readonly users: number; readonly spawnPerSec: number }
    | { readonly kind: 'stages'; readonly stages: readonly Stage[] };
  /** Counted from the first user, warm-up included; null: until stopped. */
  readonly runTimeMs: number | null;
  readonly iterations: number | null;
  readonly warmUpMs: number;
  /** Counting begins when all users of the plan have been spawned. */
  readonly countsFromSpawned: boolean;
  /** Tasks begin on schedule, from the first user on. */
  readonly isOpen: boolean;
  readonly stopTimeoutMs: number;
  /** Handed to the scenario. */
  readonly host: string | null;
  readonly parsedOptions: Readonly<Record<string, unknown>>;
  readonly equalWeights: boolean;
};

export type LocalRunOptions = {
  readonly plan: LocalPlan;
  readonly users: LocalUsers;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** As `setTimer`, for any delay; returns how to cancel. */
  readonly after: (delayMs: number, work: () => void) => () => void;
  readonly log: (level: LogLevel, text: string) => void;
  /** Counting has begun: called once, at once when there is no warm-up. */
  readonly onCounting: () => void;
  /** All users are gone and everything they recorded can be read. */
  readonly onOver: (reason: EndReason) => void;
};

export type LocalRun = {
  /** Takes what comes up from the users. */
  readonly input: (input: UsersInput) => void;
  /** The keys w W s S: so many users more (or fewer) than there are to be now, never below 0. */
  readonly changeUsers: (by: number) => void;
  /** Begins the end, with the stop timeout; the second call cuts it short. */
  readonly stop: (reason: EndReason) => void;
  readonly status: () => LocalStatus;
};

export type LocalStatus = {
  readonly phase: RunPhase;
  readonly elapsedMs: number;
  readonly userCounts: Readonly<Record<string, number>>;
  readonly targetUserCount: number;
  /** 0 … 1; null: until stopped. */
  readonly progress: number | null;
};
