/**
 * `boomer-node run`: the same scenario without a master. The composition root of such a run: it knows the concrete parts,
 * and nothing but how they are wired.
 */
import type { ThreadPool } from '../../engine/main/threadPool.ts';
import type { TaskRun } from '../../engine/shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import { type Console, createConsole } from '../../outputs/console/console.ts';
import { endReport, errorReport } from '../../outputs/console/endReport.ts';
import { coloursOf } from '../../outputs/console/table.ts';
import { taskRatioJson, taskRatioText } from '../../outputs/console/taskRatio.ts';
import { taskList, taskRunTable } from '../../outputs/console/taskTables.ts';
import { countOf } from '../../report/numberText.ts';
import type { RunResult } from '../../report/runView.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { counted } from '../../util/counted.ts';
import { nearest } from '../../util/nearest.ts';
import type { Settings } from '../../options/settings.ts';
import { profileOutputs } from '../../session/profileOutputs.ts';
import { RunNumbers } from '../../session/runNumbers.ts';
import { outputsOf, printJson, requestLogPath } from '../../session/runOutputs.ts';
import { configuredClasses, localPlan, runStart, threadsFor } from '../../session/runPlan.ts';
import { openSession, type Session } from '../../session/session.ts';
import { dataOut, isOnTerminal, printAbove, takeStdout, writeReport } from '../../session/standardStreams.ts';
import { displayOf, listenToKeys, type Terminal, terminalOf } from './terminal.ts';
import { filesToRun } from './urlScenario.ts';
import { exitCode } from '../../session/verdict.ts';
import { lookAfter, type RunControls, whatRuns, wholeRun, withScenario } from '../../session/wholeRun.ts';
import { watchedRuns } from './watchedRuns.ts';

/**
 * Runs a scenario to its end and resolves with the exit code; `ownFlags` are those that the scenario may have declared; `files`: its own, absolute, where the
 * settings name what it stands for; rejects with a BoomerError for what is wrong before it begins.
 */
export async function runLocal(asked: Settings, version: string, ownFlags: ReadonlyMap<string, string> = new Map(), files: readonly string[] | null = null): Promise<number> {
  const settings: Settings = { ...asked, threadCount: threadsFor(asked) };
  if (settings.isJson) takeStdout();
  const display = displayOf(settings, process.env);
  const terminal = terminalOf(display);
  const console = createConsole({ ...terminal, ...display, nowMs: () => performance.now() });
  if (terminal.stream.isTerminal) printAbove((lines) => console.log(lines));
  const asking: Asking = { settings, ownFlags, version, requestLog: requestLogPath(settings), files: files ?? (await filesToRun(settings, process.cwd())), console, terminal };
  const first = await openLoad(asking);
  const { log } = first.session;
  if (settings.threadCount < asked.threadCount) log('info', `${counted(settings.threadCount, 'load thread')} instead of ${asked.threadCount}: each needs a user for its share of the arrivals`);
  try {
    const { pool } = first;
    if (settings.isList) return printed(taskList(pool.classes()));
    if (settings.showsTaskRatio) return printed(taskRatioText(configuredClasses(pool.classes(), settings), settings.users));
    if (settings.showsTaskRatioJson) return printed(taskRatioJson(configuredClasses(pool.classes(), settings), settings.users));
    if (settings.runTasks !== null) return await runOnce(first, settings.runTasks);
    if (!settings.isWatching) return report(await runLoad(first), first);
    let last = { load: first, files: [] as readonly string[] };
    const result = await watchedRuns(first, {
      open: () => openLoad(asking, false),
      close: async (load) => {
        await closeLoad(load);
        load.session.removeFiles();
      },
      modules: ({ session }) => session.modules,
      run: async (load, changed, begun) => {
        load.session.heedSignals();
        const whole = await runLoad(load, changed, begun);
        last = { load, files: whole.files };
        return whole.ended;
      },
      cwd: process.cwd(),
      log,
    });
    return report({ ended: result, files: last.files }, last.load);
  } finally {
    console.end();
    await closeLoad(first);
  }
}

/** What loads of the same scenario have in common. */
type Asking = {
  readonly settings: Settings;
  readonly ownFlags: ReadonlyMap<string, string>;
  readonly version: string;
  readonly requestLog: string | null;
  /** Of the scenario, absolute. */
  readonly files: readonly string[];
  readonly console: Console;
  readonly terminal: Terminal;
};

/** A scenario that is loaded; `settings` know the options that it declares. */
type Load = Asking & { readonly session: Session; readonly pool: ThreadPool; readonly numbers: RunNumbers };

/** Not the first: a run goes on meanwhile, whose signals and request log these are; and what could not run is refused here. */
async function openLoad(asking: Asking, isFirst = true): Promise<Load> {
  const { settings, ownFlags, requestLog, files, console } = asking;
  const session = await openSession({ settings, level: minLevel(settings), show: (line, short) => console.log(isOnTerminal() ? short : line), files, heedsSignals: isFirst });
  const { clock, log } = session;
  const numbers = new RunNumbers(() => clock.nowSec(), (text) => log('warning', text));
  const pool = await session.startPool({
    ...numbers.ledgers,
    soFar: () => numbers.soFar(),
    // Tasks that are run once have no warm-up.
    warmsUp: settings.runTasks === null && (settings.warmUpMs > 0 || settings.resetStats),
    requestLogPath: requestLog,
    keepsRequestLog: !isFirst,
    isAlone: true,
    onFailureSample: (sample) => numbers.failureSample(sample),
    onTrouble: (trouble) => numbers.trouble(trouble),
  });
  const open: Omit<Load, 'settings'> = { ...asking, session, pool, numbers };
  try {
    const load: Load = { ...open, settings: withScenario(settings, ownFlags, pool) };
    if (!isFirst) whatRuns(load.settings, localPlan(load.settings, pool.settings()), pool);
    return load;
  } catch (error) {
    await closeLoad(open);
    throw error;
  }
}

