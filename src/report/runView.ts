/**
 * A run as its consumers see it, and the words for it that they share. Times are milliseconds, stamps are Unix seconds (floats), sizes are bytes.
 */
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import type { ErrorRow, Report, StatsRow } from '../stats/report.ts';

/** What is known before the first user starts. */
export type RunStart = {
  /** Scenario files as they were named. */
  readonly files: readonly string[];
  readonly version: string;
  readonly startSec: number;
  /** `--host`; null: each class has its own. */
  readonly host: string | null;
  readonly classes: readonly { readonly name: string; readonly weight: number; readonly fixedCount: number }[];
  /** One line for a person: `50 users, 10 a second, for 1m`. */
  readonly plan: string;
  /** The most users that the plan asks for; null where a function of the scenario says it as the run goes on. */
  readonly users: number | null;
  /** Users a second. */
  readonly spawnPerSec: number;
  /** Null: until stopped. */
  readonly runTimeMs: number | null;
  readonly iterations: number | null;
  readonly warmUpMs: number;
  readonly threadCount: number;
  readonly seed: string;
  /** What was saved before the run began anew (`--watch`): `shop.ts`; null: it is the first. */
  readonly changed: string | null;
  /** `--tag k=v`. */
  readonly labels: Readonly<Record<string, string>>;
};

/** A user class with its share of the users, for a person: `Shopper (weight 3)`. */
export function classText({ name, weight, fixedCount }: RunStart['classes'][number]): string {
  return `${name} (${fixedCount > 0 ? `fixed count ${fixedCount}` : `weight ${weight}`})`;
}

/** Where a run stands. */
export type RunPhase = 'spawning' | 'warming up' | 'running' | 'stopping';

/** The percentile of a row's response times in milliseconds, to 3 significant digits; null when it has none. `percent` 0 … 100. */
export type Percentile = (row: StatsRow, percent: number) => number | null;

/** The numbers since counting began. Rows and the total are cumulative; they are views that grow with the run. */
export type RunStats = {
  /** In the order of their names, then types. */
  readonly rows: readonly StatsRow[];
  /** Its name is `Aggregated`, its method is empty. */
  readonly total: StatsRow;
  /** In the order in which they were first seen. */
  readonly errors: readonly ErrorRow[];
  readonly exceptions: readonly ExceptionRow[];
  /** The first request that failed so, in full; null when none was taken. Absent: nobody takes any. */
  readonly failureSample?: (error: ErrorRow) => string | null;
  /** Of the scenario's own, by name; in no row and no total. */
  readonly checks: readonly CheckNumbers[];
  readonly metrics: readonly MetricNumbers[];
  /** Of a row of `rows`, or of `total`. Costs about 0.1 ms: ask for what is shown. */
  readonly percentileMs: Percentile;
  /** HDR counts of a row or of `total`: pairs of the slot's lowest value in microseconds and its count, ascending. */
  readonly histogramUs: (row: StatsRow) => readonly (readonly [lowestUs: number, count: number])[];
};

/** Errors that escaped tasks, grouped by their trace (Locust's Exceptions tab). */
export type ExceptionRow = {
  readonly message: string;
  readonly trace: string;
  readonly occurrences: number;
  readonly firstSeenSec: number;
  readonly lastSeenSec: number;
};

/** Arrivals of an open model: `--rate`, user classes with `static arrivals`, or the requests of a capture that is replayed. */
export type ArrivalCounts = {
  /** As asked for; where that follows the users, at most. Null: as they were recorded. */
  readonly perSec: number | null;
  /** Handed to a user on time; of a capture, whenever. */
  readonly started: number;
  /** No user was free, or the test ended before. Never a request: the target has not seen it. */
  readonly dropped: number;
  /** How long after its moment the latest of those on schedule began, milliseconds: no gap was longer than this and one interval. */
  readonly latestMs: number;
  /** So late or less were 99 of 100, milliseconds. */
  readonly lateP99Ms: number;
};

/** How well the generator itself kept up, of one load thread. */
export type ThreadTrust = {
  readonly threadIndex: number;
  /** Delay of the event loop in milliseconds: how late its timers were. */
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Share of the time in which the event loop worked, 0 … 1. */
  readonly utilisation: number;
  readonly gcPauses: number;
  readonly gcPauseTotalMs: number;
  readonly gcPauseMaxMs: number;
  /** Samples in all, and those recorded while the event loop was late. */
  readonly samples: number;
  readonly lateSamples: number;
};

/** Failures of one kind that say something of this machine. */
export type GeneratorFailure = {
  /** Of the system error. */
  readonly code: string;
  readonly count: number;
};

/** How well the load generator kept up. */
export type TrustReport = {
  readonly threads: readonly ThreadTrust[];
  /** Share of the samples that were taken while the generator itself was late, 0 … 1; 0 without samples. */
  readonly lateShare: number;
  /** Requests that failed as the generator's own machine ran out of descriptors, ports or buffers, by system error (`EMFILE`). */
  readonly ownFailures: readonly GeneratorFailure[];
  readonly isTrusted: boolean;
  /** One line for a person, e.g. `generator: on time (…)` or what made the numbers doubtful and what to do. */
  readonly line: string;
};

