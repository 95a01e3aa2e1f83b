/** What `load()` is asked for: the options of `boomer-node run` by the names that they have in `boomer.config.ts`, and what only a program can give. */
import type { ProgramParts } from '../engine/here/programScenario.ts';
import type { BoomerConfig } from '../options/boomerConfig.ts';
import { configLayer } from '../options/configFiles.ts';
import type { ConfigDuration } from '../options/readers.ts';
import { mergeLayers, settingsOf, type Settings } from '../options/settings.ts';
import type { RunPhase } from '../report/runView.ts';
import type { LocalPlan } from '../run/loadPlan.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { readText } from '../util/textFile.ts';
import { isMap } from '../util/typeGuards.ts';

/** A user class as it is written: `class Shopper extends HttpUser { … }`. */
export type AnyUserClass = new () => { readonly environment: unknown; readonly random: unknown; readonly signal: AbortSignal };

/** What is a terminal's, a process's or a master's. */
type OfCommands =
  | 'quiet' | 'onlySummary' | 'noProgress' | 'noColor' | 'json' | 'headless' | 'env' | 'envFile'
  | 'masterHost' | 'masterPort' | 'precision' | 'onMasterLoss' | 'masterLossGrace';

/** The options of `load()`. Each that `boomer-node run` has means the same; configuration files and variables are not read. */
export type LoadOptions = Omit<BoomerConfig, OfCommands> & ProgramParts & {
  /** User classes of this program, which run in this thread. Else `files`, which are compiled and run in load threads, or with `threads: 0` in this thread. */
  readonly classes?: readonly AnyUserClass[];
  /** How long, counted from the first user: seconds, or a text such as `30s`. The same as `runTime`. */
  readonly duration?: ConfigDuration;
  /** Ends the load, as its time would; `load()` resolves with what was measured by then. */
  readonly signal?: AbortSignal;
  /** Called about once a second, and once at the end. What it throws is logged. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Is given each line of the log; without it nothing is logged. What it throws ends the load, and `load()` rejects with it. */
  readonly onLog?: (line: string) => void;
};

/** A load at one moment. */
export type LoadProgress = {
  readonly phase: RunPhase;
  /** Since the first user was asked for. */
  readonly elapsedMs: number;
  /** 0 … 1 of the time or the iterations, whichever is further; null: there is no such end. */
  readonly progress: number | null;
  readonly users: number;
  /** Live users by class. */
  readonly usersByClass: Readonly<Record<string, number>>;
  /** Since counting began. */
  readonly requests: number;
  readonly failures: number;
  /** Of the last second. */
  readonly requestsPerSec: number;
  readonly failuresPerSec: number;
  /** Of the last 10 s; null when there were no requests. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
};

/** The options as a command has them. Throws a BoomerError for wrong ones. */
export function settingsOfLoad(options: LoadOptions, randomSeed: () => string): Settings {
  if (!isMap(options)) throw wrong(`expects its options as an object, got ${printed(options)}`);
  for (const name of programOptions) assertKind(name, options[name]);
  const { classes, duration, ...others } = options;
  const config: BoomerConfig = Object.fromEntries(Object.entries(others).filter(([name, value]) => value !== undefined && !ofPrograms.has(name)));
  const command = Object.keys(config).find((name) => Object.hasOwn(ofCommands, name));
  if (command !== undefined) throw wrong(`has no option ${command}: that is for the command line${command.startsWith('env') ? ', a program sets process.env itself' : ''}`);
  if (duration !== undefined && config.runTime !== undefined) throw wrong('expects duration or runTime, got both: they are the same');
  if (classes !== undefined && config.files !== undefined) throw wrong('expects classes or files, got both: two loads may run at once');
  if (classes === undefined && config.files === undefined) throw wrong("expects whom to run: classes: [Shopper], or files: ['shop.ts']");
  if (classes !== undefined && (config.threads ?? 0) !== 0) throw wrong('runs classes in this thread: for load threads put them into a file, and name it by files');
  for (const name of withClasses) if (classes === undefined && options[name] !== undefined) throw wrong(`expects ${name} beside classes: with files, ${name === 'feeders' ? 'feeders stand in the files' : `a file exports ${name}`}`);
  const other = options.shape === undefined ? undefined : (['users', 'spawnRate', 'stages', 'rate', 'iterations'] as const).find((name) => options[name] !== undefined);
  if (other !== undefined) throw wrong(`expects shape or ${other}, got both: each says how many users there are`);
  const said = configLayer({ ...config, ...(duration === undefined ? {} : { runTime: duration }), ...(classes === undefined ? {} : { threads: 0 }) }, 'load()');
  return settingsOf('run', mergeLayers([said]), { positional: [], randomSeed, readText });
}

const ofCommands: Readonly<Record<OfCommands, true>> = {
  quiet: true, onlySummary: true, noProgress: true, noColor: true, json: true, headless: true, env: true, envFile: true,
  masterHost: true, masterPort: true, precision: true, onMasterLoss: true, masterLossGrace: true,
};

/** What a file would bring along. */
const withClasses = ['feeders', 'setup', 'teardown', 'shape'] as const;
const programOptions = ['classes', 'signal', 'onProgress', 'onLog', ...withClasses] as const satisfies readonly (keyof LoadOptions)[];
const ofPrograms: ReadonlySet<string> = new Set(programOptions);

function assertKind(name: (typeof programOptions)[number], value: unknown): void {
  if (value === undefined) return;
  const [kind, isOfKind] = kindOf(name, value);
  if (!isOfKind) throw wrong(`expects ${name} as ${kind}, got ${printed(value)}`);
}

function kindOf(name: (typeof programOptions)[number], value: unknown): readonly [kind: string, isOfKind: boolean] {
  switch (name) {
    case 'classes':
      return ['a list of user classes', Array.isArray(value) && value.length > 0];
    case 'feeders':
      return ['a list', Array.isArray(value)];
    case 'signal':
      // Of a realm of its own, as a test's may be, it is no instance of ours.
      return ['an AbortSignal', typeof value === 'object' && value !== null && 'throwIfAborted' in value && 'addEventListener' in value];
    case 'onProgress':
    case 'onLog':
    case 'setup':
    case 'teardown':
    case 'shape':
      return ['a function', typeof value === 'function'];
  }
}

/** The classes as a file would export them. Throws a BoomerError for what is no class, and for two of one name. */
export function classesByName(classes: readonly AnyUserClass[]): Readonly<Record<string, unknown>> {
  const exported: Record<string, unknown> = {};
  for (const [index, userClass] of classes.entries()) {
    if (typeof userClass !== 'function') throw wrong(`expects user classes, got ${printed(userClass)}`);
    const name = userClass.name === '' ? `User${index + 1}` : userClass.name;
    if (Object.hasOwn(exported, name) && exported[name] !== userClass) throw new BoomerError('two-classes-of-one-name', `two user classes are named ${name}: rename one, rows and users are told apart by name`);
    exported[name] = userClass;
  }
  return exported;
}

/** A program that waits for a load which nothing ends waits for ever. */
export function assertEnds({ load, runTimeMs, arrivalsMs, iterations }: LocalPlan, signal: AbortSignal | undefined): void {
  if (load.kind === 'steady' && runTimeMs === null && arrivalsMs === null && iterations === null && signal === undefined) throw wrong("expects an end: duration: '10s', iterations: 100, stages, or a signal");
}

function wrong(text: string): BoomerError {
  return new BoomerError('usage', `load() ${text}`);
}
