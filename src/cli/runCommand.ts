/**
 * `boomer-node run`: the same scenario without a master. The composition root of such a run: it knows the concrete parts,
 * and nothing but how they are wired.
 */
import { constants, hostname } from 'node:os';
import type { UsersInput } from '../protocol/worker/ports.ts';
import type { LocalRun } from '../run/localRun.ts';
import { createConsole, type Console } from '../outputs/console/console.ts';
import { endReport } from '../outputs/console/endReport.ts';
import { Outputs } from '../outputs/outputs.ts';
import type { RunResult } from '../report/runView.ts';
import { trustReport } from '../report/trust.ts';
import type { Pool } from '../engine/main/pool.ts';
import type { LogLevel } from '../engine/shared/messages.ts';
import { parseThresholds } from '../report/thresholds/parseThresholds.ts';
import { counted } from '../util/counted.ts';
import { createLogger, type Logger } from '../util/logger.ts';
import { ratePerSec } from '../util/rate.ts';
import { SteadyClock } from '../util/steadyClock.ts';
import { exitCode, mostSpecific } from './exitCodes.ts';
import { listenToKeys } from './keys.ts';
import { listTasks, runTasksOnce } from './onceCommands.ts';
import { RunNumbers } from './runNumbers.ts';
import { profileOutputs } from './profileOutputs.ts';
import { outputsOf, printJson, requestLogPath } from './runOutputs.ts';
import { configuredClasses, localPlan, runStart, threadsFor } from './runPlan.ts';
import { startSession } from './runSession.ts';
import type { RunSettings } from './runSettings.ts';
import { scenarioFiles } from './scenarioFiles.ts';
import { onSignals, type EndSignal } from './signals.ts';
import { dataOut, takeStdout, writeReport } from './standardStreams.ts';
import { startPool } from './startPool.ts';
import { terminalOf, type Terminal } from './terminal.ts';
import { verdictOf } from './verdict.ts';
import { visibleLog } from './visibleLog.ts';

/** Runs a scenario to its end and resolves with the exit code; rejects with a BoomerError for what is wrong before it begins. */
export async function runLocal(asked: RunSettings, version: string): Promise<number> {
  const settings: RunSettings = { ...asked, threadCount: threadsFor(asked) };
  const files = await scenarioFiles(settings.files, process.cwd());
  if (settings.display.isJson) takeStdout();
  const terminal = terminalOf(settings.display);
  const console = createConsole({ ...terminal, ...settings.display, nowMs: () => performance.now() });
  const log = createLogger(leastLevel(settings), hostname(), [visibleLog(settings.logFile, (line) => console.log(line))], () => new Date());
  if (settings.threadCount < asked.threadCount) log('info', `${counted(settings.threadCount, 'load thread')} instead of ${asked.threadCount}: each needs a user for its share of the arrivals`);
  const requestLog = requestLogPath(settings);
  const clock = new SteadyClock();
  const numbers = new RunNumbers(() => clock.nowSec(), (text) => log('warning', text));

  let run: LocalRun | null = null;
  let outputs: Outputs | null = null;
  const interrupt = (signal: EndSignal): void => {
    if (run === null) process.exit(128 + constants.signals[signal]);
    run.stop({ kind: 'signal', signal });
    // Of a run that is over already, what is left is to write.
    outputs?.hurry();
  };
  const stopListening = onSignals(interrupt);

  // What the scenario says while it loads waits for the run.
  const early: UsersInput[] = [];
  let pool: Pool | null = null;
  const take = (input: UsersInput): void => {
    if (input.kind === 'exception') numbers.exception(input);
    // Alone, a runner is its own master (Locust runners.py, LocalRunner.send_message).
    else if (input.kind === 'customFromUser' && pool !== null) pool.deliver(input.type, input.data);
    else if (run === null) early.push(input);
    else run.input(input);
  };
  pool = await startPool(settings, files, {
    ...numbers.ledgers,
    clockAnchorMs: clock.anchorMs,
    pace: {
      iterations: settings.iterations,
      maxRate: settings.maxRate,
      increaseRate: settings.increaseRate,
      arrivalsPerSec: settings.arrivals === null ? null : ratePerSec(settings.arrivals),
    },
    // Tasks that are run once have no warm-up.
    warmsUp: settings.runTasks === null && (settings.warmUpMs > 0 || settings.resetStats),
    httpDebug: settings.httpDebug,
    requestLogPath: requestLog,
    isAlone: true,
    onFailureSample: (sample) => numbers.failureSample(sample),
    onTrouble: (trouble) => numbers.trouble(trouble),
    log,
    sink: take,
  });
  // A message of a thread that was still loading finds all listeners by now.
  for (const input of early.filter(({ kind }) => kind === 'customFromUser')) take(input);
  try {
    if (settings.isList) return listTasks(pool, dataOut);
    if (settings.runTasks !== null) {
      const { host, parsedOptions } = localPlan(settings, pool.settings());
      pool.rehearse({ host, parsedOptions, tags: null, excludeTags: null, workerIndex: 0 });
      return await runTasksOnce(pool, settings.runTasks, numbers, terminal);
    }
    const result = await runLoad({ settings, version, requestLog, pool, numbers, clock, console, terminal, log, onRun: (begun, told) => {
      run = begun;
      outputs = told;
      for (const input of early) begun.input(input);
    }, interrupt });
    return result.exitCode;
  } finally {
    stopListening();
    console.end();
    await pool.close();
  }
}

