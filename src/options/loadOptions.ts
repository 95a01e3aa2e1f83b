/** How much load, for how long, and from how many threads. */
import { availableParallelism } from 'node:os';
import type { RateStage } from '../engine/shared/arrivalCurve.ts';
import { checkedLoadStages, type Stage } from '../run/stages.ts';
import { cpuQuota } from '../util/cpuQuota.ts';
import type { Rate } from '../util/rate.ts';
import type { OptionsOf } from './option.ts';
import { asUsage, durationMs, listed, onOff, positive, positiveDurationMs, rate, rateOrOff, whole, type ConfigDuration, type ConfigRate, type Reader } from './readers.ts';

/** As checked values; null: nobody said anything. */
export type LoadSettings = {
  /** Users at once; with `arrivals` the most of them. */
  readonly users: number | null;
  readonly spawnPerSec: number | null;
  readonly runTimeMs: number | null;
  /** Task runs in all. */
  readonly iterations: number | null;
  /** Of users, or of rates of arrivals; null: the scenario's `stages`, if it has some. */
  readonly stages: readonly Stage[] | readonly RateStage[] | null;
  /** Begin anew whenever the scenario is saved. */
  readonly isWatching: boolean;
  /** Arrivals over all users of a run, or for each user that a worker's master asks for; null: users go on by themselves. */
  readonly arrivals: Rate | null;
  /** boomer's `--max-rps`: tasks that this process begins, at most; null: no limit. */
  readonly maxRate: Rate | null;
  /** boomer's `--request-increase-rate`: the limit begins at 0 and grows by so much at a time; null: it does not. */
  readonly increaseRate: Rate | null;
  readonly warmUpMs: number;
  readonly stopTimeoutMs: number;
  /** Forget what was counted while users were spawned. */
  readonly resetStats: boolean;
  readonly threadCount: number;
  /** 0: a blocked thread is never replaced. */
  readonly hangTimeoutMs: number;
};

/** Over `duration` the number of users goes in a straight line from what it was to `target`; or the rate of arrivals (an open model) to `rate`. */
export type ConfigStage = { readonly duration: ConfigDuration; readonly rate: ConfigRate } | { readonly duration: ConfigDuration; readonly target: number } | { readonly duration: ConfigDuration; readonly users: number };

/** As an author of a configuration file writes it. */
export type LoadConfig = {
  /** Users at once; with `rate` the most of them. */
  readonly users?: number;
  /** Users to start a second. */
  readonly spawnRate?: number;
  /** The run ends after this time, counted from the first user. */
  readonly runTime?: ConfigDuration;
  /** Task runs in all. */
  readonly iterations?: number;
  /** How many users there are to be, over time, or how many arrivals a second. */
  readonly stages?: readonly (ConfigStage | string)[];
  /** Arrivals on schedule (an open model): over all users of a run, or for each user that a worker's master asks for. */
  readonly rate?: ConfigRate;
  /** Tasks that this process begins, at most; 0: no limit. */
  readonly maxRps?: ConfigRate;
  /** The limit begins at 0 and grows by so much at a time, up to `maxRps`; -1: it does not grow. */
  readonly requestIncreaseRate?: ConfigRate;
  /** What happens in this time is not counted. */
  readonly warmup?: ConfigDuration;
  /** Time for tasks to finish at the end. */
  readonly stopTimeout?: ConfigDuration;
  /** Forgets what was counted while users were started. */
  readonly resetStats?: boolean;
  /** Load threads; -1 or `auto`: all cores but one; 0: none, users run in this thread. */
  readonly threads?: number | 'auto';
  /** A load thread that is blocked for so long is replaced; 0: never. */
  readonly hangTimeout?: ConfigDuration;
};

/** `30s:10` and `30s:100/s` texts, or the list of objects of a configuration file. */
const stages: Reader<readonly Stage[] | readonly RateStage[]> = { kind: 'texts', read: ({ raw, where }) => asUsage(() => checkedLoadStages(listed(raw), where)) };

/** More than any machine has cores. */
const maxThreads = 1_000;

const threads: Reader<number> = {
  kind: 'number',
  // Thousands of threads end the process where memory ends, before any can say so.
  read: (given, readText) => (given.raw === 'auto' || given.raw === '-1' ? automaticThreads() : whole({ min: 0, max: maxThreads, more: ', -1 or auto' }).read(given, readText)),
};

