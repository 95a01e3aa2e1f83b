/**
 * What was said about options, in layers (flags, variables, configuration files: who says something in a higher one is obeyed), and the
 * checked values that a command makes of it.
 */
import { resolve } from 'node:path';
import { areRates } from '../run/stages.ts';
import { BoomerError } from '../util/boomerError.ts';
import type { Option } from './option.ts';
import { type OptionKey, optionKeys, optionTable, type AllSettings } from './optionTable.ts';
import type { Given, ReadText } from './readers.ts';
import { isUrl } from './urlOptions.ts';

/** What one place says. */
export type Layer = ReadonlyMap<OptionKey, Given>;

/** 0 is the highest layer, the flags. */
export type Answer = Given & { readonly rank: number };

/** What holds for each option that somebody said something about. */
export type Answers = ReadonlyMap<OptionKey, Answer>;

/** The highest layer wins, option by option; lists are not joined over layers. `layers` begin with the highest. */
export function mergeLayers(layers: readonly Layer[]): Answers {
  const answers = new Map<OptionKey, Answer>();
  for (const [rank, layer] of layers.entries()) {
    for (const [key, given] of layer) if (!answers.has(key)) answers.set(key, { ...given, rank });
  }
  return answers;
}

/** What was said, or the option's default; null: neither. */
export function givenOf(answers: Answers, key: OptionKey): Given | null {
  const said = answers.get(key);
  if (said !== undefined) return said;
  const { default: text } = optionTable[key];
  return text === undefined ? null : { raw: text, where: 'default' };
}

/** The checked value of one option; throws a BoomerError that names the place of a wrong one. */
export function valueOf<Key extends OptionKey>(answers: Answers, key: Key, readText: ReadText = () => null): AllSettings[Key] {
  const option: Option<AllSettings[Key]> = optionTable[key];
  const said = answers.get(key);
  if (said !== undefined) return option.reads.read(said, readText);
  return option.default === undefined ? option.otherwise : option.reads.read({ raw: option.default, where: 'default' }, readText);
}

/** Commands that share the options of the table. */
export type CommandName = 'run' | 'worker' | 'swarm';

/** Of an option that the command does not heed: as if nobody had said anything about it. */
export type Settings = AllSettings & { readonly seed: string };

/** What settings need beside what was said. */
export type SettingsContext = {
  /** Files that were named without a flag. */
  readonly positional: readonly string[];
  /** Of a run whose seed nobody chose. */
  readonly randomSeed: () => string;
  readonly readText: ReadText;
};

/** Throws a BoomerError that names the places of wrong values, and in a run of contradictions. */
export function settingsOf(command: CommandName, said: Answers, { positional, randomSeed, readText }: SettingsContext): Settings {
  const answers = heededAnswers(command, said, positional);
  refuseFilesOfOneName(answers, command);
  const valueFor = (key: OptionKey): unknown => valueOf(isHeeded(command, key) ? answers : nothingSaid, key, readText);
  const values = Object.fromEntries(optionKeys.map((key) => [key, valueFor(key)])) as AllSettings;
  return {
    ...values,
    files: filesOf(values.files, answers.get('files')?.rank === 0, positional),
    seed: values.seed ?? randomSeed(),
    // Without Locust's set-up, Python's logging shows warnings and errors.
    logLevel: !answers.has('logLevel') && values.skipsLogSetup ? 'warning' : values.logLevel,
  };
}

/**
 * What a command goes by of what was said: without what a higher layer has overruled, in a swarm also without what it does not heed; a worker decides nothing that could contradict
 * itself. Throws a BoomerError that names the places of contradictions.
 */
export function heededAnswers(command: CommandName, said: Answers, positional: readonly string[]): Answers {
  switch (command) {
    case 'worker': return said;
    case 'run': return withoutContradictions(answersOfRun(said, positional));
    case 'swarm': return withoutContradictions(new Map([...said].filter(([key]) => isHeeded(command, key))));
  }
}

/**
 * With URLs in place of a scenario: what is typed of a scenario contradicts them, what variables and files say of one is about another.
 * All users begin at once, and are there for 10 s, unless somebody says otherwise.
 */
