/**
 * Takes a command line apart. The only owner of `yargs`, of whose parser it makes use: its help and its languages would cost every start
 * their time. What a person typed becomes what the parser takes first: Locust's lists (`-T a b c`), flags whose value is optional, Go's
 * single dash (`-max-rps 5`, as boomer takes it), and a value that stands beside its letter (`-t1s`).
 */
import { Parser } from 'yargs/helpers';
import { locustOnly } from '../cluster/locustOptions.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import type { Layer } from '../options/settings.ts';
import { dashed, flagNames, optionKeys, optionTable, unknownFlag, type OptionKey } from '../options/optionTable.ts';
import { switchOf, type Given } from '../options/readers.ts';
import { commands } from './chosenCommand.ts';

/** A command line, taken apart. */
export type CommandLine = {
  /** What is no flag, in order; without what stands behind `--`. */
  readonly words: readonly string[];
  readonly flags: Layer;
  /** Locust's own flags that were typed and mean nothing here. */
  readonly idle: readonly string[];
  /** Flags that may be the scenario's own options, by name; a flag without a value is `true`. */
  readonly own: ReadonlyMap<string, string>;
  readonly isHelp: boolean;
  readonly isVersion: boolean;
};

/** What was typed, by names of flags. */
export type Typed = Readonly<Record<string, unknown>>;

/** A flag as the parser is told of it; `describe` is its line of help. */
export type Flag = {
  readonly type: 'string' | 'boolean';
  readonly alias?: string | readonly string[];
  /** It may be given several times. */
  readonly array?: boolean;
  /** A mistake without a value. */
  readonly requiresArg?: boolean;
  readonly describe?: string;
};
/** A command's own table, by names. */
export type Flags = Readonly<Record<string, Flag>>;

/** The command that was named, so that its own flags can be told from mistakes; the first word, whatever it is. */
export function firstWord(args: readonly string[]): string | null {
  return wordsOf(parsed(spreadLists(ours(args)), allFlags()))[0] ?? null;
}

/**
 * For `run` and `worker`. Throws a BoomerError for a flag that would change what happens, or that does not exist. `mayBeOwn`: one that is
 * like no other may be an option that the scenario declares, and is left to who has loaded it. `commandsOwn`: names of flags that the command has taken out before, for who
 * mistypes one.
 */
export function readCommandLine(args: readonly string[], mayBeOwn = false, commandsOwn: readonly string[] = []): CommandLine {
  const typed = parsed(spreadLists(ours(args)), allFlags());
  const asked = { isHelp: typed['help'] === true, isVersion: typed['version'] === true };
  const own = refuseUnknownFlags(typed, [...flagNames.keys(), ...idleNames(), ...commandsOwn], mayBeOwn);
  // A switch that is off changes nothing anyway.
  const idle = Object.keys(locustOnly).filter((name) => typed[name] !== undefined && typed[name] !== false);
  for (const name of idle) {
    const { refused } = locustOnly[name] ?? {};
    if (refused !== undefined && !asked.isHelp) throw new BoomerError('usage', `--${name}: ${refused}`);
  }
  const flags = new Map<OptionKey, Given>();
  for (const key of optionKeys) {
    const { name } = optionTable[key];
    if (typed[name] !== undefined) flags.set(key, { raw: typed[name], where: `--${name}` });
  }
  return { words: wordsOf(typed), flags, idle: idle.map(dashed), own, ...asked };
}

