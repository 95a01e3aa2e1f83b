/**
 * The command line: reads what was typed, points at typing errors, and hands over to the command. The only owner of
 * `yargs`.
 */
import { readFile } from 'node:fs/promises';
import yargs, { type Options } from 'yargs';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { exitCode } from './exitCodes.ts';
import { ignoredFlags, workerFlags, workerOptions } from './workerOptions.ts';

const commands = ['worker'];

/**
 * Runs `boomer-node ARGS…` to its end and resolves with the exit code. `program` is a scenario file that calls `run()`
 * and was itself started by node.
 */
export async function main(args: readonly string[], program: string | null = null): Promise<number> {
  try {
    return await command(args, program);
  } catch (error) {
    if (!(error instanceof BoomerError)) throw error;
    process.stderr.write(`boomer-node: ${error.message}\n`);
    if (error.code === 'usage') process.stderr.write('See boomer-node --help.\n');
    return exitCode.usage;
  }
}

async function command(args: readonly string[], program: string | null): Promise<number> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const parser = yargs([...args])
    .scriptName('boomer-node')
    .usage('boomer-node worker [files…] --master-host HOST\n\nA Locust worker in Node: a Locust master drives the users of a TypeScript or JavaScript scenario.')
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true, 'dot-notation': false, 'duplicate-arguments-array': true, 'parse-numbers': false, 'parse-positional-numbers': false, 'greedy-arrays': false })
    .options({ ...workerFlags, ...ignoredFlags })
    .example('boomer-node worker scenario.ts --master-host 10.0.0.5', 'join the master on 10.0.0.5')
    .version(version)
    .alias('version', 'V')
    .alias('help', 'h')
    .wrap(Math.min(110, process.stderr.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      throw usageError(message ?? error?.message ?? '');
    });
  const typed = (await parser.parse()) as Record<string, unknown>;
  if (typed['help'] === true || typed['version'] === true) return exitCode.ok;
  refuseUnknownFlags(typed);
  const files = positionals(typed['_'] as readonly unknown[]);
  const { runWorker } = await import('./workerCommand.ts');
  return runWorker(workerOptions(typed, program === null ? files : [program, ...files], process.env), `boomer-node ${version}`);
}

/** yargs' own complaints, in our words. */
function usageError(message: string): BoomerError {
  const flag = /^Not enough arguments following: (.+)$/u.exec(message)?.[1];
  return new BoomerError('usage', flag === undefined ? message : `${flag.length === 1 ? '-' : '--'}${flag} expects a value`);
}

/** `worker` is the default command, so a file may stand in its place. */
function positionals(words: readonly unknown[]): readonly string[] {
  const [first, ...rest] = words.map(String);
  if (first === undefined || first === 'worker') return rest;
  const meant = /[./\\]/u.test(first) ? null : nearest(first, commands);
  if (meant !== null) throw new BoomerError('usage', `unknown command "${first}": did you mean "${meant}"?`);
  return [first, ...rest];
}

function refuseUnknownFlags(typed: Readonly<Record<string, unknown>>): void {
  const table: Readonly<Record<string, Options>> = { ...workerFlags, ...ignoredFlags };
  const known = Object.entries(table).flatMap(([name, { alias }]) => [name, ...(alias === undefined ? [] : [alias].flat())]);
  const all = new Set([...known, 'h', 'help', 'V', 'version', '_', '$0']);
  for (const name of Object.keys(typed)) {
    if (all.has(name)) continue;
    const dashes = name.length === 1 ? '-' : '--';
    const meant = nearest(name, [...all].filter((candidate) => candidate.length > 1));
    throw new BoomerError('usage', `unknown flag ${dashes}${name}${meant === null ? '' : `: did you mean --${meant}?`}`);
  }
}
