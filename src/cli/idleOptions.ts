/** Says which of the flags that somebody typed have no effect in the command that runs. */
import type { LogLevel } from '../thread/messages.ts';
import type { CommandLine } from './commandLine.ts';
import type { CommandName } from './chosenCommand.ts';
import { optionTable, type OptionName } from './options/optionTable.ts';

/** No users are started by `--list` and `--run-tasks`, and nothing of a run is judged or written; but for these. */
const groupsOfRuns: ReadonlySet<string> = new Set(['Load', 'Judgement', 'Reports', 'Profiles']);
const heededAnyway: ReadonlySet<OptionName> = new Set(['run-tasks', 'list', 'threads', 'hang-timeout', 'request-log'] as const);

export type Remark = { readonly level: LogLevel; readonly text: string };

/** At most one line for each reason. What a master decides is a habit of those who start workers, and worth no warning. */
export function idleOptions(command: CommandName, { flags, idle }: CommandLine): readonly Remark[] {
  const foreign = [...flags.keys()].filter((name) => (optionTable[name].only ?? command) !== command);
  if (command === 'run') {
    const once = flags.has('list') ? 'list' : flags.has('run-tasks') ? 'run-tasks' : null;
    const ofRuns = once === null ? [] : [...flags.keys()].filter((name) => !foreign.includes(name) && !heededAnyway.has(name) && groupsOfRuns.has(optionTable[name].group));
    return [...remarks('warning', 'no effect without a master', [...foreign.map(dashedName), ...idle]), ...remarks('warning', `no effect with --${once ?? 'list'}`, ofRuns.map(dashedName))];
  }
  const isMasters = (name: OptionName): boolean => optionTable[name].isMasters === true;
  return [
    ...remarks('debug', 'left to the master', [...foreign.filter(isMasters).map(dashedName), ...idle]),
    ...remarks('warning', 'no effect in a worker (for boomer-node run)', foreign.filter((name) => !isMasters(name)).map(dashedName)),
  ];
}

function remarks(level: LogLevel, text: string, flags: readonly string[]): readonly Remark[] {
  return flags.length === 0 ? [] : [{ level, text: `${text}: ${flags.join(' ')}` }];
}

function dashedName(name: OptionName): string {
  return `--${name}`;
}