/** What stands behind `--` is the scenario's own (`ownArguments`). */
function ours(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** For a command with a table of its own; throws a BoomerError for a flag that it does not have. */
export function readOwnFlags(args: readonly string[], table: Flags): { readonly typed: Typed; readonly words: readonly string[]; readonly isHelp: boolean; readonly isVersion: boolean } {
  const typed = parsed(args, table);
  refuseUnknownFlags(typed, Object.entries(table).flatMap(([name, { alias }]) => [name, ...(alias === undefined ? [] : [alias].flat())]));
  return { typed, words: wordsOf(typed), isHelp: typed['help'] === true, isVersion: typed['version'] === true };
}

function parsed(args: readonly string[], table: Flags): Typed {
  const flags = Object.entries<Flag>({ ...table, help: { alias: 'h', type: 'boolean' }, version: { alias: 'V', type: 'boolean' } });
  const namesOf = (isSuch: (flag: Flag) => boolean): string[] => flags.flatMap(([name, flag]) => (isSuch(flag) ? [name] : []));
  const { argv, error } = Parser.detailed(plainSwitches(args, flags), {
    alias: Object.fromEntries(flags.map(([name, { alias = [] }]) => [name, [alias].flat()])),
    array: namesOf(({ array }) => array === true),
    boolean: namesOf(({ type }) => type === 'boolean'),
    string: namesOf(({ type }) => type === 'string'),
    // Not a number: as many as there are, at least one.
    narg: Object.fromEntries(namesOf(({ requiresArg }) => requiresArg === true).map((name) => [name, Number.NaN])),
    configuration: { 'camel-case-expansion': false, 'strip-aliased': true, 'dot-notation': false, 'duplicate-arguments-array': true, 'boolean-negation': false, 'parse-numbers': false, 'parse-positional-numbers': false, 'greedy-arrays': false },
  });
  if (error) throw usageError(error.message);
  // A switch that nobody typed may be there as undefined.
  return Object.fromEntries(Object.entries<unknown>(argv).filter(([, value]) => value !== undefined));
}

/** `--json=yes` → `--json=true`: the parser takes all but `true` for no, a slip too. Throws a BoomerError for what is neither on nor off. */
function plainSwitches(args: readonly string[], flags: readonly (readonly [string, Flag])[]): string[] {
  const switches = new Set(flags.flatMap(([name, { type, alias = [] }]) => (type === 'boolean' ? [name, ...[alias].flat()] : [])));
  return args.map((word) => {
    const [, flag = '', raw = ''] = /^(-[a-z]+|--[a-z][\w-]*)=(.*)$/isu.exec(word) ?? [];
    // Of letters in a row, the last has the value.
    const name = flag.startsWith('--') ? flag.slice(2) : flag.slice(-1);
    return switches.has(name) ? `${flag}=${switchOf({ raw, where: dashed(name) })}` : word;
  });
}

function allFlags(): Flags {
  const own = optionKeys
    .filter((key) => optionTable[key].hasNoFlag === undefined)
    .map((key): [string, Flag] => {
      const { name, reads: { kind }, aliases, bare } = optionTable[key];
      const alias = { alias: [...(aliases ?? [])] };
      if (kind === 'switch') return [name, { ...alias, type: 'boolean' }];
      const isList = kind === 'texts' || kind === 'names' || kind === 'pairs';
      return [name, { ...alias, type: 'string', array: isList, requiresArg: bare === undefined }];
    });
  const idle = Object.entries(locustOnly).map(([name, { takesValue, aliases }]): [string, Flag] => [name, { alias: [...(aliases ?? [])], type: takesValue ? 'string' : 'boolean' }]);
  return Object.fromEntries([...own, ...idle]);
}

function idleNames(): readonly string[] {
  return Object.entries(locustOnly).flatMap(([name, { aliases }]) => [name, ...(aliases ?? [])]);
}

function wordsOf(typed: Typed): readonly string[] {
  const words = typed['_'];
  return Array.isArray(words) ? words.map(String) : [];
}

/** The parser's own complaints, in our words. */
function usageError(message: string): BoomerError {
  const flag = /^Not enough arguments following: (.+)$/u.exec(message)?.[1];
  return new BoomerError('usage', flag === undefined ? message : `${dashed(flag)} expects a value`);
}

/** Returns those that may be a scenario's. */
function refuseUnknownFlags(typed: Typed, known: readonly string[], mayBeOwn = false): ReadonlyMap<string, string> {
  const all = new Set([...known, 'h', 'help', 'V', 'version', '_', '$0']);
  const own = new Map<string, string>();
  for (const [name, value] of Object.entries(typed)) {
    if (all.has(name)) continue;
    const candidates = [...all].filter((candidate) => candidate.length > 1 && candidate !== '$0');
    const meant = nearest(name, candidates) ?? (name.length > 2 ? candidates.find((candidate) => candidate.startsWith(name)) : undefined) ?? null;
    if (!mayBeOwn || meant !== null || !/^[a-z][a-z\d_-]+$/u.test(name)) throw unknownFlag(name, meant);
    own.set(name, String([value].flat().at(-1)));
  }
  return own;
}

/**
 * `-T a b scenario.ts` → `-T a -T b scenario.ts`: words after a list's flag belong to it until the next flag, a path
 * (it has a slash, or the ending of a script) or a command. `--http-debug x` → `--http-debug=heads x`.
 */
export function spreadLists(typed: readonly string[]): readonly string[] {
  const args = withoutGo(typed);
  const spread: string[] = [];
  let list: { readonly flag: string; readonly option: OptionKey; count: number } | null = null;
  for (const word of args) {
    if (word.startsWith('-')) {
      const option = flagNames.get(word.replace(/^--?/u, ''));
      const bare = option === undefined ? undefined : optionTable[option].bare;
      spread.push(bare === undefined ? word : `${word}=${bare}`);
      list = option !== undefined && isList(option) ? { flag: word, option, count: 0 } : null;
    } else {
      // The first word is the flag's own in any case.
      if (list !== null && list.count > 0) {
        if (belongs(word, list.option)) spread.push(list.flag);
        else list = null;
      }
      if (list !== null) list.count += 1;
      spread.push(word);
    }
  }
  return spread;
}

/** Those that Locust takes as lists (`nargs="*"`), and boomer's tasks. */
function isList(option: OptionKey): boolean {
  return option === 'tags' || option === 'excludeTags' || option === 'configUsers' || option === 'runTasks';
}

/** Of flags with one dash: names of several letters get the second one, values their own word; `-f -` becomes `-f=-`. */
function withoutGo(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const word of args) {
    const last = words.at(-1);
    if (word === '-' && last !== undefined && takesValue(last.replace(/^--?/u, '')) === true && last.startsWith('-')) {
      words.splice(-1, 1, `${last}=-`);
      continue;
    }
    const [, letter = '', rest = ''] = /^-([a-z])([^=].*)$/isu.exec(word) ?? [];
    const name = `${letter}${rest}`.split('=', 1)[0] ?? '';
    if (letter === '') words.push(word);
    // What begins with no letter of ours is no row of letters: the name as a whole is unknown, and has neighbours.
    else if (takesValue(name) !== null || takesValue(letter) === null) words.push(`-${word}`);
    else if (takesValue(letter) === true) words.push(`-${letter}`, rest);
    else words.push(word);
  }
  return words;
}

/** Null: there is no such flag. */
function takesValue(flag: string): boolean | null {
  const option = flagNames.get(flag);
  if (option !== undefined) return optionTable[option].reads.kind !== 'switch' && optionTable[option].bare === undefined;
  const locusts = Object.entries(locustOnly).find(([own, { aliases = [] }]) => own === flag || aliases.includes(flag));
  return locusts === undefined ? null : locusts[1].takesValue;
}

function belongs(word: string, option: OptionKey): boolean {
  if (option === 'configUsers') return /^\s*[{[]|\.json$/u.test(word);
  return !commands.includes(word) && !/[/\\]|\.[cm]?[jt]s(?:,|$)/u.test(word);
}
