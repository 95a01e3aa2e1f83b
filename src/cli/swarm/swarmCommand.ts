/**
 * `boomer-node swarm`: a Locust master with its web UI, and one worker in this process, from nothing but the scenario. The master is a real
 * one, found or installed; what it has to know stands in a locustfile that is made for it.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locustOnlyVariables } from '../../cluster/locustOptions.ts';
import { describeExit, Processes, type Child } from '../../cluster/childProcess.ts';
import { Interruption, watchInterruptions } from '../../cluster/interruptions.ts';
import { findLocust } from '../../cluster/locust.ts';
import { reachedAt, startMaster } from '../../cluster/locustMaster.ts';
import { isPortFree, loopback, preferPort } from '../../cluster/ports.ts';
import type { WorkerStatus } from '../../outputs/workerStatus.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { locustfileOf } from './locustfileCommand.ts';
import type { Settings } from '../../options/settings.ts';
import type { SwarmFlags } from './swarmFlags.ts';
import { dataOut, settleStandardStreams } from '../../session/standardStreams.ts';
import { shipsText } from '../worker/fetchedScenario.ts';
import { makeTemporaryFolder } from '../../compile/temporaryFolder.ts';
import { exitCode, mostSpecific } from '../../session/verdict.ts';
import { runWorker, statusOnTerminal } from '../worker/workerCommand.ts';

/** Ends the master when this process is gone, however it ended, and at Ctrl-C without noise. */
const parentGuard = fileURLToPath(new URL('../../../locust/parent_guard.py', import.meta.url));

/** Locust's own ports. */
const usualWebPort = 8089;
const usualPort = 5557;

/** Between two lines about what takes a while. */
const progressEveryMs = 4_000;

/** A worker whose master has gone learns of it by silence; here it is known, and it may still sign off for so long. */
const workerPartingMs = 3_000;
/** A master whose worker has signed off prints, judges and writes its reports; one that was not asked to end goes on without it, and is asked then. */
const masterPartingMs = 30_000;

/** Runs until the master ends; resolves with the exit code. Rejects with a BoomerError when it cannot begin. Leaves no process and no file. */
export async function runSwarm(settings: Settings, own: SwarmFlags, flags: readonly string[], version: string): Promise<number> {
  const processes = new Processes();
  const watch = watchInterruptions((again) => {
    processes.killAll();
    process.exit(again.exitCode);
  });
  const status = statusOnTerminal(settings);
  // Whatever is waited for ends with what it waits for: a child process, or the whole of it.
  watch.stop.addEventListener('abort', () => {
    status.log('Stopping everything; once more to do it at once.');
    void processes.stopAll();
  });
  const folder = await makeTemporaryFolder();
  let interrupted: number | null = null;
  try {
    const code = await swarm(settings, own, flags, { version, processes, stop: watch.stop, status, folder: folder.path });
    return endedBy(watch.stop, settings.isHeadless) ?? code;
  } catch (error) {
    interrupted = watch.stop.aborted ? endedBy(watch.stop, true) : null;
    if (interrupted === null) throw error;
  } finally {
    status.end();
    await processes.stopAll();
    watch.close();
    folder.removeNow();
  }
  // A scenario that is still being loaded would keep the process alive.
  await settleStandardStreams(interrupted);
  return process.exit(interrupted);
}

/** Null: the test's own end counts, also where Ctrl-C is how one leaves a web UI. */
function endedBy({ aborted, reason }: AbortSignal, isHeadless: boolean): number | null {
  if (!aborted || !(reason instanceof Interruption)) return null;
  return !isHeadless && reason.exitCode === exitCode.interrupted ? null : reason.exitCode;
}

type SwarmContext = { readonly version: string; readonly processes: Processes; readonly stop: AbortSignal; readonly status: WorkerStatus; readonly folder: string };

