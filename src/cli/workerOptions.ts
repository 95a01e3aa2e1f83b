/**
 * The options of `boomer-node worker`: names, defaults and environment variables as Locust users know them; flags win
 * over the environment. The text that a person typed becomes checked values here.
 */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import type { CommonSettings } from './commonSettings.ts';
import type { LogLevel } from '../thread/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { parseDurationMs } from '../util/duration.ts';
import { asLogLevel, logLevels } from '../util/logger.ts';

export type WorkerOptions = CommonSettings & {
  readonly masterHost: string;
  readonly masterPort: number;
  readonly isStatusShown: boolean;
  /** Silence of the master after which the worker gives up. */
  readonly masterSilenceMs: number;
  /** Locust's extra wait between `client_stopped` and `client_ready`. */
  readonly readyDelayMs: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** yargs' table. */
export const workerFlags: Readonly<Record<string, Options>> = {
  file: { alias: ['f', 'locustfile'], type: 'string', array: true, requiresArg: true, describe: 'Scenario files or folders (.ts .js …), comma lists too [env: LOCUST_LOCUSTFILE]' },
  'master-host': { type: 'string', requiresArg: true, describe: 'Host of the Locust master [default: 127.0.0.1] [env: LOCUST_MASTER_NODE_HOST]' },
  'master-port': { type: 'string', requiresArg: true, describe: 'Port of the Locust master [default: 5557] [env: LOCUST_MASTER_NODE_PORT]' },
  threads: { alias: 'processes', type: 'string', requiresArg: true, describe: 'Load threads; -1 or auto: all cores but one [default: auto] [env: BOOMER_THREADS, LOCUST_PROCESSES]' },
  host: { alias: 'H', type: 'string', requiresArg: true, describe: 'Host to load, e.g. http://localhost:8080; the master\'s wins [env: LOCUST_HOST]' },
  tags: { alias: 'T', type: 'string', array: true, requiresArg: true, describe: 'Only tasks with one of these tags; the master\'s win [env: LOCUST_TAGS]' },
  'exclude-tags': { alias: 'E', type: 'string', array: true, requiresArg: true, describe: 'No tasks with one of these tags; the master\'s win [env: LOCUST_EXCLUDE_TAGS]' },
  'stop-timeout': { alias: 's', type: 'string', requiresArg: true, describe: 'Time for tasks to finish at the end, for a master that names none (Locust\'s always do) [default: 0] [env: LOCUST_STOP_TIMEOUT]' },
  'failure-samples': { type: 'string', requiresArg: true, describe: 'Show the first N failed requests of each kind in the Exceptions tab, secrets taken out; 0: none [default: 3] [env: BOOMER_FAILURE_SAMPLES]' },
  seed: { type: 'string', requiresArg: true, describe: 'Repeat a run: the same tasks, waits and rows, user by user [default: by chance, logged] [env: BOOMER_SEED]' },
  'hang-timeout': { type: 'string', requiresArg: true, describe: 'Replace a load thread that is blocked for so long; 0: never [default: 30s] [env: BOOMER_HANG_TIMEOUT]' },
  loglevel: { alias: 'L', type: 'string', requiresArg: true, describe: `${logLevels.join(', ')} [default: info] [env: LOCUST_LOGLEVEL]` },
  logfile: { type: 'string', requiresArg: true, describe: 'Log to this file instead of the terminal [env: LOCUST_LOGFILE]' },
  progress: { type: 'boolean', default: true, describe: 'The live status line; --no-progress switches it off' },
};

/** Locust's own flags that a worker is often started with; the master decides, so they are taken and do nothing. */
export const ignoredFlags: Readonly<Record<string, Options>> = {
  worker: { type: 'boolean', hidden: true },
  users: { alias: 'u', type: 'string', hidden: true },
  'spawn-rate': { alias: 'r', type: 'string', hidden: true },
  'run-time': { alias: 't', type: 'string', hidden: true },
};

/** Checks what was typed; throws a BoomerError that names the flag or variable, what it expects, and what came. */
export function workerOptions(typed: Readonly<Record<string, unknown>>, positional: readonly string[], env: Environment): WorkerOptions {
  const given = (name: string, ...variables: readonly string[]): Given | null => typedAs(typed, name) ?? firstSet(env, variables);
  const named = Array.isArray(typed['file']) ? typed['file'].map(String) : [];
  const files = [...positional, ...named];
  return {
    files: files.length > 0 ? files : [env['LOCUST_LOCUSTFILE'] ?? ''],
    masterHost: given('master-host', 'LOCUST_MASTER_NODE_HOST', 'LOCUST_MASTER_HOST')?.text ?? '127.0.0.1',
    masterPort: portOf(given('master-port', 'LOCUST_MASTER_NODE_PORT', 'LOCUST_MASTER_PORT'), 5557),
    threadCount: threadsOf(given('threads', 'BOOMER_THREADS', 'LOCUST_PROCESSES')),
    logLevel: levelOf(given('loglevel', 'LOCUST_LOGLEVEL'), 'info'),
    logFile: given('logfile', 'LOCUST_LOGFILE')?.text ?? null,
    host: given('host', 'LOCUST_HOST')?.text ?? null,
    tags: namesOf(typed['tags'], env['LOCUST_TAGS']),
    excludeTags: namesOf(typed['exclude-tags'], env['LOCUST_EXCLUDE_TAGS']),
    failureSamples: wholeNumber(given('failure-samples', 'BOOMER_FAILURE_SAMPLES'), 0) ?? 3,
    seed: given('seed', 'BOOMER_SEED')?.text ?? String(randomInt(1_000_000_000)),
    maxRate: null,
    increaseRate: null,
    stopTimeoutMs: durationOf(given('stop-timeout', 'LOCUST_STOP_TIMEOUT'), 0),
    hangTimeoutMs: durationOf(given('hang-timeout', 'BOOMER_HANG_TIMEOUT'), 30_000),
    isStatusShown: typed['progress'] !== false,
    masterSilenceMs: wholeNumber(firstSet(env, ['LOCUST_MASTER_HEARTBEAT_TIMEOUT']), 1, ' (milliseconds)') ?? 60_000,
    readyDelayMs: 1000 * (wholeNumber(firstSet(env, ['LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP']), 0, ' (seconds)') ?? 0),
  };
}

/** What a person wrote, and where: `--threads` or `BOOMER_THREADS`. */
type Given = { readonly text: string; readonly where: string };

function typedAs(typed: Readonly<Record<string, unknown>>, name: string): Given | null {
  const value = typed[name];
  const where = `--${name}`;
  if (value === undefined) return null;
  if (Array.isArray(value)) throw usage(`${where} was given ${value.length} times, expected it once`);
  if (value === '') throw usage(`${where} expects a value`);
  return { text: typeof value === 'string' ? value : JSON.stringify(value), where };
}

/** Names from a flag, which may be repeated, or a variable; commas and spaces part them. */
function namesOf(typed: unknown, variable: string | undefined): readonly string[] | null {
  const texts = typed === undefined ? [variable ?? ''] : [typed].flat().map(String);
  const names = texts.flatMap((text) => text.split(/[\s,]+/u)).filter((name) => name !== '');
  return names.length === 0 ? null : names;
}

/** An empty variable counts as unset. */
function firstSet(env: Environment, variables: readonly string[]): Given | null {
  for (const where of variables) {
    const text = env[where];
    if (text !== undefined && text !== '') return { text, where };
  }
  return null;
}

function portOf(given: Given | null, orElse: number): number {
  const port = wholeNumber(given, 1) ?? orElse;
  if (port > 65_535) throw usage(`${given?.where ?? ''} expects a port from 1 to 65535, got "${port}"`);
  return port;
}

function threadsOf(given: Given | null): number {
  if (given === null || given.text === 'auto' || given.text === '-1') return Math.max(1, availableParallelism() - 1);
  return wholeNumber(given, 1, ', -1 or auto') ?? 1;
}

function levelOf(given: Given | null, orElse: LogLevel): LogLevel {
  if (given === null) return orElse;
  const level = asLogLevel(given.text);
  if (level === null) throw usage(`${given.where} expects one of ${logLevels.join(', ')}, got "${given.text}"`);
  return level;
}

function durationOf(given: Given | null, orElseMs: number): number {
  if (given === null) return orElseMs;
  try {
    return parseDurationMs(given.text, given.where);
  } catch (error) {
    throw error instanceof BoomerError ? usage(error.message) : error;
  }
}

/** Null when nothing was given. */
function wholeNumber(given: Given | null, least: number, more = ''): number | null {
  if (given === null) return null;
  if (/^\d+$/u.test(given.text.trim()) && Number(given.text) >= least) return Number(given.text);
  throw usage(`${given.where} expects a whole number of ${least} or more${more}, got "${given.text}"`);
}

function usage(message: string): BoomerError {
  return new BoomerError('usage', message);
}
