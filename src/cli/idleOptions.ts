/** Says which of the options that somebody set, wherever, have no effect in the command that runs. */
import type { LogLevel } from '../engine/shared/messages.ts';
import type { CommandLine } from './commandLine.ts';
import type { CommandName } from './chosenCommand.ts';
import type { Answers } from './options/answers.ts';
import { optionTable, type OptionName } from './options/optionTable.ts';
import { isOn } from './options/readers.ts';

/** No users are started by `--list` and `--run-tasks`, and nothing of a run is judged or written; but for these. */
const groupsOfRuns: ReadonlySet<string> = new Set(['Load', 'Judgement', 'Reports', 'Profiles']);
const heededAnyway: ReadonlySet<OptionName> = new Set(['run-tasks', 'list', 'threads', 'hang-timeout', 'request-log'] as const);

export type Remark = { readonly level: LogLevel; readonly text: string };

/**
 * At most one line for each reason. What a master decides is a habit of those who start workers, and worth no warning. `idle`:
 * Locust's own options that variables and files have, each with its place.
 */
export function idleOptions(command: CommandName, line: Pick<CommandLine, 'flags' | 'idle'>, answers: Answers, idle: readonly string[]): readonly Remark[] {
  const foreign = [...answers.keys()].filter((name) => (optionTable[name].only ?? command) !== command && !isOff(answers, name));
  const placeOf = (name: OptionName): string => answers.get(name)?.where ?? '';
  const locusts = [...line.idle, ...idle];
  if (command === 'run') {
    const once = line.flags.has('list') ? 'list' : line.flags.has('run-tasks') ? 'run-tasks' : null;
    const ofRuns = once === null ? [] : [...line.flags.keys()].filter((name) => !foreign.includes(name) && !heededAnyway.has(name) && groupsOfRuns.has(optionTable[name].group));
    return [...remarks('warning', 'no effect without a master', [...foreign.map(placeOf), ...locusts]), ...remarks('warning', `no effect with --${once ?? 'list'}`, ofRuns.map(placeOf))];
  }
  const isMasters = (name: OptionName): boolean => optionTable[name].isMasters === true;
  return [
    ...remarks('debug', 'left to the master', [...foreign.filter(isMasters).map(placeOf), ...locusts]),
    ...remarks('warning', 'no effect in a worker, whose master decides load and reports (for boomer-node run)', foreign.filter((name) => !isMasters(name)).map(placeOf)),
  ];
}

/** A switch that says no changes nothing anyway. */
function isOff(answers: Answers, name: OptionName): boolean {
  return optionTable[name].kind === 'switch' && !isOn(answers, name);
}

function remarks(level: LogLevel, text: string, places: readonly string[]): readonly Remark[] {
  return places.length === 0 ? [] : [{ level, text: `${text}: ${places.join(', ')}` }];
}
