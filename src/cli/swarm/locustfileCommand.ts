/**
 * `boomer-node locustfile`: loads the scenario in one thread, and writes what a Locust master has to know of it. Exit code 0, or 1 when
 * `--check` finds a file that is not up to date.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { locustfile } from '../../cluster/locustfile.ts';
import { masterModules } from '../../cluster/masterModules.ts';
import { shippedLines } from '../../cluster/shippedScenario.ts';
import { ReportFile } from '../../outputs/reportFile.ts';
import type { ScenarioExports } from '../../engine/shared/messages.ts';
import { parseThresholds } from '../../report/thresholds.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { bundleForElsewhere, scenarioFiles } from '../../compile/bundle.ts';
import type { HelpRow } from '../help.ts';
import { optionTable, type OptionKey } from '../../options/optionTable.ts';
import { expected, isCode, text as line, writtenFile, type Given } from '../../options/readers.ts';
import type { Layer, Settings } from '../../options/settings.ts';
import { areRates } from '../../run/stages.ts';
import { exportedRates, passedOver, scenarioLoad } from '../../session/runPlan.ts';
import { openSession } from '../../session/session.ts';
import { dataOut } from '../../session/standardStreams.ts';
import { exitCode } from '../../session/verdict.ts';

/** What the command has for itself; null: not given. */
export type LocustfileFlags = { readonly outputFile: string | null; readonly checkedFile: string | null };

/** The flags of the command, for its help. */
export const locustfileRows: readonly HelpRow[] = [
  { left: '-o, --output FILE', right: 'Write it there [default: stdout]' },
  { left: '--check FILE', right: 'Write nothing; exit code 1 if this file is not what would be written' },
  { left: '-f, --file FILE', right: 'Scenario files or folders, as those without a flag' },
  { left: '--stage TIME:USERS', right: "Users over time, in place of the scenario's stages; repeat it for more" },
  { left: '--threshold RULE', right: "What must hold, beside the scenario's thresholds; repeat it for more" },
  { left: '--no-thresholds', right: 'None of them' },
  { left: '--threshold-exit-code CODE', right: 'Of a master whose test missed a threshold [default: 99]' },
  { left: '-e, --env NAME=VALUE, --env-file FILE, --config FILE', right: 'As for run' },
];

/** What of the options of `run` says something about a locustfile. */
const heeded: ReadonlySet<OptionKey> = new Set(['files', 'stages', 'thresholds', 'skipsThresholds', 'thresholdExitCode', 'variables', 'variablesFile', 'configFile', 'logLevel', 'logFile'] as const);

/** Splits the command's own flags from those that it has in common with `run`. */
export function splitLocustfileFlags(args: readonly string[]): { readonly own: LocustfileFlags; readonly others: readonly string[] } {
  const own = { outputFile: null as string | null, checkedFile: null as string | null };
  const others: string[] = [];
  for (let place = 0; place < args.length; place += 1) {
    const word = args[place] ?? '';
    const [, flag = '', joined] = /^(-o|--output|--check)(?:=(.*))?$/su.exec(word) ?? [];
    const field = flag === '' ? null : flag === '--check' ? 'checkedFile' : 'outputFile';
    if (field === null) {
      others.push(word);
      continue;
    }
    const value = joined ?? args[(place += 1)];
    if (value === undefined) throw new BoomerError('usage', `${flag} expects a value`);
    const given: Given = { raw: value, where: flag };
    own[field] = field === 'outputFile' ? writtenFile.read(given, () => null) : checkedFile(given);
  }
  if (own.outputFile !== null && own.checkedFile !== null) throw new BoomerError('usage', '--output and --check contradict each other: the one writes a file, the other only looks at it');
  return { own, others };
}

/** A scenario in its place has been taken for the value of a flag that lacks one. */
function checkedFile(given: Given): string {
  const path = line.read(given, () => null);
  if (isCode(path)) throw expected(given, 'a locustfile to look at, which is Python');
  return path;
}

/** Throws a BoomerError for a flag that means nothing here: a locustfile says what is tested, not how often. */
export function refuseIdleFlags(flags: Layer): void {
  for (const [key, { where }] of flags) {
    if (!heeded.has(key)) throw new BoomerError('usage', `${where} has no effect in a locustfile: give ${optionTable[key].group === 'Load' ? 'it' : 'the like'} to the master or the worker, or leave it out`);
  }
}

/** Resolves with the exit code; rejects with a BoomerError for a scenario that cannot be loaded, or that a master could not take. */
export async function writeLocustfile(settings: Settings, own: LocustfileFlags, flags: Layer, version: string): Promise<number> {
  const output = own.outputFile === null ? null : new ReportFile(own.outputFile);
  await output?.open();
  const path = resolve(own.outputFile ?? own.checkedFile ?? 'locustfile.py');
  const words = [...(settings.userClasses ?? []), ...typedAgain(flags, ['stages', 'thresholds', 'skipsThresholds', 'thresholdExitCode'])];
  // Who starts the master says how many users there are, unless the scenario does.
  const users = { users: null, spawnPerSec: null, arrivals: null, iterations: null, runTimeMs: null } as const;
  const { text } = await locustfileOf({ settings: { ...settings, ...users }, version, path, words, warn: (line) => void process.stderr.write(`boomer-node: ${line}\n`) });
  if (own.checkedFile !== null) return await check(own.checkedFile, text);
  if (output === null) dataOut.write(text);
  else await output.write(text);
  return exitCode.ok;
}

