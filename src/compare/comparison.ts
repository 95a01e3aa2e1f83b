/**
 * What is compared, runs as a comparison needs them whatever file they came from, and what it says of them. Times are milliseconds, shares 0 … 1.
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

/** A run to compare. */
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

/** What is compared of each row, in this order. */
export const metrics = ['p50', 'p95', 'p99', 'error rate', 'throughput'] as const;
/** One of `metrics`. */
export type Metric = (typeof metrics)[number];

/** What became of a metric. */
export type Outcome =
  /** Worse, by more than chance, than the least change that matters, and than the base runs differ among themselves. */
  | 'regression'
  /** The same, for the better. */
  | 'improvement'
  | 'unchanged'
  /** Too few requests or seconds to say. */
  | 'unknown';

/** One metric of one row. */
export type Comparison = {
  /** Empty in the total. */
  readonly method: string;
  /** `Aggregated` in the total. */
  readonly name: string;
  readonly metric: Metric;
  /** Milliseconds, a share 0 … 1, or requests a second; over several base runs their mean (of times and throughput: the geometric one). Null: no request had a response time. */
  readonly base: number | null;
  readonly head: number | null;
  /**
   * `head` ÷ `base` − 1; of the error rate `head` − `base`. Null without both numbers.
   */
  readonly change: number | null;
  /** Where the change lies, in its own unit: at 99 % for all comparisons of the run together. Null when it is unknown. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** A change within ± this can come from running the base again, in the unit of `change`; null with one base run. */
  readonly noiseBand: number | null;
  readonly outcome: Outcome;
  /** Why a difference that may be seen is none, or why nothing can be said; empty where the outcome needs no words. */
  readonly why: string;
};

/** All rows of a run against those of its base. */
export type RunComparison = {
  readonly base: readonly string[];
  readonly head: string;
  /** The total first, then rows in the order of the head; each with its five metrics. */
  readonly comparisons: readonly Comparison[];
  /** Rows of one side alone, as `METHOD name`. */
  readonly onlyInBase: readonly string[];
  readonly onlyInHead: readonly string[];
  /** What a person should know before believing it. */
  readonly remarks: readonly string[];
};

/** Those that got worse. */
export function regressions({ comparisons }: RunComparison): readonly Comparison[] {
  return comparisons.filter(({ outcome }) => outcome === 'regression');
}

/** Whether most metrics have too few requests to say anything of them, and nothing got worse in the others: that is no good news. */
export function isInconclusive(comparison: RunComparison): boolean {
  const { comparisons } = comparison;
  // What no request had, such as a response time, no number of them would tell.
  const measured = comparisons.filter(({ base, head }) => base !== null && head !== null);
  const unknown = measured.filter(({ outcome }) => outcome === 'unknown').length;
  return (measured.length === 0 || 2 * unknown > measured.length) && regressions(comparison).length === 0;
}

/**
 * What a person should know before believing a comparison.
 */
export function remarksOn(bases: readonly ComparedRun[], head: ComparedRun, correlations: ReadonlyMap<ComparedRun, number | null>, assumedNoise: number): readonly string[] {
  const runs = [...bases, head];
  const remarks = runs.flatMap((run) => run.remarks.map((remark) => `${run.source}: ${remark}`));
  for (const name of new Set(runs.flatMap(({ conditions }) => Object.keys(conditions)))) {
    const values = [...new Set(runs.map(({ conditions }) => conditions[name] ?? '?'))];
    if (values.length > 1) remarks.push(`the runs differ in ${name}: ${values.join(' | ')}`);
  }
  const unseen = runs.filter((run) => correlations.get(run) === null);
  if (unseen.length > 0) remarks.push(`${unseen.map(({ source }) => source).join(', ')}: no telling how requests depend on one another (it takes a summary of 50 s or more), they are taken as independent`);
  if (bases.length === 1) remarks.push(`one base run: runs of the same build are taken to differ by ${Number((100 * assumedNoise).toPrecision(3))} % (--run-noise); more base runs (--base FILE) measure it`);
  return remarks;
}
