/** The three processes of the demo: the target, a real Locust master with its web UI, and our worker. */
import { setTimeout as sleep } from 'node:timers/promises';

import { BoomerError } from '../util/boomerError.ts';
import { type Child, describeExit } from './child.ts';
import { isRoutineLog, locustSpec } from './locustProcess.ts';
import { fetchMasterStats } from './masterStats.ts';
import type { DemoOptions } from './options.ts';
import { projectDir } from './paths.ts';
import { loopback } from './ports.ts';
import type { Processes } from './processes.ts';
import { within } from './within.ts';

export type CastContext = {
  readonly processes: Processes;
  readonly stop: AbortSignal;
  /** A line that stays. */
  readonly say: (text: string) => void;
};

export type Target = { readonly child: Child; readonly url: string };

export type Master = { readonly child: Child; readonly uiUrl: string; readonly port: number };

const startTimeoutMs = 60_000;

/** Users may finish what they are doing: then the target, the worker and the master count the same. */
const stopTimeoutSec = 10;

/** The master ends by itself this long after the run: time to read its last numbers, which it renews every 2 s. */
const lingerSec = 4;

/** Starts the target, in a process of its own so that it does not compete with us, and waits until it listens. */
export async function startTarget({ processes, stop }: CastContext): Promise<Target> {
  let onUrl: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    onUrl = resolve;
  });
  const child = processes.start({
    name: 'the target',
    command: process.execPath,
    args: ['dist/demo/target.js'],
    cwd: projectDir,
    onLine: (line) => {
      const match = /listening on (http:\S+)/.exec(line);
      if (match?.[1] !== undefined) onUrl(match[1]);
    },
  });
  return { child, url: await firstOf(url, child, stop) };
}

export type MasterRequest = {
  readonly python: string;
  readonly uiPort: number;
  readonly port: number;
  readonly targetUrl: string;
  readonly options: DemoOptions;
};

/**
 * Starts a Locust master that begins the run as soon as a worker is there, ends it after the run time and then ends
 * itself; waits until its web UI answers.
 */
export async function startMaster(context: CastContext, request: MasterRequest): Promise<Master> {
  const { processes, stop, say } = context;
  const child = processes.start(
    locustSpec({
      name: 'the Locust master',
      python: request.python,
      args: masterFlags(request),
      onLine: (line) => {
        if (!isRoutineLog(line)) say(line);
      },
    }),
  );
  const uiUrl = `http://${loopback}:${request.uiPort}`;
  await firstOf(untilUiAnswers(uiUrl, child, stop), child, stop);
  return { child, uiUrl, port: request.port };
}

/** Starts `boomer-node worker` with the example. */
export function startWorker({ processes, say }: CastContext, masterPort: number): Child {
  return processes.start({
    name: 'the worker',
    command: process.execPath,
    args: ['dist/cli/bin.js', 'worker', 'examples/helloWorld.ts', '--master-host', loopback, '--master-port', String(masterPort)],
    cwd: projectDir,
    graceMs: (stopTimeoutSec + 3) * 1000,
    onLine: (line) => say(`worker | ${line}`),
  });
}

function masterFlags({ uiPort, port, targetUrl, options }: MasterRequest): string[] {
  const flags = {
    '-f': 'locust/helloWorld.py',
    '--web-host': loopback,
    '--web-port': uiPort,
    '--master-bind-host': loopback,
    '--master-bind-port': port,
    '--expect-workers-max-wait': startTimeoutMs / 1000,
    '--autoquit': lingerSec,
    '--stop-timeout': stopTimeoutSec,
    '--host': targetUrl,
    '--users': options.users,
    '--spawn-rate': options.spawnPerSec,
    '--run-time': options.runTimeSec,
  };
  return ['--master', '--autostart', ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)])];
}

async function untilUiAnswers(uiUrl: string, child: Child, stop: AbortSignal): Promise<void> {
  while (!child.isGone && (await fetchMasterStats(uiUrl, stop)) === null) await sleep(100, undefined, { signal: stop });
}

/** What is waited for, unless the child ends, the time is up or `stop` fires: those reject. */
async function firstOf<T>(awaited: Promise<T>, child: Child, stop: AbortSignal): Promise<T> {
  const ended = child.exit.then((exit) => {
    throw new BoomerError('child-ended', [describeExit(child.name, exit), ...child.lastLines.slice(-12)].join('\n  '));
  });
  return await within(Promise.race([awaited, ended]), {
    ms: startTimeoutMs,
    stop,
    late: () => new BoomerError('child-late', `${child.name} is not ready after ${startTimeoutMs / 1000} s`),
  });
}