/** May be called twice. */
async function closeLoad({ session, pool }: Pick<Load, 'session' | 'pool'>): Promise<void> {
  session.close();
  await pool.close();
}

type WholeRunEnd = { readonly ended: RunResult; readonly files: readonly string[] };

async function runLoad(load: Load, changed: string | null = null, begun: (stop: RunControls['stop']) => void = () => undefined): Promise<WholeRunEnd> {
  const { settings, numbers, session, pool, console, terminal } = load;
  const plan = localPlan(settings, pool.settings());
  const start = runStart(settings, plan, configuredClasses(pool.classes(), settings), load.version, session.clock.nowSec(), changed);
  const profiles = profileOutputs(settings, start, (what, path, durationMs) => pool.profile(what, path, durationMs));
  const whole = await wholeRun({
    settings,
    plan,
    start,
    session,
    pool,
    numbers,
    // Each run that begins anew would be one more summary of the workflow.
    outputs: [...(await outputsOf(settings, start, !settings.isWatching)), ...profiles, console.output],
    control(run) {
      begun(run.stop);
      return terminal.acceptsKeys
        ? listenToKeys({ stdin: process.stdin, onUsers: (by) => run.changeUsers(by), onQuit: () => run.stop({ kind: 'key' }), onInterrupt: () => run.signal('SIGINT') })
        : () => undefined;
    },
  });
  console.end();
  return whole;
}

/** Prints how it went; returns the exit code. */
function report({ ended, files }: WholeRunEnd, { settings, requestLog, terminal }: Load): number {
  if (settings.isJson) printJson(ended, dataOut);
  writeReport(endReport(ended, { columns: terminal.stream.columns(), colours: terminal.colours, isQuiet: settings.isQuiet, files: [...files, ...(requestLog === null ? [] : [requestLog])] }));
  return ended.exitCode;
}

async function runOnce({ settings, session, pool, numbers, terminal }: Load, names: readonly string[]): Promise<number> {
  const { host, parsedOptions } = localPlan(settings, pool.settings());
  session.connect({ input: (input) => void lookAfter(input, numbers, pool), signal: null });
  pool.rehearse({ host, parsedOptions, tags: null, excludeTags: null, workerIndex: 0 });
  return await runTasksOnce(pool, names, numbers, terminal);
}

/** `--quiet` leaves out what is no trouble. */
function minLevel({ logLevel, isQuiet }: Settings): LogLevel {
  return isQuiet && (logLevel === 'debug' || logLevel === 'info') ? 'warning' : logLevel;
}

function printed(data: string): number {
  dataOut.write(data);
  return exitCode.ok;
}

/**
 * `--run-tasks`, as boomer has it: runs each task once, in the order in which they are named, closes the pool, and prints how it went. Resolves with 107 after an
 * error outside the tasks, 1 when a task threw or recorded a failure, a thread was lost, or the request log is not whole.
 * Throws a BoomerError for a name that no task has.
 */
async function runTasksOnce(pool: ThreadPool, names: readonly string[], numbers: RunNumbers, { stream, colours }: Terminal): Promise<number> {
  const { runs, unknownNames } = await pool.runTasks(names);
  const [unknown] = unknownNames;
  if (unknown !== undefined) throw unknownTask(unknown, pool);
  numbers.takeReport({ elapsedMs: runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0), userCount: 0 });
  // What `quitting` and `quit` listeners do, and the end of the request log, are part of how it went.
  await pool.close(exitCodeOf(runs, numbers));
  const { stats } = numbers;
  writeReport(taskRunTable(runs, { colours }));
  const { numRequests, numFailures } = stats.total;
  writeReport(`${countOf(numRequests, 'request')} recorded, ${numFailures} failed\n`);
  for (const line of errorReport(stats, stream.columns(), coloursOf(colours))) writeReport(`${line}\n`);
  return exitCodeOf(runs, numbers);
}

function exitCodeOf(runs: readonly TaskRun[], { stats, errorsOutsideTasks, troubles }: RunNumbers): number {
  if (errorsOutsideTasks > 0) return exitCode.unhandled;
  const isFailed = stats.total.numFailures > 0 || troubles.length > 0 || runs.some(({ error }) => error !== null);
  return isFailed ? exitCode.error : exitCode.ok;
}

function unknownTask(name: string, pool: ThreadPool): BoomerError {
  const known = pool.classes().flatMap((info) => info.taskNames.flatMap((task) => [task, `${info.name}.${task}`]));
  const meant = nearest(name, known);
  return new BoomerError('usage', `"${name}" is no task of the scenario${meant === null ? '' : `: did you mean "${meant}"?`} (--list names all)`);
}
