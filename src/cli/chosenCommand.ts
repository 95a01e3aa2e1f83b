/** Which command was meant (the one that was named, or the one that what was said implies), and which options have no effect in it. */
import type { LogLevel } from '../util/logger.ts';
import { scenarioExtensions } from '../compile/bundle.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { valueOf, type Answers, type Layer, isHeeded, saysNo, type CommandName } from '../options/settings.ts';
import { optionTable, type OptionKey } from '../options/optionTable.ts';

/** All commands, by name. */
export const commands: readonly string[] = ['run', 'debug', 'init', 'worker', 'compare', 'import', 'record', 'replay', 'locustfile', 'swarm', 'completion'];

/** What was said about options, by kind of place. */
export type Said = {
  readonly flags: Answers;
  readonly environment: Answers;
  /** Of our own configuration files: `headless` in a locust.conf is meant for Locust. */
  readonly ownFiles: Answers;
};

/** A command's name in front of the files, and the rest; a mistyped one is a mistake, unless `exists` such a file. */
export function splitCommand(words: readonly string[], exists: (path: string) => boolean): { readonly named: CommandName | null; readonly files: readonly string[] } {
  const [first, ...rest] = words;
  if (first === undefined) return { named: null, files: [] };
  if (first === 'run' || first === 'worker' || first === 'swarm') return { named: first, files: rest };
  const meant = /[./\\,]/u.test(first) || exists(first) ? null : nearest(first, commands);
  if (meant !== null) throw new BoomerError('usage', `unknown command "${first}": did you mean "${meant}"?`);
  return { named: null, files: words };
}

/** The scenario of who names none: `locustfile.ts` or its like in the current folder, as Locust takes its `locustfile.py`; null: there is none. */
export function defaultFile(exists: (path: string) => boolean): string | null {
  return scenarioExtensions.map((extension) => `locustfile${extension}`).find(exists) ?? null;
}

/**
 * Names of user classes among the words, as in Locust (`locust -f a.py Shopper Admin`): those that could be a class's, and are no
 * file's. `hasFile`: a file was named otherwise; without any, what looks like a class is a file that is not there.
 */
export function splitClasses(words: readonly string[], exists: (path: string) => boolean, hasFile: boolean): { readonly files: readonly string[]; readonly classes: readonly string[] } {
  const classes = words.filter((word) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word) && !exists(word));
  return hasFile || classes.length < words.length ? { files: words.filter((word) => !classes.includes(word)), classes } : { files: words, classes: [] };
}

/**
 * Without a name it is a worker, as long as nobody says `--headless`, `--run-tasks`, `--list` or one of Locust's two for ratios. What is typed goes before
 * variables and files, and a master that was named in the same place makes it a worker.
 */
export function chosenCommand(named: CommandName | null, { flags, environment, ownFiles }: Said): CommandName {
  if (named === 'run' && valueOf(flags, 'isWorker')) throw new BoomerError('usage', '--worker contradicts the command run');
  if (named !== null) return named;
  if (valueOf(flags, 'isWorker')) return 'worker';
  if (onceAlone.some((key) => flags.has(key) && !saysNo(flags, key))) return 'run';
  for (const said of [flags, environment, ownFiles]) {
    if (said.has('isHeadless')) return valueOf(said, 'isHeadless') ? 'run' : 'worker';
    if (valueOf(said, 'isWorker') || said.has('masterHost') || said.has('masterPort')) return 'worker';
  }
  return 'worker';
}

/** With one of them no users are started, and nothing of a run is judged or written; but for these. */
const onceAlone: readonly OptionKey[] = ['isList', 'showsTaskRatio', 'showsTaskRatioJson', 'runTasks'];
const groupsOfRuns: ReadonlySet<string> = new Set(['Load', 'Judgement', 'Reports', 'Profiles']);
const heededAnyway: ReadonlySet<OptionKey> = new Set(['threadCount', 'hangTimeoutMs', 'requestLog'] as const);
const heededByRatios: ReadonlySet<OptionKey> = new Set(['users', 'equalWeights'] as const);

/** A line of the log about options. */
export type Remark = { readonly level: LogLevel; readonly text: string };

/**
 * At most one line for each reason. What a master decides is a habit of those who start workers, and worth no warning. `idle`:
 * Locust's own options that variables and files have, each with its place.
 */
export function idleOptions(command: CommandName, line: { readonly flags: Layer; readonly idle: readonly string[] }, answers: Answers, idle: readonly string[]): readonly Remark[] {
  // A switch that says no changes nothing anyway.
  const foreign = [...answers.keys()].filter((key) => !isHeeded(command, key) && !saysNo(answers, key));
  const placeOf = (key: OptionKey): string => answers.get(key)?.where ?? '';
  const locusts = [...line.idle, ...idle];
  if (command === 'run') {
    const once = onceAlone.find((key) => line.flags.has(key)) ?? null;
    const isHeededAnyway = (key: OptionKey): boolean => heededAnyway.has(key) || (once?.startsWith('showsTaskRatio') === true && heededByRatios.has(key));
    const ofRuns = once === null ? [] : [...line.flags.keys()].filter((key) => !foreign.includes(key) && !isHeededAnyway(key) && groupsOfRuns.has(optionTable[key].group));
    return [...remarks('warning', 'no effect without a master', [...foreign.map(placeOf), ...locusts]), ...(once === null ? [] : remarks('warning', `no effect with --${optionTable[once].name}`, ofRuns.map(placeOf)))];
  }
  if (command === 'swarm') return remarks('warning', 'no effect in a swarm (Locust\'s own options are its flags or variables)', [...foreign.map(placeOf), ...locusts]);
  const isMasters = (key: OptionKey): boolean => optionTable[key].isMasters === true;
  // Somebody who types it here looks for that file here.
  const isReport = (key: OptionKey): boolean => isMasters(key) && line.flags.has(key) && optionTable[key].group === 'Reports';
  return [
    ...remarks('debug', 'left to the master', [...foreign.filter((key) => isMasters(key) && !isReport(key)).map(placeOf), ...locusts]),
    ...remarks('info', 'left to the master, which writes the reports', foreign.filter(isReport).map(placeOf)),
    ...remarks('warning', 'no effect in a worker, whose master decides load and reports (for boomer-node run)', foreign.filter((key) => !isMasters(key)).map(placeOf)),
  ];
}

function remarks(level: LogLevel, text: string, places: readonly string[]): readonly Remark[] {
  return places.length === 0 ? [] : [{ level, text: `${text}: ${places.join(', ')}` }];
}
