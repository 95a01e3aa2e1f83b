/** What `worker` and `run` are both told. */
import { availableParallelism } from 'node:os';
import type { LogLevel } from '../engine/shared/messages.ts';
import { cpuQuota } from '../util/cpuQuota.ts';
import { parseHostPattern } from '../util/hostPattern.ts';
import { asLogLevel, logLevels } from '../util/logger.ts';
import type { CommonSettings, Profile } from './commonSettings.ts';
import type { Answers } from './options/answers.ts';
import { durationMsOf, expected, givenOf, isOn, namesOf, rateOf, textOf, textsOf, wholeOf } from './options/readers.ts';

export type CommandContext = {
  /** Files that were named without a flag. */
  readonly positional: readonly string[];
  /** Of a run whose seed nobody chose. */
  readonly randomSeed: () => string;
};

/** Throws a BoomerError that names the place of a wrong value, what it expects, and what came. */
export function commonOptions(answers: Answers, { positional, randomSeed }: CommandContext): CommonSettings {
  return {
    files: filesOf(answers, positional),
    threadCount: threadsOf(answers),
    logLevel: levelOf(answers),
    logFile: textOf(answers, 'logfile'),
    host: textOf(answers, 'host'),
    allowHosts: allowedHostsOf(answers),
    userClasses: namesOf(answers, 'user-classes'),
    tags: namesOf(answers, 'tags'),
    excludeTags: namesOf(answers, 'exclude-tags'),
    failureSamples: wholeOf(answers, 'failure-samples', { least: 0 }) ?? 0,
    seed: textOf(answers, 'seed') ?? randomSeed(),
    maxRate: rateOf(answers, 'max-rps'),
    increaseRate: rateOf(answers, 'request-increase-rate'),
    stopTimeoutMs: durationMsOf(answers, 'stop-timeout') ?? 0,
    hangTimeoutMs: durationMsOf(answers, 'hang-timeout') ?? 0,
    cpuProfile: profileOf(answers, 'cpu-profile'),
    memoryProfile: profileOf(answers, 'mem-profile'),
  };
}

function profileOf(answers: Answers, name: 'cpu-profile' | 'mem-profile'): Profile | null {
  const path = textOf(answers, name);
  return path === null ? null : { path, durationMs: durationMsOf(answers, `${name}-duration`) ?? 0 };
}

function allowedHostsOf(answers: Answers): readonly string[] | null {
  const hosts = namesOf(answers, 'allow-host');
  const wrong = hosts?.find((host) => parseHostPattern(host) === null);
  if (wrong === undefined) return hosts;
  const where = givenOf(answers, 'allow-host')?.where ?? '--allow-host';
  throw expected({ raw: wrong, where }, 'names (shop.example, *.shop.example), addresses or networks (10.0.0.0/8, fd00::/8), each with :PORT if only that is meant');
}

/** Files named without a flag are typed, as `--file` is: together they replace what variables and files say. */
function filesOf(answers: Answers, positional: readonly string[]): readonly string[] {
  const isTyped = answers.get('file')?.rank === 0;
  if (positional.length > 0 && !isTyped) return positional;
  return [...positional, ...(textsOf(answers, 'file') ?? [''])];
}

function threadsOf(answers: Answers): number {
  const raw = givenOf(answers, 'threads')?.raw;
  if (raw === 'auto' || raw === '-1') return automaticThreads();
  return wholeOf(answers, 'threads', { least: 1, more: ', -1 or auto' }) ?? 1;
}

/** All cores but one, which the main thread has to itself; of a container's quota, begun cores count. */
export function automaticThreads(cores: number = availableParallelism(), quota: number | null = cpuQuota()): number {
  return Math.max(1, Math.min(cores, Math.ceil(quota ?? cores)) - 1);
}

function levelOf(answers: Answers): LogLevel {
  const given = givenOf(answers, 'loglevel');
  const level = asLogLevel(textOf(answers, 'loglevel') ?? '');
  if (given === null || level === null) throw expected(given ?? { raw: null, where: '--loglevel' }, `one of ${logLevels.join(', ')}`);
  // Without Locust's set-up, Python's logging shows warnings and errors.
  return !answers.has('loglevel') && isOn(answers, 'skip-log-setup') ? 'warning' : level;
}
