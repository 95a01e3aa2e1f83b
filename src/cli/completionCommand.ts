/** `boomer-node completion [bash|zsh|fish]`: the script by which a shell completes commands, flags, their values and scenario files. */
import { basename } from 'node:path';
import type { Option } from '../options/option.ts';
import { optionKeys, optionTable, type OptionKey } from '../options/optionTable.ts';
import { isHeeded, type CommandName } from '../options/settings.ts';
import { BoomerError } from '../util/boomerError.ts';
import { logLevels } from '../util/logger.ts';
import { commands } from './chosenCommand.ts';
import type { Flag as OwnFlag } from './commandLine.ts';
import { compareFlags } from './compareCommand.ts';
import { type HelpRow, commandRows } from './help.ts';
import { importFlags } from './importCommand.ts';
import { recordFlags } from './recordCommand.ts';
import { replayFlags } from './replay/replayCommand.ts';
import { locustfileRows } from './swarm/locustfileCommand.ts';
import { swarmRows } from './swarm/swarmFlags.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** A flag as a shell sees it. */
type Flag = {
  /** Without dashes; one letter: with one dash. */
  readonly names: readonly string[];
  readonly describe: string;
  readonly value: 'none' | 'any' | 'file' | readonly string[];
};

/** What stands in a command without a flag: files of some kind, or one of these words. */
type Argument = 'scenario' | 'file' | 'folder' | readonly string[];

/** `named`: as typed; without it `$SHELL` says which. Throws a BoomerError for another shell. */
export function completionScript(named: readonly string[], shellPath: string | undefined): string {
  const [shell = basename(shellPath ?? ''), ...others] = named;
  const known = shells.find((one) => one === shell);
  if (known === undefined || others.length > 0) throw new BoomerError('usage', `completion expects bash, zsh or fish, got ${[shell, ...others].join(' ') || 'nothing, and SHELL says nothing either'}`);
  return scripts[known](new Map(commands.map((command) => [command, { flags: flagsOf(command), argument: argumentOf(command) }])));
}

function flagsOf(command: string): readonly Flag[] {
  return [...ownFlagsOf(command), { names: ['h', 'help'], describe: 'Show the help', value: 'none' }];
}

function ownFlagsOf(command: string): readonly Flag[] {
  switch (command) {
    case 'run':
    case 'worker':
      return ofTable(command);
    case 'swarm':
      return [...fromRows(swarmRows), ...ofTable('swarm')];
    case 'debug':
      return [{ names: ['task'], describe: 'Run these tasks once each and end', value: 'any' }, ...ofTable('run')];
    case 'locustfile':
      return ofLocustfile();
    case 'compare':
      return fromOwn(compareFlags);
    case 'import':
      return fromOwn(importFlags);
    case 'record':
      return fromOwn(recordFlags);
    case 'replay': {
      const own = fromOwn(replayFlags);
      return [...own, ...ofTable('run').filter((flag) => !isAmong(flag, own))];
    }
    default:
      return [];
  }
}

/** Most of its flags are those of `run`. */
function ofLocustfile(): readonly Flag[] {
  const rows = fromRows(locustfileRows);
  const shared = ofTable('run').filter((flag) => isAmong(flag, rows));
  return [...rows.filter((flag) => !isAmong(flag, shared)), ...shared];
}

/** Whether one of these is it, by a name; a letter may mean another flag in another command (`-o`). */
function isAmong({ names }: Flag, flags: readonly Flag[]): boolean {
  return flags.some((flag) => flag.names.some((name) => name.length > 1 && names.includes(name)));
}

function argumentOf(command: string): Argument {
  switch (command) {
    case 'compare':
    case 'import':
    case 'replay':
      return 'file';
    case 'init':
      return 'folder';
    case 'completion':
      return shells;
    case 'record':
      return [];
    default:
      return 'scenario';
  }
}

const choices: Partial<Readonly<Record<OptionKey, readonly string[]>>> = { logLevel: logLevels, onMasterLoss: ['quit', 'wait', 'stop'] };

function ofTable(command: CommandName): readonly Flag[] {
  return optionKeys.filter((key) => isHeeded(command, key) && optionTable[key].hasNoFlag === undefined).map((key): Flag => {
    const { name, aliases = [], describe, reads, value = '', bare }: Option<unknown> = optionTable[key];
    const takesNone = reads.kind === 'switch' || bare !== undefined;
    return { names: [...aliases, name], describe, value: takesNone ? 'none' : (choices[key] ?? (/^(?:FILE|PREFIX)/u.test(value) ? 'file' : 'any')) };
  });
}

function fromOwn(table: Readonly<Record<string, OwnFlag>>): readonly Flag[] {
  return Object.entries(table).map(([name, { alias = [], describe = '', type }]) => ({ names: [...[alias].flat(), name], describe, value: type === 'boolean' ? 'none' : name === 'output' || name === 'o' ? 'file' : 'any' }));
}

/** `-o, --output FILE` */
function fromRows(rows: readonly HelpRow[]): readonly Flag[] {
  return rows.map(({ left, right }) => {
    const names = Array.from(left.matchAll(/(?<=^|[\s,])--?([\w-]+)/gu), ([, name = '']) => name);
    return { names, describe: right, value: left.includes('FILE') ? 'file' : / [A-Z]/u.test(left) ? 'any' : 'none' };
  });
}

type Table = ReadonlyMap<string, { readonly flags: readonly Flag[]; readonly argument: Argument }>;

const scripts: Readonly<Record<Shell, (table: Table) => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

const endings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];

