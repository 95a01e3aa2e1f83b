/**
 * Options of the scenario itself: those that it cannot do without, where reading one that is not there says how to add it, and
 * those behind `--` on the command line.
 */
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import type { ParsedOptions } from './environment.ts';

/** The option's value; throws a BoomerError `missing-option` when it is absent or null. */
export function requiredOption(options: ParsedOptions, name: string): unknown {
  const value = options[name];
  if (value !== undefined && value !== null) return value;
  throw new BoomerError('missing-option', `${Object.hasOwn(options, name) ? `option ${name} has no value` : `there is no option ${name}`}: ${remedy(options, name)}`);
}

/**
 * What stands behind `--` on the command line, the same in a program that calls `run()` and in each load thread: for `parseArgs`
 * of `node:util`. Empty without a `--`.
 */
export function ownArguments(): string[] {
  const at = process.argv.indexOf('--');
  return at < 0 ? [] : process.argv.slice(at + 1);
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