/** The run at one moment. */
export type RunMoment = {
  readonly atSec: number;
  /** Since the first user was asked for. */
  readonly elapsedMs: number;
  readonly phase: RunPhase;
  /** Whether the warm-up is over, and requests count; users may still be on their way. */
  readonly isCounting: boolean;
  /** Live users per class. */
  readonly userCounts: Readonly<Record<string, number>>;
  readonly userCount: number;
  readonly targetUserCount: number;
  /** 0 … 1 of the time or the iterations, whichever is further; null: until stopped. */
  readonly progress: number | null;
  /** Recorded since the moment before. */
  readonly delta: Report;
  readonly stats: RunStats;
  readonly history: readonly HistoryPoint[];
  readonly arrivals: ArrivalCounts | null;
  readonly trust: TrustReport;
};

/** One second of the run, for charts. */
export type HistoryPoint = {
  readonly atSec: number;
  readonly elapsedMs: number;
  readonly userCount: number;
  /** Of the second before `atSec`. */
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  /** Of the last 10 s, from Locust's rounded response times; null when there were none (Locust's chart has the same). */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly averageMs: number | null;
};

/** A number, or why there is none. */
export type Measured =
  | { readonly value: number; readonly unit: 'ms' | 'share' | 'count' | 'perSec' }
  /** In a unit of the scenario's; empty: in none. */
  | { readonly value: number; readonly unit: 'own'; readonly name: string }
  /** Nothing to measure, and why. */
  | { readonly value: null; readonly why: string };

/** What became of a threshold. */
export type ThresholdResult = {
  /** As it was written: `GET /users`, `Aggregated`. */
  readonly row: string;
  /** As it was written: `p(95)<200`. */
  readonly expression: string;
  /** Null: there is nothing to measure, which fails. In milliseconds for times, 0 … 1 for rates. */
  readonly measured: number | null;
  /** For a person: `p(95)=187.2 ms`, `no request of this name`. */
  readonly text: string;
  readonly passed: boolean;
  /** Of a threshold over a window that was measured: where in the run `measured` is from. Absent: over the whole run. */
  readonly window?: WorstWindow;
};

/** The window that was furthest from the threshold's limit. */
export type WorstWindow = {
  /** From when to when, in milliseconds since counting began. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How many full windows were measured, one a second, and how many of them missed the threshold. */
  readonly measured: number;
  readonly missed: number;
};

/** Why a run ended. */
export type EndReason =
  | { readonly kind: 'runTime' }
  | { readonly kind: 'stages' }
  /** `shape(moment)` of the scenario returned null. */
  | { readonly kind: 'shape' }
  | { readonly kind: 'iterations' }
  /** All users ended by themselves. */
  | { readonly kind: 'usersGone' }
  | { readonly kind: 'key' }
  /** These files of the scenario were saved: another run takes its place (`--watch`). */
  | { readonly kind: 'changed'; readonly files: string }
  /** By the `signal` that a program gave `load()`. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  /** `stopTest(reason)` in the scenario. */
  | { readonly kind: 'stopTest'; readonly reason: string }
  /** What was to be replayed is at its end; `reason` names the captures. */
  | { readonly kind: 'replayed'; readonly reason: string }
  | { readonly kind: 'threshold'; readonly expression: string }
  /** An output could not go on, or something in the program broke. */
  | { readonly kind: 'error'; readonly reason: string };

/** Why it ended, for a person: `the time was up`. */
export function endText(ended: EndReason): string {
  switch (ended.kind) {
    case 'runTime':
      return 'the time was up';
    case 'stages':
      return 'all stages were over';
    case 'shape':
      return 'ended by the shape';
    case 'iterations':
      return 'all iterations were done';
    case 'usersGone':
      return 'all users had ended';
    case 'key':
      return 'ended by a key';
    case 'changed':
      return `${ended.files} was saved`;
    case 'aborted':
      return 'ended by the program';
    case 'signal':
      return `ended by ${ended.signal}`;
    case 'stopTest':
      return `ended by the scenario: ${ended.reason}`;
    case 'replayed':
      return ended.reason;
    case 'threshold':
      return `ended by the threshold ${ended.expression}`;
    case 'error':
      return 'ended by an error';
  }
}

/** The run after its last sample. */
export type RunResult = {
  readonly start: RunStart;
  /** When counting began (after the warm-up) and ended. */
  readonly countedFromSec: number;
  readonly endSec: number;
  /** `endSec` − `countedFromSec`, never below 1 ms. */
  readonly countedMs: number;
  readonly ended: EndReason;
  readonly stats: RunStats;
  /**
   * The same requests, measured from when they should have begun (`--rate`, `--max-rps`, `constantPacing`,
   * `constantThroughput`): rows of the same names and counts, without those of each second; null when nothing had a schedule.
   */
  readonly fromSchedule: RunStats | null;
  readonly history: readonly HistoryPoint[];
  readonly thresholds: readonly ThresholdResult[];
  readonly trust: TrustReport;
  readonly arrivals: ArrivalCounts | null;
  readonly verdict: Verdict;
  readonly exitCode: number;
};

/** Whether the run passed, and the exit code. */
export type Verdict = {
  readonly passed: boolean;
  /** Why it failed, the most important first; of one that passed what should be known all the same: failures that nobody minds, arrivals that were dropped. */
  readonly reasons: readonly string[];
};
