/**
 * The command line: finds out which command is meant, gathers what was said about its options, and hands over.
 */
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { BoomerError } from '../util/boomerError.ts';
import { harmlessLog } from '../util/harmless.ts';
import { homeFolder } from '../util/homeFolder.ts';
import { createLogger } from '../util/logger.ts';
import { redactText } from '../util/redaction.ts';
import { readText } from '../util/textFile.ts';
import { importCompiled } from '../compile/bundle.ts';
import { chosenCommand, defaultFile, idleOptions, splitClasses, splitCommand, type Remark } from './chosenCommand.ts';
import { firstWord, readCommandLine, readOwnFlags, type CommandLine, type Flags, type Typed } from './commandLine.ts';
import { readConfigFiles } from '../options/configFiles.ts';
import { environmentLayer, environmentNews, optionsAmong, setVariables } from '../options/environmentLayer.ts';
import { heededAnswers, mergeLayers, settingsOf, valueOf, type Answers, type CommandName, type Layer, type Settings } from '../options/settings.ts';
import { unknownFlag, type OptionKey } from '../options/optionTable.ts';
import { ownVersion } from '../session/ownVersion.ts';
import { dataOut, guardStandardStreams, isOnTerminal, settleStandardStreams, takeStdout } from '../session/standardStreams.ts';
import { exitCode } from '../session/verdict.ts';
import { visibleLog } from '../session/visibleLog.ts';

/** What only some command needs, loaded by who needs it: each file takes about a millisecond of every start. */
const later = {
  help: () => import('./help.ts'),
  showConfig: () => import('./help.ts'),
  workerCommand: () => import('./worker/workerCommand.ts'),
  runCommand: () => import('./run/runCommand.ts'),
  initCommand: () => import('./init/initCommand.ts'),
  debugOptions: () => import('./run/debugOptions.ts'),
  completionCommand: () => import('./completionCommand.ts'),
  compareCommand: () => import('./compareCommand.ts'),
  importCommand: () => import('./importCommand.ts'),
  replayCommand: () => import('./replay/replayCommand.ts'),
  recordCommand: () => import('./recordCommand.ts'),
  locustfileCommand: () => import('./swarm/locustfileCommand.ts'),
  swarmCommand: () => import('./swarm/swarmCommand.ts'),
  swarmFlags: () => import('./swarm/swarmFlags.ts'),
} as const;

/**
 * Runs `boomer-node ARGS…` to its end and resolves with the exit code. `program` is a scenario file that calls `run()`
 * and was itself started by node.
 */
export async function main(args: readonly string[], program: string | null = null): Promise<number> {
  guardStandardStreams();
  const code = await exitCodeOf(args, program);
  await settleStandardStreams(code);
  return code;
}

async function exitCodeOf(args: readonly string[], program: string | null): Promise<number> {
  try {
    // The whole line is taken apart to tell the command from a flag's value; hardly ever is there anything to tell.
    const isLikely = args.some((word) => withOwnFlags.has(word));
    const command = isLikely ? withOwnFlags.get(firstWord(args) ?? '') : undefined;
    return command === undefined ? await loadTest(args, program) : await command(args);
  } catch (error) {
    if (!(error instanceof BoomerError)) throw error;
    process.stderr.write(`${harmlessLog(redactText(`boomer-node: ${error.message}`))}\n`);
    if (error.code === 'usage') process.stderr.write('See boomer-node --help.\n');
    return exitCode.usage;
  }
}

/** Commands that have flags of their own, by name. */
const withOwnFlags: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map(Object.entries({ compare, completion, debug, import: importTraffic, init, locustfile, record, replay, swarm }));

/** Runs a command that has a table of flags all its own; who asks for help or for the version gets that alone. */
async function withOwnTable(args: readonly string[], about: string, table: Flags, act: (typed: Typed, words: readonly string[]) => number | Promise<number>): Promise<number> {
  const { typed, words, isHelp, isVersion } = readOwnFlags(args, table);
  if (isHelp) return print((await later.help()).ownHelp(about, table, columns()));
  return isVersion ? print(`${await ownVersion()}\n`) : act(typed, words.slice(1));
}

