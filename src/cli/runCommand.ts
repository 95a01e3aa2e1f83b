/**
 * `boomer-node run`: the same scenario without a master. The composition root of such a run: it knows the concrete parts,
 * and nothing but how they are wired.
 */
import type { UsersInput } from '../protocol/worker/ports.ts';
import type { LocalUsers } from '../run/localRun.ts';
import { createConsole, type Console } from '../outputs/console/console.ts';
import { endReport } from '../outputs/console/endReport.ts';
import { Outputs } from '../outputs/outputs.ts';
import type { RunResult } from '../report/runView.ts';
import { trustReport } from '../report/trust.ts';
import type { ThreadPool } from '../engine/main/threadPool.ts';
import type { LogLevel } from '../engine/shared/messages.ts';
import { parseThresholds } from '../report/thresholds.ts';
import { counted } from '../util/counted.ts';
import { listenToKeys } from './keys.ts';
import { measureRun } from './measureRun.ts';
import { listTasks, runTasksOnce } from './onceCommands.ts';
import { openSession, type EndSignal, type Session } from './session.ts';
import type { Settings } from './options/settings.ts';
import { RunNumbers } from './runNumbers.ts';
import { profileOutputs } from './profileOutputs.ts';
import { outputsOf, printJson, requestLogPath } from './runOutputs.ts';
import { configuredClasses, localPlan, runStart, threadsFor } from './runPlan.ts';
import { dataOut, takeStdout, writeReport } from './standardStreams.ts';
import { displayOf, terminalOf, type Terminal } from './terminal.ts';
import { exitCode, mostSpecific, verdictOf } from './verdict.ts';

/** Runs a scenario to its end and resolves with the exit code; rejects with a BoomerError for what is wrong before it begins. */
export async function runLocal(asked: Settings, version: string): Promise<number> {
  const settings: Settings = { ...asked, threadCount: threadsFor(asked) };
  if (settings.isJson) takeStdout();
  const display = displayOf(settings, process.env);
  const terminal = terminalOf(display);
  const console = createConsole({ ...terminal, ...display, nowMs: () => performance.now() });
  const requestLog = requestLogPath(settings);
  const session = await openSession({ settings, level: minLevel(settings), show: (line) => console.log(line) });
  const { clock, log } = session;
  if (settings.threadCount < asked.threadCount) log('info', `${counted(settings.threadCount, 'load thread')} instead of ${asked.threadCount}: each needs a user for its share of the arrivals`);
  const numbers = new RunNumbers(() => clock.nowSec(), (text) => log('warning', text));
  const pool = await session.startPool({
    ...numbers.ledgers,
    // Tasks that are run once have no warm-up.
    warmsUp: settings.runTasks === null && (settings.warmUpMs > 0 || settings.resetStats),
    requestLogPath: requestLog,
    isAlone: true,
    onFailureSample: (sample) => numbers.failureSample(sample),
    onTrouble: (trouble) => numbers.trouble(trouble),
  });
  const load: Load = { settings, version, requestLog, session, pool, numbers, console, terminal };
  try {
    if (settings.isList) return listTasks(pool, dataOut);
    if (settings.runTasks === null) return (await runLoad(load)).exitCode;
    const { host, parsedOptions } = localPlan(settings, pool.settings());
    session.connect({ input: (input) => void lookAfter(input, load), signal: null });
    pool.rehearse({ host, parsedOptions, tags: null, excludeTags: null, workerIndex: 0 });
    return await runTasksOnce(pool, settings.runTasks, numbers, terminal);
  } finally {
    session.close();
    console.end();
    await pool.close();
  }
}

type Load = {
  readonly settings: Settings;
  readonly version: string;
  readonly requestLog: string | null;
  readonly session: Session;
  readonly pool: ThreadPool;
  readonly numbers: RunNumbers;
  readonly console: Console;
  readonly terminal: Terminal;
};

/** What concerns no run: true when that was all. */
function lookAfter(input: UsersInput, { numbers, pool }: Load): boolean {
  if (input.kind === 'exception') numbers.exception(input);
  // Alone, a runner is its own master (Locust runners.py, LocalRunner.send_message).
  else if (input.kind === 'customFromUser') pool.deliver(input.type, input.data);
  else return false;
  return true;
}

async function runLoad(load: Load): Promise<RunResult> {
  const { settings, version, requestLog, session, pool, numbers, console, terminal } = load;
  const { clock, log } = session;
  const scenario = pool.settings();
  const plan = localPlan(settings, scenario);
  // What was typed for users goes before what the scenario would do by itself.
  if (scenario.stages !== null && (settings.stages !== null || plan.load.kind === 'steady')) log('info', "the scenario's stages are passed over: the options say how many users there are");
  if (scenario.thresholds !== null && settings.skipsThresholds) log('info', "the scenario's thresholds are not judged: --no-thresholds");
  const classes = configuredClasses(pool.classes(), settings);
  const thresholds = settings.skipsThresholds ? [] : parseThresholds({ typed: settings.thresholds, exported: scenario.thresholds, fromFile: settings.thresholdsFromFile });
  const start = runStart(settings, plan, classes, version, clock.nowSec());
  const profiles = profileOutputs(settings, start, (what, path, durationMs) => pool.profile(what, path, durationMs));
  const outputs = new Outputs([...(await outputsOf(settings, start)), ...profiles, console.output], log);
  await outputs.onStart(start);
  for (const { user_class_name: name, ...attributes } of settings.configUsers) pool.updateUserClass(String(name), attributes);
  const { run, result } = measureRun({
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
  const signal = (name: EndSignal): void => {
    run.stop({ kind: 'signal', signal: name });
    // Of a run that is over already, what is left is to write.
    outputs.hurry();
  };
  session.connect({ input: (input) => lookAfter(input, load) || run.input(input), signal });
  const stopKeys = terminal.acceptsKeys
    ? listenToKeys({ stdin: process.stdin, onUsers: (by) => run.changeUsers(by), onQuit: () => run.stop({ kind: 'key' }), onInterrupt: () => signal('SIGINT') })
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
  if (settings.isJson) printJson(ended, dataOut);
  writeReport(endReport(ended, { columns: terminal.stream.columns(), colours: terminal.colours, isQuiet: settings.isQuiet, files: [...outputs.files(), ...(requestLog === null ? [] : [requestLog])] }));
  return ended;
}

/** `--quiet` leaves out what is no trouble. */
function minLevel({ logLevel, isQuiet }: Settings): LogLevel {
  return isQuiet && (logLevel === 'debug' || logLevel === 'info') ? 'warning' : logLevel;
}

/** Methods of the pool, which are bound to it, as plain functions. */
function usersOf(pool: ThreadPool): LocalUsers {
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