/** What a locustfile is made from. */
export type LocustfileRequest = {
  readonly settings: Settings;
  readonly version: string;
  /** Where it is going to be. */
  readonly path: string;
  /** More words of the command that makes it, as typed. */
  readonly words: readonly string[];
  readonly warn: (text: string) => void;
  /** False: signals are somebody else's; true when absent. */
  readonly heedsSignals?: boolean;
};

/** What became of it. */
export type MadeLocustfile = {
  readonly text: string;
  /** Whether it says how many users there are over time. */
  readonly hasLoad: boolean;
  /** Classes that a form could choose among. */
  readonly classCount: number;
};

/** The text of a locustfile, the scenario itself at its end. Rejects as `writeLocustfile` does. */
export async function locustfileOf({ settings: asked, version, path, words, warn, heedsSignals = true }: LocustfileRequest): Promise<MadeLocustfile> {
  const settings: Settings = { ...asked, threadCount: 1 };
  const files = await scenarioFiles(settings.files, process.cwd());
  const fromThere = files.map((file) => relative(dirname(path), file).split(sep).join('/'));
  const session = await openSession({ settings, level: settings.logLevel, show: warn, heedsSignals });
  const pool = await session.startPool({ ledgers: { define: () => undefined, threadEnded: () => undefined }, isAlone: true, workerIndex: null });
  try {
    const scenario = masterScenario(settings, pool.settings(), warn);
    if (settings.stages !== null && areRates(settings.stages)) throw new BoomerError('usage', 'stages of rates (30s:100/s) are for boomer-node run: with a master, stages say how many users there are, and --rate or static arrivals how many arrivals each of them stands for');
    const load = scenarioLoad(settings, scenario);
    for (const name of passedOver(load, settings, scenario)) warn(`the scenario's ${name} passed over: the options say how many users there are`);
    const text = locustfile({
      classes: pool.classes(),
      options: scenario.options,
      hasSetup: scenario.hasSetup,
      hasTeardown: scenario.hasTeardown,
      load,
      runTimeMs: settings.runTimeMs,
      thresholds: settings.skipsThresholds ? [] : parseThresholds({ typed: settings.thresholds, exported: scenario.thresholds, fromFile: settings.thresholdsFromFile }),
      thresholdExitCode: settings.thresholdExitCode,
      head: { version, files: fromThere, fileName: basename(path), words },
      modules: masterModules(),
      shipped: await shippedLinesOf(files, warn),
    });
    return { text, hasLoad: load !== null, classCount: pool.classes().length };
  } finally {
    await pool.close(exitCode.ok);
    session.close();
  }
}

/** The rest of it is for a master too. */
function masterScenario(settings: Settings, scenario: ScenarioExports, warn: (text: string) => void): ScenarioExports {
  if (scenario.stages === null || exportedRates(scenario) === null) return scenario;
  const why = settings.stages === null && settings.users === null ? 'with a master, stages say how many users there are, and --rate or static arrivals how many arrivals each of them stands for' : 'the options say how many users there are';
  warn(`the scenario's stages of rates are passed over: ${why}`);
  return { ...scenario, stages: null };
}

/** A scenario that runs here and cannot travel is no reason to have no locustfile. */
async function shippedLinesOf(files: readonly string[], warn: (text: string) => void): Promise<readonly string[]> {
  try {
    const { scenario, notes } = await bundleForElsewhere(files);
    for (const note of notes) warn(note);
    for (const { name, version } of scenario.outside) warn(`${name} holds native code and does not go along: where a worker is started with -f -, npm install ${name}@${version}`);
    return shippedLines(scenario);
  } catch (error) {
    if (!(error instanceof BoomerError)) throw error;
    warn(`workers need a copy of the scenario, since the master cannot ship it (-f -): ${error.message}`);
    return ['# It cannot be shipped: boomer-node locustfile says why.'];
  }
}

async function check(path: string, wanted: string): Promise<number> {
  const found = await readFile(path, 'utf8').catch(() => null);
  if (found === wanted) return exitCode.ok;
  const [foundLines, wantedLines] = [found ?? '', wanted].map((text) => text.split('\n'));
  const place = wantedLines?.findIndex((line, index) => line !== foundLines?.[index]) ?? 0;
  const what = found === null ? 'cannot be read' : `is not up to date: line ${place + 1} would be ${JSON.stringify(wantedLines?.[place] ?? '')}`;
  process.stderr.write(`boomer-node: ${path} ${what}. Make it anew with -o in place of --check\n`);
  return exitCode.error;
}

/** Flags as they were typed. */
function typedAgain(flags: Layer, keys: readonly OptionKey[]): readonly string[] {
  return keys.flatMap((key) => {
    const { raw } = flags.get(key) ?? { raw: [] };
    const flag = `--${optionTable[key].name}`;
    return [raw].flat().flatMap((value) => (typeof value === 'boolean' ? [value ? flag : `${flag}=false`] : [flag, String(value)]));
  });
}