function answersOfRun(said: Answers, positional: readonly string[]): Answers {
  const typedUrl = ofUrl.map((key) => said.get(key)).find((answer) => answer !== undefined);
  const files = filesOf(valueOf(said, 'files'), said.get('files')?.rank === 0, positional);
  const url = files.find(isUrl);
  if (url === undefined) {
    if (typedUrl !== undefined) throw new BoomerError('usage', `${typedUrl.where} expects a URL to request: boomer-node run http://localhost:8080/path`);
    return said;
  }
  const answers = new Map(said);
  for (const key of ofScenario) {
    const answer = said.get(key);
    if (answer?.rank === 0) throw new BoomerError('usage', `${answer.where} is for a scenario, and ${url} is a URL: keep a scenario of it with --save, and run that`);
    answers.delete(key);
  }
  const isSaid = (...keys: readonly OptionKey[]): boolean => keys.some((key) => said.has(key));
  const byDefault = (raw: string): Answer => ({ raw, where: 'default of a URL', rank: Infinity });
  if (!isSaid('runTimeMs', 'iterations', 'stages')) answers.set('runTimeMs', byDefault('10s'));
  if (!isSaid('spawnPerSec', 'arrivals', 'stages')) answers.set('spawnPerSec', byDefault(String(valueOf(said, 'users') ?? 1)));
  return answers;
}

const ofUrl: readonly OptionKey[] = ['method', 'headers', 'body', 'savedScenario'];
const ofScenario: readonly OptionKey[] = ['isWatching', 'host', 'userClasses', 'tags', 'excludeTags', 'configUsers'];

/** Whether an option means something to the command. */
export function isHeeded(command: CommandName, key: OptionKey): boolean {
  const { only, isMasters } = optionTable[key];
  if (command !== 'swarm') return (only ?? command) === command;
  return only === 'run' ? isMasters === true || ofLocustfile.has(key) : !ofSwarm.has(key);
}

/** What of a run's options stands in a locustfile. */
const ofLocustfile: ReadonlySet<OptionKey> = new Set(['stages', 'thresholds', 'skipsThresholds', 'thresholdExitCode'] as const);
/** What a swarm decides by itself. */
const ofSwarm: ReadonlySet<OptionKey> = new Set(['masterHost', 'masterPort', 'isWorker'] as const);

const nothingSaid = mergeLayers([]);

/** Files named without a flag are typed, as `--file` is: together they replace what variables and files say. */
function filesOf(said: readonly string[], isTyped: boolean, positional: readonly string[]): readonly string[] {
  return positional.length > 0 && !isTyped ? positional : [...positional, ...said];
}

/**
 * Options that say different things about the same: in one place that is a mistake, in two the higher layer has replaced
 * the lower one.
 */
const contradictions: readonly (readonly [a: OptionKey, b: OptionKey, why: string])[] = [
  ['stages', 'users', 'stages say how many users there are'],
  ['stages', 'spawnPerSec', 'stages say how fast users start'],
  ['stages', 'arrivals', 'each says how much load there is over time'],
  ['stages', 'maxRate', 'both set the pace of tasks'],
  ['stages', 'increaseRate', 'both set the pace of tasks'],
  ['arrivals', 'maxRate', 'both set the pace of tasks'],
  ['arrivals', 'increaseRate', 'both set the pace of tasks'],
  ['isWatching', 'runTasks', 'tasks that are run once have ended when the scenario is saved'],
  ['isWatching', 'isList', 'a list has no run that could begin anew'],
  ['runTasks', 'isList', 'each is a command of its own'],
  ['runTasks', 'showsTaskRatio', 'each is a command of its own'],
  ['runTasks', 'showsTaskRatioJson', 'each is a command of its own'],
  ['isList', 'showsTaskRatio', 'each is a command of its own'],
  ['isList', 'showsTaskRatioJson', 'each is a command of its own'],
  ['showsTaskRatio', 'showsTaskRatioJson', 'it is one or the other'],
];