function dashes(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function allFlags(table: Table): readonly Flag[] {
  return [...table.values()].flatMap(({ flags }) => flags);
}

/** Commands whose arguments are of a kind that has a line of its own, as one pattern of a shell's `case`. */
function withArgument(table: Table, argument: Argument): string {
  return [...table].filter(([, one]) => one.argument === argument).map(([command]) => command).join('|');
}

/** Commands whose arguments are words, with these. */
function withWords(table: Table): readonly (readonly [string, string])[] {
  return [...table].flatMap(([command, { argument }]) => (typeof argument === 'string' ? [] : [[command, argument.join(' ')] as const]));
}

/** All words of flags with such a value; where two commands differ in that, a file is asked for first. */
function withValue(table: Table, isSuch: (value: Flag['value']) => boolean): readonly string[] {
  return [...new Set(allFlags(table).filter(({ value }) => isSuch(value)).flatMap(({ names }) => names.map(dashes)))].sort();
}

function bashScript(table: Table): string {
  const listed = [...table].map(([command, { flags }]) => `    ${command}) flags='${flags.flatMap(({ names }) => names.filter((name) => name.length > 1).map(dashes)).join(' ')}' ;;`);
  const chosen = [...new Map(allFlags(table).flatMap(({ names, value }) => (typeof value === 'string' ? [] : [[names.map(dashes).join('|'), value] as const])))];
  return `# boomer-node in bash: eval "$(boomer-node completion bash)", for good in ~/.bashrc
_boomer_node() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= flags= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${[...table.keys()].join('|')}) command=$word; break ;; esac
  done
  COMPREPLY=()
  case $previous in
${chosen.map(([names, words]) => `    ${names}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current")); return ;;`).join('\n')}
    ${withValue(table, (value) => value === 'file').join('|')}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${withValue(table, (value) => value === 'any').join('|')}) return ;;
  esac
  case $command in
${listed.join('\n')}
    *) flags='--help --version' ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
    return
  fi
  case $command in
${withWords(table).map(([command, words]) => `    ${command}) COMPREPLY=($(compgen -W '${words}' -- "$current")); return ;;`).join('\n')}
  esac
  compopt -o filenames 2>/dev/null
  case $command in
    ${withArgument(table, 'file')}) COMPREPLY=($(compgen -f -- "$current")) ;;
    ${withArgument(table, 'folder')}) COMPREPLY=($(compgen -d -- "$current")) ;;
    *) COMPREPLY=($(compgen -d -- "$current") $(compgen -f -- "$current" | grep -E '\\.(${endings.join('|')})$')) ;;
  esac
  if [[ -z $command ]]; then COMPREPLY+=($(compgen -W '${[...table.keys()].join(' ')}' -- "$current")); fi
}
complete -F _boomer_node boomer-node
`;
}

/** In single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function zshScript(table: Table): string {
  const described = (name: string, text: string): string => quoted(`${name}:${text}`);
  const listed = [...table].map(([command, { flags }]) => `    (${command}) flags=(${flags.flatMap(({ names, describe }) => names.map((name) => described(dashes(name), describe))).join(' ')}) ;;`);
  const chosen = [...new Map(allFlags(table).flatMap(({ names, value }) => (typeof value === 'string' ? [] : [[names.map(dashes).join('|'), value] as const])))];
  return `#compdef boomer-node
# boomer-node in zsh: eval "$(boomer-node completion zsh)" behind compinit, for good in ~/.zshrc
_boomer_node() {
  local command= word
  local -a flags commands
  for word in \${words[2,CURRENT-1]}; do
    case $word in (${[...table.keys()].join('|')}) command=$word; break ;; esac
  done
  case $words[CURRENT-1] in
${chosen.map(([names, words]) => `    (${names}) compadd ${words.join(' ')}; return ;;`).join('\n')}
    (${withValue(table, (value) => value === 'file').join('|')}) _files; return ;;
    (${withValue(table, (value) => value === 'any').join('|')}) return ;;
  esac
  case $command in
${listed.join('\n')}
    (*) flags=('--help:Show the help' '--version:Show the version') ;;
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o flag flags
    return
  fi
  if [[ -z $command ]]; then
    commands=(${[...table.keys()].map((name) => described(name, aboutCommand(name))).join(' ')})
    _describe command commands
  fi
  case $command in
${withWords(table).map(([command, words]) => `    (${command}) ${words === '' ? 'return' : `compadd ${words}`} ;;`).join('\n')}
    (${withArgument(table, 'file')}) _files ;;
    (${withArgument(table, 'folder')}) _files -/ ;;
    (*) _files -g '*.(${endings.join('|')})(-.)' ;;
  esac
}
compdef _boomer_node boomer-node
`;
}

function fishScript(table: Table): string {
  const lines = [...table].flatMap(([command, { flags, argument }]) => [
    `complete -c boomer-node -n __fish_use_subcommand -a ${command} -d ${quoted(aboutCommand(command))}`,
    ...(argument === 'scenario' || argument === 'file' ? [] : [`complete -c boomer-node -n ${quoted(`__fish_seen_subcommand_from ${command}`)} -f -a ${quoted(argument === 'folder' ? '(__fish_complete_directories)' : argument.join(' '))}`]),
    ...flags.map(({ names, describe, value }) => {
      const named = names.map((name) => `${name.length === 1 ? '-s' : '-l'} ${name}`).join(' ');
      const takes = value === 'none' ? '' : value === 'file' ? ' -r -F' : value === 'any' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
      return `complete -c boomer-node -n ${quoted(`__fish_seen_subcommand_from ${command}`)} ${named}${takes} -d ${quoted(describe)}`;
    }),
  ]);
  return `# boomer-node in fish: boomer-node completion fish | source, for good in ~/.config/fish/completions/boomer-node.fish\n${lines.join('\n')}\n`;
}

function aboutCommand(command: string): string {
  return commandRows.find(({ left }) => left.split(' ', 1)[0] === command)?.right ?? '';
}
