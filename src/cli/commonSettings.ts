/** What `worker` and `run` have in common, as checked values. */
import type { LogLevel } from '../engine/shared/messages.ts';
import type { Rate } from '../util/rate.ts';

export type CommonSettings = {
  readonly files: readonly string[];
  readonly threadCount: number;
  readonly logLevel: LogLevel;
  readonly logFile: string | null;
  readonly host: string | null;
  /** Hosts that load may be sent to (see util/hostPattern); null: all. */
  readonly allowHosts: readonly string[] | null;
  /** Only these user classes; null: all. */
  readonly userClasses: readonly string[] | null;
  /** Only tasks with one of these tags; null: all. */
  readonly tags: readonly string[] | null;
  /** No tasks with one of these; null: none. */
  readonly excludeTags: readonly string[] | null;
  /** What random choices come from; the same one repeats a run. */
  readonly seed: string;
  /** Failures of each kind that are shown in full, on each thread; 0: none. */
  readonly failureSamples: number;
  readonly stopTimeoutMs: number;
  readonly hangTimeoutMs: number;
  /** boomer's `--max-rps`: tasks that this process begins, at most. */
  readonly maxRate: Rate | null;
  /** boomer's `--request-increase-rate`: the limit begins at 0 and grows by so much at a time. */
  readonly increaseRate: Rate | null;
  readonly cpuProfile: Profile | null;
  readonly memoryProfile: Profile | null;
};

/** One file for each load thread beside `path`. */
export type Profile = { readonly path: string; readonly durationMs: number };
