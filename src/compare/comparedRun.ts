/**
 * A run as a comparison needs it, whatever file it came from. Times are milliseconds, shares 0 … 1.
 */

/** Samples between two edges, evenly spread for all we know. */
export type Slot = { readonly lowMs: number; readonly highMs: number; readonly count: number };

/** One row of a run, or its total. */
export type ComparedRow = {
  /** Empty in the total. */
  readonly method: string;
  readonly name: string;
  /** Failed ones and ones without a response time included. */
  readonly requests: number;
  readonly failures: number;
  /** Ascending; of requests with a response time. */
  readonly slots: readonly Slot[];
  /** Whole seconds of the run, the first and the last one left out as they are not whole; one entry for each (of long runs: for each few), 0 included. */
  readonly requestsPerSecond: readonly number[];
  readonly failuresPerSecond: readonly number[];
};

export type ComparedRun = {
  /** The file, as it was named. */
  readonly source: string;
  /** What rates are divided by. */
  readonly countedSec: number;
  readonly total: ComparedRow;
  readonly rows: readonly ComparedRow[];
  /** Mean response times of stretches of `windowSec` that do not overlap, in order; empty where a file has none. */
  readonly windowMeansMs: readonly number[];
  readonly windowSec: number;
  /** What two runs should have in common, for a person: `users`, `host` … */
  readonly conditions: Readonly<Record<string, string>>;
  /** What a person should know of this run. */
  readonly remarks: readonly string[];
};

/** How rows of two runs find each other. */
export function rowKey({ method, name }: { readonly method: string; readonly name: string }): string {
  return JSON.stringify([method, name]);
}
