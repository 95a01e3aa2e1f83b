/**
 * What a scenario knows of the test it runs in, its options among it.
 */
import type { StatsSoFar } from '../stats/soFar.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';

/**
 * Options of the test under Python's names (`my_option`): the team's own ones, as the master sent them; in a run without a
 * master those of `--option`, and the run's own under Locust's names (`num_users`, `run_time` in seconds …).
 *
 * An interface, so that a scenario can say which options there are:
 *
 * ```ts
 * declare module 'boomer-node' {
 *   interface ParsedOptions {
 *     readonly tenant: string;
 *   }
 * }
 * ```
 */
export interface ParsedOptions {
  readonly [name: string]: unknown;
}

/**
 * What `setup()` of the scenario returned. An interface, so that a scenario can say what that is:
 *
 * ```ts
 * declare module 'boomer-node' {
 *   interface SetupData extends Awaited<ReturnType<typeof setup>> {}
 * }
 * ```
 */
export interface SetupData {
  readonly [name: string]: unknown;
}

/** Names that `option` takes: those that the scenario declares; any text as long as it declares none. */
export type OptionName = [DeclaredName] extends [never] ? string : DeclaredName;
type DeclaredName = Extract<keyof { [Name in keyof ParsedOptions as string extends Name ? never : Name]: unknown }, string>;

/** The test as one load thread sees it. */
export type Environment = {
  /** The host in force for all users, from the master or `--host`; null when each class uses its own. */
  readonly host: string | null;
  readonly parsedOptions: ParsedOptions;
  /** What `setup()` returned, once a test for all threads and workers; empty without one. */
  readonly setupData: SetupData;
  /**
   * An option that the test cannot do without: throws a BoomerError that says how to add it when there is none. Where a scenario
   * declares its options, the name of another does not compile.
   */
  option<Name extends OptionName>(name: Name): Exclude<ParsedOptions[Name], null | undefined>;
  /** The master's index of this worker, from 0; −1 until the master has answered. */
  readonly workerIndex: number;
  /** 0 … threads − 1. */
  readonly threadIndex: number;
  /** Load threads of this worker; each has its own copy of the scenario's modules. */
  readonly threadCount: number;
  /** Only tasks with one of these tags run; null when no tag is asked for. */
  readonly tags: readonly string[] | null;
  /** Tasks with one of these tags do not run. */
  readonly excludeTags: readonly string[] | null;
  readonly runner: RunnerView;
  /**
   * The numbers of the test so far, of all load threads of this process: under a master those of this worker, not of all. At most a second old while a test is on, final in
   * listeners of `testStop` and `quitting`. They are plain data of their moment: look again for newer ones.
   */
  readonly stats: StatsSoFar;
  /**
   * Exit code of the process, 0 … 255, for a listener of `quitting` that judges the run (Locust's `process_exit_code`); of
   * several threads the highest counts. Null: the run decides.
   */
  processExitCode: number | null;
};

/** The same, as one user sees it. */
export type UserEnvironment = Environment & {
  /** Unique among all users that this worker ever ran, from 0. */
  readonly userIndex: number;
};

/** What a scenario sees of the runner: its state and its users. */
export type RunnerView = {
  readonly state: 'ready' | 'spawning' | 'running' | 'stopping';
  /** Live users in this thread. */
  readonly userCount: number;
};

/** Options with the types that the scenario declares for them; that they are of these, whoever read or was sent them has seen to. */
export function asDeclared(values: unknown): ParsedOptions {
  return values as ParsedOptions;
}

/** The value of an option that the scenario cannot do without; throws a BoomerError `missing-option` when it is absent or null. */
export function requiredOption<Name extends OptionName>(options: ParsedOptions, name: Name): Exclude<ParsedOptions[Name], null | undefined> {
  const value = options[name];
  if (isGiven(value)) return value;
  throw new BoomerError('missing-option', `${Object.hasOwn(options, name) ? `option ${name} has no value` : `there is no option ${name}`}: ${remedy(options, name)}`);
}

function isGiven<Value>(value: Value): value is Exclude<Value, null | undefined> {
  return value !== undefined && value !== null;
}

function remedy(options: ParsedOptions, name: string): string {
  const pythonName = name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`).replace(/-/gu, '_');
  if (pythonName !== name && Object.hasOwn(options, pythonName)) return `options have Python's names, write '${pythonName}'`;
  const near = nearest(name, Object.keys(options).filter((known) => known !== name));
  if (near !== null) return `did you mean '${near}'?`;
  // Only a run without a master is said to be headless.
  if (options['headless'] === true) return `give it with --option ${pythonName}=VALUE`;
  return `add it to the master's locustfile, parser.add_argument("--${pythonName.replace(/_/gu, '-')}") in a listener of init_command_line_parser`;
}

/**
 * What stands behind `--` on the command line, the same in a program that calls `run()` and in each load thread: for `parseArgs`
 * of `node:util`. Empty without a `--`.
 */
export function ownArguments(): string[] {
  const at = process.argv.indexOf('--');
  return at < 0 ? [] : process.argv.slice(at + 1);
}