type Load = {
  readonly settings: RunSettings;
  readonly version: string;
  readonly requestLog: string | null;
  readonly pool: Pool;
  readonly numbers: RunNumbers;
  readonly clock: SteadyClock;
  readonly console: Console;
  readonly terminal: Terminal;
  readonly log: Logger;
  readonly onRun: (run: LocalRun, outputs: Outputs) => void;
  readonly interrupt: (signal: EndSignal) => void;
};

async function runLoad({ settings, version, requestLog, pool, numbers, clock, console, terminal, log, onRun, interrupt }: Load): Promise<RunResult> {
  const scenario = pool.settings();
  const plan = localPlan(settings, scenario);
  // What was typed for users goes before what the scenario would do by itself.
  if (scenario.stages !== null && (settings.stages !== null || plan.load.kind === 'steady')) log('info', "the scenario's stages are passed over: the options say how many users there are");
  if (scenario.thresholds !== null && !settings.hasThresholds) log('info', "the scenario's thresholds are not judged: --no-thresholds");
  const classes = configuredClasses(pool.classes(), settings);
  const thresholds = settings.hasThresholds ? parseThresholds({ typed: settings.thresholds, exported: scenario.thresholds, fromFile: settings.thresholdsFromFile }) : [];
  const start = runStart(settings, plan, classes, version, clock.nowSec());
  const profiles = profileOutputs(settings, start, (what, path, durationMs) => pool.profile(what, path, durationMs));
  const outputs = new Outputs([...(await outputsOf(settings.outputs, settings.display.isJson, start)), ...profiles, console.output], log);
  await outputs.onStart(start);
  for (const { user_class_name: name, ...attributes } of settings.configUsers) pool.updateUserClass(String(name), attributes);
  const { run, result } = startSession({
    start,
    plan,
    users: { ...usersOf(pool), classes: () => classes },
    numbers,
    clock,
    thresholds,
    strictness: settings,
    outputs,
    arrivals: () => pool.arrivals(),
    trust: () => trustReport(pool.trust(), numbers.ownFailures),
    log,
  });
  onRun(run, outputs);
  const stopKeys = terminal.acceptsKeys
    ? listenToKeys({ stdin: process.stdin, onUsers: (by) => run.changeUsers(by), onQuit: () => run.stop({ kind: 'key' }), onInterrupt: () => interrupt('SIGINT') })
    : () => undefined;
  const measured = await result;
  stopKeys();
  // The scenario's `quitting` listeners have the last word on the exit code, as in Locust.
  const wished = await pool.close(measured.exitCode);
  // Those listeners may fail too, and the last lines of the request log be lost.
  const { errorsOutsideTasks, troubles } = numbers;
  const judged: RunResult = { ...measured, ...verdictOf({ ...measured, errorsOutsideTasks, troubles }, settings) };
  const final: RunResult = wished === null ? judged : { ...judged, exitCode: wished };
  const { failed } = await outputs.onStop(final);
  const ended: RunResult = failed.length === 0 ? final : { ...final, exitCode: mostSpecific(final.exitCode, exitCode.error), verdict: { passed: false, reasons: [...final.verdict.reasons, ...failed] } };
  console.end();
  if (settings.display.isJson) printJson(ended, dataOut);
  writeReport(endReport(ended, { columns: terminal.stream.columns(), colours: terminal.colours, isQuiet: settings.display.isQuiet, files: [...outputs.files(), ...(requestLog === null ? [] : [requestLog])] }));
  return ended;
}

/** `--quiet` leaves out what is no trouble. */
function leastLevel({ logLevel, display }: RunSettings): LogLevel {
  return display.isQuiet && (logLevel === 'debug' || logLevel === 'info') ? 'warning' : logLevel;
}

/** Methods of the pool, which are bound to it, as plain functions. */
function usersOf(pool: Pool): Parameters<typeof startSession>[0]['users'] {
  const { classes, counts, startRun, setUsers, stopUsers, spawningComplete, updateUserClass } = pool;
  return {
    classes,
    counts,
    startRun,
    setUsers,
    stopUsers,
    spawningComplete,
    updateUserClass,
    setCounting: (isOn) => pool.setCounting(isOn),
    startArrivals: () => pool.startArrivals(),
    iterationsLeft: () => pool.iterationsLeft(),
  };
}