async function init(args: readonly string[]): Promise<number> {
  const about = 'boomer-node init [folder]\n\nWrites a load test for the project in this folder: a scenario, boomer.config, a small target to try it on, scripts, and a workflow on GitHub. It overwrites nothing.';
  return withOwnTable(args, about, {}, async (_, words) => (await later.initCommand()).runInit(words, { cwd: process.cwd(), version: await ownVersion(), userAgent: process.env['npm_config_user_agent'], print }));
}

async function completion(args: readonly string[]): Promise<number> {
  const about = 'boomer-node completion [bash|zsh|fish]\n\nPrints the script by which a shell completes commands, flags and files; its first line says where it belongs. Without a name it is for the shell of $SHELL.';
  return withOwnTable(args, about, {}, async (_, words) => print((await later.completionCommand()).completionScript(words, process.env['SHELL'])));
}

async function debug(args: readonly string[]): Promise<number> {
  const { debugAnswers, debugArgs } = await later.debugOptions();
  const line = readCommandLine(debugArgs(args), true, ['task']);
  if (line.isHelp) return print((await later.help()).debugHelp(columns()));
  const version = await ownVersion();
  if (line.isVersion) return print(`${version}\n`);
  const asked = await askedFor(line, 'run', line.words.slice(1), { randomSeed: anySeed, changed: debugAnswers });
  if (asked.settings.showsConfig) return showConfig(asked);
  say(asked.settings, asked.remarks);
  return (await later.runCommand()).runLocal(asked.settings, version, line.own);
}

async function loadTest(args: readonly string[], program: string | null): Promise<number> {
  const line = readCommandLine(args, true);
  const { named, files: words } = splitCommand(line.words, existsSync);
  if (line.isHelp) return print((await later.help()).helpOf(named, columns()));
  const version = await ownVersion();
  if (line.isVersion) return print(`${version}\n`);

  const asked = await askedFor(line, named, words, { program, randomSeed: anySeed });
  const { command, settings } = asked;
  if (settings.showsConfig) return showConfig(asked);
  say(settings, asked.remarks);
  return command === 'run' ? (await later.runCommand()).runLocal(settings, version, line.own) : (await later.workerCommand()).runWorker(settings, `boomer-node ${version}`);
}

type Asked = Gathered & { readonly settings: Settings; readonly positional: readonly string[] };

/** What a command was asked for: flags, variables and files as settings, and the words beside them as files and user classes. */
async function askedFor(line: CommandLine, named: CommandName | null, words: readonly string[], { program = null, randomSeed, changed = (said) => said }: { readonly program?: string | null; readonly randomSeed: () => string; readonly changed?: (said: Answers) => Answers }): Promise<Asked> {
  const { command, answers: all, remarks } = await gathered(line, named);
  const said = changed(all);
  if (command === 'worker') refuseOwnFlags(line);
  const unnamed = said.has('files') || program !== null ? null : defaultFile(existsSync);
  const { files, classes } = splitClasses(words, existsSync, said.has('files') || program !== null || unnamed !== null);
  const answers = classes.length === 0 ? said : new Map(said).set('userClasses', { raw: classes, where: 'command line', rank: 0 });
  const positional = program !== null ? [program, ...files] : files.length === 0 && unnamed !== null ? [unnamed] : files;
  return { command, answers, remarks, positional, settings: settingsOf(command, answers, { positional, randomSeed, readText }) };
}

function anySeed(): string {
  return String(randomInt(1_000_000_000));
}

async function showConfig({ command, answers, positional }: Asked): Promise<number> {
  return print((await later.showConfig()).shownConfig(command, heededAnswers(command, answers, positional), positional));
}

