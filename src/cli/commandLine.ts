/** Takes a command line apart. The only owner of `yargs`, beside the table of `compare`. */
import yargs, { type Options } from 'yargs';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { spreadLists } from './listWords.ts';
import type { Given, Layer } from './options/answers.ts';
import { locustOnly } from './options/locustOnly.ts';
import { dashed, flagNames, optionNames, optionTable, type OptionName } from './options/optionTable.ts';

export type CommandLine = {
  /** What is no flag, in order; without what stands behind `--`. */
  readonly words: readonly string[];
  readonly flags: Layer;
  /** Locust's own flags that were typed and mean nothing here. */
  readonly idle: readonly string[];
  readonly isHelp: boolean;
  readonly isVersion: boolean;
};

type Typed = Readonly<Record<string, unknown>>;
type Flags = Readonly<Record<string, Options>>;

/** The command that was named, so that its own flags can be told from mistakes; the first word, whatever it is. */
export function firstWord(args: readonly string[]): string | null {
  return wordsOf(parsed(spreadLists(ours(args)), allFlags()))[0] ?? null;
}

/** For `run` and `worker`. Throws a BoomerError for a flag that does not exist, or that would change what happens. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const typed = parsed(spreadLists(ours(args)), allFlags());
  const asked = { isHelp: typed['help'] === true, isVersion: typed['version'] === true };
  refuseUnknownFlags(typed, [...flagNames.keys(), ...idleNames()]);
  const idle = Object.keys(locustOnly).filter((name) => typed[name] !== undefined);
  for (const name of idle) {
    const { refused } = locustOnly[name] ?? {};
    if (refused !== undefined && !asked.isHelp) throw new BoomerError('usage', `--${name}: ${refused}`);
  }
  const flags = new Map<OptionName, Given>();
  for (const name of optionNames) if (typed[name] !== undefined) flags.set(name, { raw: typed[name], where: `--${name}` });
  return { words: wordsOf(typed), flags, idle: idle.map(dashed), ...asked };
}

/** What stands behind `--` is the scenario's own (`ownArguments`). */
function ours(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** For a command with a table of its own; throws a BoomerError for a flag that it does not have. */
export function readOwnFlags(args: readonly string[], table: Flags): { readonly typed: Typed; readonly words: readonly string[]; readonly isHelp: boolean } {
  const typed = parsed(args, table);
  refuseUnknownFlags(typed, Object.entries(table).flatMap(([name, { alias }]) => [name, ...(alias === undefined ? [] : [alias].flat())]));
  return { typed, words: wordsOf(typed), isHelp: typed['help'] === true };
}

function parsed(args: readonly string[], table: Flags): Typed {
  const parser = yargs([...args])
    .help(false)
    .version(false)
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true, 'dot-notation': false, 'duplicate-arguments-array': true, 'boolean-negation': false, 'parse-numbers': false, 'parse-positional-numbers': false, 'greedy-arrays': false })
    .options({ ...table, help: { alias: 'h', type: 'boolean' }, version: { alias: 'V', type: 'boolean' } })
    .exitProcess(false)
    .fail((message, error) => {
      throw usageError(message ?? error?.message ?? '');
    });
  // yargs gives a switch that nobody typed as undefined or leaves it out, as it likes.
  return Object.fromEntries(Object.entries(parser.parseSync() as Typed).filter(([, value]) => value !== undefined));
}

function allFlags(): Flags {
  const own = optionNames
    .filter((name) => optionTable[name].hasNoFlag === undefined)
    .map((name): [string, Options] => {
      const { kind, aliases, bare } = optionTable[name];
      const alias = { alias: [...(aliases ?? [])] };
      if (kind === 'switch') return [name, { ...alias, type: 'boolean' }];
      const isList = kind === 'texts' || kind === 'names' || kind === 'pairs';
      return [name, { ...alias, type: 'string', array: isList, requiresArg: bare === undefined }];
    });
  const idle = Object.entries(locustOnly).map(([name, { takesValue, aliases }]): [string, Options] => [name, { alias: [...(aliases ?? [])], type: takesValue ? 'string' : 'boolean' }]);
  return Object.fromEntries([...own, ...idle]);
}

function idleNames(): readonly string[] {
  return Object.entries(locustOnly).flatMap(([name, { aliases }]) => [name, ...(aliases ?? [])]);
}

function wordsOf(typed: Typed): readonly string[] {
  const words = typed['_'];
  return Array.isArray(words) ? words.map(String) : [];
}

/** yargs' own complaints, in our words. */
function usageError(message: string): BoomerError {
  const flag = /^Not enough arguments following: (.+)$/u.exec(message)?.[1];
  return new BoomerError('usage', flag === undefined ? message : `${dashed(flag)} expects a value`);
}

function refuseUnknownFlags(typed: Typed, known: readonly string[]): void {
  const all = new Set([...known, 'h', 'help', 'V', 'version', '_', '$0']);
  for (const name of Object.keys(typed)) {
    if (all.has(name)) continue;
    const candidates = [...all].filter((candidate) => candidate.length > 1 && candidate !== '$0');
    const meant = nearest(name, candidates) ?? (name.length > 2 ? candidates.find((candidate) => candidate.startsWith(name)) : undefined);
    throw new BoomerError('usage', `unknown flag ${dashed(name)}${meant === undefined ? '' : `: did you mean --${meant}?`}`);
  }
}