/** The answers without those that a higher layer has overruled; throws a BoomerError that names both places. */
function withoutContradictions(answers: Answers): Answers {
  const left = new Map(answers);
  for (const [first, second, why] of contradictions) {
    const [a, b] = [left.get(first), left.get(second)];
    if (a === undefined || b === undefined || isOff(left, first) || isOff(left, second) || !isAboutTheSame(left, first, second)) continue;
    if (a.rank === b.rank) throw new BoomerError('usage', `${a.where} and ${b.where} contradict each other: ${why}`);
    left.delete(a.rank > b.rank ? first : second);
  }
  requireOther(left, 'csvFullHistory', 'csvPrefix');
  requireOther(left, 'cpuProfileMs', 'cpuProfile');
  requireOther(left, 'memoryProfileMs', 'memoryProfile');
  refuseWarmUpWithoutRun(left);
  refuseWatchInMainThread(left);
  return left;
}

/** Stages of users say how many there are, those of rates how often tasks begin. */
function isAboutTheSame(answers: Answers, first: OptionKey, second: OptionKey): boolean {
  const stages = first === 'stages' ? valueOf(answers, 'stages') : null;
  if (stages === null || second === 'arrivals') return true;
  return areRates(stages) === (second === 'maxRate' || second === 'increaseRate');
}

/** A rate of 0 or −1, a switch that says no. */
function isOff(answers: Answers, key: OptionKey): boolean {
  return optionTable[key].reads.kind === 'rate' ? valueOf(answers, key) === null : saysNo(answers, key);
}

/** Whether it is a switch, and off. */
export function saysNo(answers: Answers, key: OptionKey): boolean {
  return optionTable[key].reads.kind === 'switch' && valueOf(answers, key) === false;
}

/** Typed alone it does nothing, which nobody wants; from a file it waits for its other half. */
function requireOther(answers: Answers, key: OptionKey, needed: OptionKey): void {
  const given = answers.get(key);
  if (given?.rank === 0 && !answers.has(needed)) throw new BoomerError('usage', `${given.where} expects --${optionTable[needed].name} beside it`);
}

function refuseWarmUpWithoutRun(answers: Answers): void {
  const [warmUp, runTime] = [answers.get('warmUpMs'), answers.get('runTimeMs')];
  if (warmUp === undefined || runTime === undefined) return;
  const isShorter = valueOf(answers, 'warmUpMs') < (valueOf(answers, 'runTimeMs') ?? Infinity);
  if (!isShorter) throw new BoomerError('usage', `${warmUp.where} expects less than the run time (${typed(runTime)} from ${runTime.where}), got ${typed(warmUp)}: nothing would be counted`);
}

/** What has a file of its own. */
const writtenFiles = ['jsonFile', 'summaryFile', 'htmlFile', 'junitFile', 'requestLog', 'logFile'] as const satisfies readonly OptionKey[];

/** The last to be written would be all that is left. Devices and pipes take what comes. */
function refuseFilesOfOneName(answers: Answers, command: CommandName): void {
  const named = new Map<string, string>();
  for (const key of writtenFiles.filter((one) => isHeeded(command, one))) {
    const answer = answers.get(key);
    const path = valueOf(answers, key);
    if (answer === undefined || path === null || path.startsWith('/dev/')) continue;
    const whole = resolve(key === 'jsonFile' ? `${path}.json` : path);
    const other = named.get(whole);
    if (other !== undefined) throw new BoomerError('usage', `${other} and ${answer.where} name one file, ${path}: one would take the other's place`);
    named.set(whole, answer.where);
  }
}

/** Modules that were loaded there stay, with their listeners. */
function refuseWatchInMainThread(answers: Answers): void {
  const [watch, threads] = [answers.get('isWatching'), answers.get('threadCount')];
  if (watch === undefined || threads === undefined || isOff(answers, 'isWatching') || valueOf(answers, 'threadCount') > 0) return;
  throw new BoomerError('usage', `${watch.where} expects load threads, which begin anew with the scenario: ${typed(threads)} from ${threads.where} runs it in the main thread`);
}

function typed({ raw }: Answer): string {
  return String(raw);
}