/** What makes stdout data, for a program that reads it. */
const printsData: readonly OptionKey[] = ['isJson', 'showsConfig', 'isList', 'showsTaskRatio', 'showsTaskRatioJson'];

type Gathered = { readonly command: CommandName; readonly answers: Answers; readonly remarks: readonly Remark[] };

/** All that was said, with the highest layer first: flags, variables, configuration files. */
async function gathered(line: CommandLine, named: CommandName | null): Promise<Gathered> {
  const real = { ...process.env };
  const environment = environmentLayer(real);
  const upper = mergeLayers([line.flags, environment]);
  // What a configuration or a scenario prints stands in no data; a swarm hands on what its master prints.
  if (named !== 'swarm' && printsData.some((key) => valueOf(upper, key) === true)) takeStdout();
  // Before anything of a team's own is loaded, its configuration included.
  setVariables(upper, process.env, readText);
  const configPath = valueOf(upper, 'configFile');
  const files = await readConfigFiles(
    { cwd: process.cwd(), home: homeFolder(), readText, importModule: importCompiled },
    configPath === null ? null : { path: configPath, where: upper.get('configFile')?.where ?? '--config' },
  );
  const ownFiles: readonly Layer[] = files.layers.filter((layer) => !files.locusts.has(layer));
  const command = chosenCommand(named, { flags: mergeLayers([line.flags]), environment: mergeLayers([environment]), ownFiles: mergeLayers(ownFiles) });
  const answers = mergeLayers([line.flags, environment, ...files.layers]);
  setVariables(answers, process.env, readText);
  const news = environmentNews(real);
  const forScenario = optionsAmong(Object.keys(process.env).filter((name) => process.env[name] !== real[name]));
  const remark = (level: Remark['level']) => (text: string): Remark => ({ level, text });
  return {
    command,
    answers,
    remarks: [
      ...[...files.warnings, ...news.misspelled].map(remark('warning')),
      ...news.foreign.map(remark('info')),
      ...(forScenario.length === 0 ? [] : [remark('warning')(`set for the scenario alone (-e, --env-file), not read as options: ${forScenario.join(', ')}`)]),
      // A swarm hands Locust's variables on.
      ...idleOptions(command, line, answers, command === 'swarm' ? files.idle : [...news.idle, ...files.idle]),
    ],
  };
}

async function swarm(args: readonly string[]): Promise<number> {
  const { flagsOfMaster, splitSwarmFlags } = await later.swarmFlags();
  const { own, others } = splitSwarmFlags(args, process.env);
  // Flags of the scenario's own are known to its locustfile, and so to the master, which refuses what is none.
  const line = readCommandLine(others, true, ['locust']);
  if (line.isHelp) return print((await later.help()).helpOf('swarm', columns()));
  const version = await ownVersion();
  if (line.isVersion) return print(`${version}\n`);
  const asked = await askedFor(line, 'swarm', line.words.slice(1), { randomSeed: anySeed });
  const { answers, positional, settings } = asked;
  if (settings.showsConfig) return showConfig(asked);
  say(settings, asked.remarks);
  return (await later.swarmCommand()).runSwarm(settings, own, [...flagsOfMaster(heededAnswers('swarm', answers, positional), settings), ...[...line.own].map(([name, value]) => (value === 'true' ? `--${name}` : `--${name}=${value}`))], `boomer-node ${version}`);
}

async function compare(args: readonly string[]): Promise<number> {
  const { compareFlags, compareOptions, runCompare } = await later.compareCommand();
  const about = 'boomer-node compare BASE HEAD\n\nCompares the summaries (--summary-export) of two runs.';
  return withOwnTable(args, about, compareFlags, (typed, words) => runCompare(compareOptions(typed, words), { stdout: dataOut, stderr: process.stderr, env: process.env }));
}