/** The options, by what they set. */
export const loadOptions: OptionsOf<LoadSettings, LoadConfig> = {
  users: {
    name: 'users', aliases: ['u'], value: 'N', variables: ['LOCUST_USERS'], key: 'users',
    reads: whole({ min: 1 }), otherwise: null, unset: '1',
    group: 'Load', only: 'run', isMasters: true,
    describe: 'Users at once; with --rate the most of them',
  },
  spawnPerSec: {
    name: 'spawn-rate', aliases: ['r'], value: 'N', variables: ['LOCUST_SPAWN_RATE'], key: 'spawnRate',
    reads: positive, otherwise: null, unset: '1',
    group: 'Load', only: 'run', isMasters: true,
    describe: 'Users to start a second',
  },
  runTimeMs: {
    name: 'run-time', aliases: ['t', 'd', 'duration'], value: 'TIME', variables: ['LOCUST_RUN_TIME'], key: 'runTime',
    reads: positiveDurationMs, otherwise: null, unset: 'until stopped',
    group: 'Load', only: 'run', isMasters: true,
    describe: 'End after this time, e.g. 90s, 1h20m; a bare number is seconds',
  },
  iterations: {
    name: 'iterations', aliases: ['i'], value: 'N', variables: ['BOOMER_ITERATIONS'], key: 'iterations',
    reads: whole({ min: 1, max: 2 ** 31 - 1 }), otherwise: null, unset: 'no end',
    group: 'Load', only: 'run',
    describe: 'End after so many task runs, over all users',
  },
  stages: {
    name: 'stage', value: 'TIME:USERS', variables: ['BOOMER_STAGES'], key: 'stages',
    reads: stages, otherwise: null, unset: "the scenario's stages",
    group: 'Load', only: 'run',
    describe: 'Go to so many users over this time, e.g. 30s:10, or to a rate of arrivals (open model), e.g. 30s:100/s; repeat it for the next stage',
  },
  isWatching: {
    name: 'watch',
    ...onOff,
    group: 'Load', only: 'run',
    describe: 'Begin anew whenever the scenario, or a file that it imports or names, is saved; what came before does not count',
  },
  arrivals: {
    name: 'rate', value: 'RATE', variables: ['BOOMER_RATE'], key: 'rate',
    reads: rate, otherwise: null, unset: 'users go on by themselves',
    group: 'Load',
    describe: 'Begin tasks on schedule (open model): 100/s, 30/1m; in run over all users, in a worker or swarm for each user that the master asks for',
  },
  maxRate: {
    name: 'max-rps', value: 'RATE', variables: ['BOOMER_MAX_RPS'], key: 'maxRps',
    reads: rateOrOff, default: '0',
    group: 'Load',
    describe: 'Tasks that this process begins, at most; 0: no limit',
  },
  increaseRate: {
    name: 'request-increase-rate', value: 'RATE', variables: ['BOOMER_REQUEST_INCREASE_RATE'], key: 'requestIncreaseRate',
    reads: rateOrOff, default: '-1',
    group: 'Load',
    describe: 'Let that limit grow from 0 by N or N/TIME; -1: it does not grow',
  },
  warmUpMs: {
    name: 'warmup', value: 'TIME', variables: ['BOOMER_WARMUP'], key: 'warmup',
    reads: durationMs, default: '0',
    group: 'Load', only: 'run',
    describe: 'Do not count what happens in this time',
  },
  stopTimeoutMs: {
    name: 'stop-timeout', aliases: ['s'], value: 'TIME', variables: ['LOCUST_STOP_TIMEOUT'], key: 'stopTimeout',
    reads: durationMs, default: '0',
    group: 'Load', isMasters: true,
    describe: "Time for tasks to finish at the end; the master's wins",
  },
  resetStats: {
    name: 'reset-stats', variables: ['LOCUST_RESET_STATS'], key: 'resetStats',
    ...onOff,
    group: 'Load', only: 'run', isMasters: true,
    describe: 'Forget what was counted while users were started',
  },
  threadCount: {
    name: 'threads', aliases: ['processes', 'workers', 'w'], value: 'N', variables: ['BOOMER_THREADS', 'LOCUST_PROCESSES'], key: 'threads',
    reads: threads, default: 'auto',
    group: 'Load',
    describe: 'Load threads; -1 or auto: all cores but one, within the CPU quota of a container; 0: none, users run in the main thread, where a debugger finds them',
  },
  hangTimeoutMs: {
    name: 'hang-timeout', value: 'TIME', variables: ['BOOMER_HANG_TIMEOUT'], key: 'hangTimeout',
    reads: durationMs, default: '30s',
    group: 'Load',
    describe: 'Replace a load thread that is blocked for so long; 0: never',
  },
};

/** All cores but one, which the main thread has to itself; of a container's quota, begun cores count. */
export function automaticThreads(cores: number = availableParallelism(), quota: number | null = cpuQuota()): number {
  return Math.max(1, Math.min(cores, Math.ceil(quota ?? cores)) - 1);
}
