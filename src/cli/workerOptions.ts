/**
 * The options of `boomer-node worker`: names, defaults and environment variables as Locust users know them; flags win
 * over the environment. The text that a person typed becomes checked values here.
 */
import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import type { LogLevel } from '../thread/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { parseDurationMs } from '../util/duration.ts';
import { asLogLevel, logLevels } from '../util/logger.ts';

export type WorkerOptions = {
  readonly files: readonly string[];
  readonly masterHost: string;
  readonly masterPort: number;
  readonly threadCount: number;
  readonly logLevel: LogLevel;
  readonly logFile: string | null;
  readonly host: string | null;
  readonly stopTimeoutMs: number;
  readonly hangTimeoutMs: number;
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
  'stop-timeout': { alias: 's', type: 'string', requiresArg: true, describe: 'Time for tasks to finish at the end; the master\'s wins [default: 0] [env: LOCUST_STOP_TIMEOUT]' },
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

/** Checks what was typed; throws a BoomerError that names the flag, what it expects, and what came. */
export function workerOptions(typed: Readonly<Record<string, unknown>>, positional: readonly string[], env: Environment): WorkerOptions {
  const flag = (name: string, ...variables: readonly string[]): string | null =>
    textOf(typed[name], `--${name}`) ?? variables.map((variable) => env[variable]).find((value) => value !== undefined && value !== '') ?? null;
  const named = Array.isArray(typed['file']) ? typed['file'].map(String) : [];
  const files = [...positional, ...named];
  return {
    files: files.length > 0 ? files : [env['LOCUST_LOCUSTFILE'] ?? ''],
    masterHost: flag('master-host', 'LOCUST_MASTER_NODE_HOST', 'LOCUST_MASTER_HOST') ?? '127.0.0.1',
    masterPort: portOf(flag('master-port', 'LOCUST_MASTER_NODE_PORT', 'LOCUST_MASTER_PORT') ?? '5557'),
    threadCount: threadsOf(flag('threads', 'BOOMER_THREADS', 'LOCUST_PROCESSES') ?? 'auto'),
    logLevel: levelOf(flag('loglevel', 'LOCUST_LOGLEVEL') ?? 'info'),
    logFile: flag('logfile', 'LOCUST_LOGFILE'),
    host: flag('host', 'LOCUST_HOST'),
    stopTimeoutMs: parseDurationMs(flag('stop-timeout', 'LOCUST_STOP_TIMEOUT') ?? '0', '--stop-timeout'),
    hangTimeoutMs: parseDurationMs(flag('hang-timeout', 'BOOMER_HANG_TIMEOUT') ?? '30s', '--hang-timeout'),
    isStatusShown: typed['progress'] !== false,
    masterSilenceMs: wholeNumber(env['LOCUST_MASTER_HEARTBEAT_TIMEOUT'] ?? '60000', 'LOCUST_MASTER_HEARTBEAT_TIMEOUT (milliseconds)', 1),
    readyDelayMs: 1000 * wholeNumber(env['LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP'] ?? '0', 'LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP (seconds)', 0),
  };
}

function textOf(value: unknown, flag: string): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) throw usage(`${flag} was given ${value.length} times, expected it once`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function portOf(text: string): number {
  const port = wholeNumber(text, '--master-port', 1);
  if (port > 65_535) throw usage(`--master-port expects a port from 1 to 65535, got ${text}`);
  return port;
}

function threadsOf(text: string): number {
  if (text === 'auto' || text === '-1') return Math.max(1, availableParallelism() - 1);
  return wholeNumber(text, '--threads', 1, ' or auto');
}

function levelOf(text: string): LogLevel {
  const level = asLogLevel(text);
  if (level === null) throw usage(`--loglevel expects one of ${logLevels.join(', ')}, got ${text}`);
  return level;
}

function wholeNumber(text: string, what: string, least: number, orElse = ''): number {
  if (/^\d+$/u.test(text.trim()) && Number(text) >= least) return Number(text);
  throw usage(`${what} expects a whole number of ${least} or more${orElse}, got "${text}"`);
}

function usage(message: string): BoomerError {
  return new BoomerError('usage', message);
}