async function swarm(settings: Settings, own: SwarmFlags, flags: readonly string[], { version, processes, stop, status, folder }: SwarmContext): Promise<number> {
  const say = (text: string): void => status.log(text);
  const file = join(folder, 'locustfile.py');
  const webHost = valueAfter(own.masterArgs, ['--web-host']) ?? loopback;
  const webPort = settings.isHeadless ? null : await chosenPort(own.masterArgs, ['--web-port', '-P'], usualWebPort, 'web UI', say);
  const port = await chosenPort([], [], usualPort, 'master', say);
  // The scenario is looked at while Locust is looked for: what is wrong with either is said before anything starts.
  const [{ text, hasLoad, classCount }, locust] = await untilStopped(stop, Promise.all([
    locustfileOf({ settings, version, path: file, words: [], warn: say, heedsSignals: false }),
    findLocust({ named: own.locust, processes, stop, say, progress: nowAndThen(say) }),
  ]));
  // No other master has this line, also of the same scenario.
  const mark = `# swarm ${randomBytes(16).toString('hex')}`;
  // In the file itself: an older Locust ships no scenario from among several files.
  await writeFile(file, `${text}\n\n${await readFile(parentGuard, 'utf8')}\n${mark}\n`);
  stop.throwIfAborted();
  if (webPort !== null) say(`Locust's web UI: http://${reachedAt(webHost) === webHost ? webHost : hostname()}:${webPort}`);
  const others = withoutFlags(own.masterArgs, ['--web-port', '-P', '--web-host']);
  // Locust's own run time has no effect on a load shape: ours stands in the file.
  const typed = hasLoad ? withoutFlags(flags, ['--run-time']) : flags;
  // With the picker, Locust's form begins without a load shape: where the scenario has one, it would be left out by whoever does not look.
  const isPicking = classCount > 1 && !hasLoad && webPort !== null && !own.refusesPicker && !others.includes('--class-picker');
  const master = await startMaster(
    {
      processes,
      stop,
      say,
      // Its tables and its JSON are the command's own output; on a terminal they must not break the line of the state.
      onLine: (line, stream) => (stream === 'stdout' && !process.stdout.isTTY ? dataOut.write(`${line}\n`) : say(line)),
    },
    { locust, files: [file], port, webPort, webHost, args: [...typed, ...others, ...(isPicking ? ['--class-picker'] : [])], variables: locustOnlyVariables, isOurs: (at) => shipsText(mark, { host: loopback, port: at, version, say }) },
  );
  say(`Workers on other machines join by: npx boomer-node worker -f - --master-host ${hostname()} --master-port ${master.port}`);
  const ending = new AbortController();
  const worker = runWorker({ ...settings, masterHost: loopback, masterPort: master.port }, version, { status, end: ending.signal });
  const code = await bothEnds(master.child, worker, ending);
  const exit = await master.child.exit;
  if (exit.signal !== null && !stop.aborted) say(`Failed: ${describeExit(master.child.name, exit)}`);
  return code;
}

/** A line every few seconds: what is installed takes half a minute, and has fifty packages. */
function nowAndThen(say: (text: string) => void): (text: string) => void {
  let saidMs = performance.now();
  return (text) => {
    if (performance.now() - saidMs < progressEveryMs) return;
    saidMs = performance.now();
    say(text);
  };
}

/** Rejects with the reason of `stop`, whatever else does not end. */
function untilStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => stop.addEventListener('abort', () => reject(stop.reason as Error)))]);
}

/** The master tells the worker to end, and then ends by itself; when one has gone otherwise, the other follows. */
async function bothEnds(master: Child, worker: Promise<number>, ending: AbortController): Promise<number> {
  const timers: Timer[] = [];
  const workerEnds = worker.finally(() => timers.push(setTimer(() => void master.stop(), masterPartingMs)));
  const masterEnds = master.exit.finally(() => timers.push(setTimer(() => ending.abort(), workerPartingMs)));
  const [own, exit] = await Promise.all([workerEnds, masterEnds]).finally(() => timers.forEach(clearTimer));
  const ofMaster = exit.code ?? exitCode.error;
  return own === exitCode.noMaster ? ofMaster : mostSpecific(ofMaster, own);
}

/** The one that was typed, or the usual one, or where that is taken another. */
async function chosenPort(args: readonly string[], names: readonly string[], usual: number, what: string, say: (text: string) => void): Promise<number> {
  const typed = valueAfter(args, names);
  if (typed !== null) {
    const port = Number(typed);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new BoomerError('usage', `${names[0] ?? ''} expects a port from 1 to 65535, got ${typed}`);
    if (!(await isPortFree(port))) throw new BoomerError('usage', `${names[0] ?? ''} expects a port that is free, and ${port} is taken: leave it out for another one`);
    return port;
  }
  const port = await preferPort(usual);
  if (port !== usual) say(`Port ${usual} is taken: the ${what} gets port ${port}.`);
  return port;
}

function valueAfter(args: readonly string[], names: readonly string[]): string | null {
  for (const [place, word] of args.entries()) {
    const [name = '', value] = word.split(/=(.*)/su);
    if (names.includes(name)) return value ?? args[place + 1] ?? null;
  }
  return null;
}

function withoutFlags(args: readonly string[], names: readonly string[]): readonly string[] {
  return args.filter((word, place) => !names.includes(word.split('=', 1)[0] ?? '') && !(names.includes(args[place - 1] ?? '') && !word.startsWith('-')));
}