async function importTraffic(args: readonly string[]): Promise<number> {
  const { importFlags, importRequest, runImport } = await later.importCommand();
  const about = 'boomer-node import FILE… [-o scenario.ts]\n\nMakes a scenario of recorded traffic: HAR, curl commands, captures of GoReplay, access logs, Postman collections, OpenAPI.';
  return withOwnTable(args, about, importFlags, (typed, words) => runImport(importRequest(typed, words), { stdout: dataOut, stderr: process.stderr }));
}

async function replay(args: readonly string[]): Promise<number> {
  const { refuseLoadFlags, replayAnswers, replayFlags, replayScenario, splitReplayFlags } = await later.replayCommand();
  if (args.includes('--help') || args.includes('-h')) return print((await later.help()).ownHelp('boomer-node replay FILE --host URL\n\nSends the requests of a capture (.gor), a HAR or an access log at the moments at which they were recorded. Beside these it has the flags of run for time, judgement and reports.', replayFlags, columns()));
  const { asked: wanted, others } = splitReplayFlags(args);
  const line = readCommandLine(others);
  const version = await ownVersion();
  if (line.isVersion) return print(`${version}\n`);
  refuseLoadFlags(line.flags);
  const words = line.words.slice(1);
  const asked = await askedFor(line, 'run', words, { randomSeed: anySeed, changed: replayAnswers });
  if (asked.settings.showsConfig) return showConfig(asked);
  say(asked.settings, asked.remarks);
  const files = await replayScenario(words, wanted, asked.settings, process.cwd());
  return (await later.runCommand()).runLocal(asked.settings, version, line.own, files);
}

async function record(args: readonly string[]): Promise<number> {
  const { recordFlags, recordRequest, runRecord } = await later.recordCommand();
  const about = 'boomer-node record --target URL [-o FILE]\n\nPasses requests of a browser, or of any client, on to a target and records them, without secrets. Ctrl-C ends it.';
  return withOwnTable(args, about, recordFlags, async (typed, words) => runRecord(recordRequest(typed, words, new Date()), { version: await ownVersion(), stdout: dataOut, stderr: process.stderr, env: process.env }));
}

async function locustfile(args: readonly string[]): Promise<number> {
  const { locustfileRows, refuseIdleFlags, splitLocustfileFlags, writeLocustfile } = await later.locustfileCommand();
  const { own, others } = splitLocustfileFlags(args);
  const line = readCommandLine(others, false, ['output', 'check']);
  if (line.isHelp) return print((await later.help()).helpText("boomer-node locustfile [files…] [-o FILE]\n\nWrites a locustfile for a Locust master, whose workers are boomer-node's.", [{ title: 'Flags', rows: locustfileRows }], columns()));
  const version = await ownVersion();
  if (line.isVersion) return print(`${version}\n`);
  refuseIdleFlags(line.flags);
  // What a configuration or a scenario prints is no Python.
  if (own.outputFile === null) takeStdout();
  const { settings, remarks } = await askedFor(line, 'run', line.words.slice(1), { randomSeed: () => 'locustfile' });
  say(settings, remarks.filter(({ level }) => level === 'warning'));
  return writeLocustfile(settings, own, line.flags, version);
}

/** A master has the scenario's options in its form. */
function refuseOwnFlags({ own }: CommandLine): void {
  const [name] = own.keys();
  if (name !== undefined) throw unknownFlag(name);
}

/** What is worth a line goes where the log goes. */
function say({ logLevel, logFile }: Settings, remarks: readonly Remark[]): void {
  if (remarks.length === 0) return;
  const log = createLogger(logLevel, hostname(), [visibleLog(logFile, (line, short) => process.stderr.write(`${isOnTerminal() ? short : line}\n`))], () => new Date());
  for (const { level, text } of remarks) log(level, text);
}

function print(text: string): number {
  dataOut.write(text);
  return exitCode.ok;
}

function columns(): number {
  return Math.min(110, process.stdout.columns ?? 110);
}
