/** The demo's three processes: a real Locust master with its web UI, the target, and our worker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildSpec, type Processes, untilReady } from './child.ts';
import { DemoError } from './errors.ts';
import type { DemoOptions } from './options.ts';
import { projectDir } from './paths.ts';
import { freePort, loopback } from './ports.ts';

export type Master = { readonly child: Child; readonly uiUrl: string; readonly port: number };

export type MasterRequest = {
  /** The Python that has Locust. */
  readonly python: string;
  /** Tried first; another one is taken when somebody is faster. */
  readonly uiPort: number;
  /** For workers; tried first, too. */
  readonly port: number;
  readonly targetUrl: string;
  readonly options: DemoOptions;
};

/** Users may finish what they are doing: then the target, the worker and the master count the same. */
const stopTimeoutSec = 10;

/** The master ends by itself this long after the run: time to read its last numbers, which it renews every 2 s. */
const lingerSec = 4;

const longestWaitForWorkerSec = 60;

/** Ports that are free when we look may be taken when Locust, a second later, listens there. */
const attempts = 3;

const readinessPollMs = 100;

/**
 * Starts a Locust master that begins the run as soon as a worker is there, ends it after the run time and then ends
 * itself; waits until its web UI answers.
 */
export async function startMaster(context: CastContext, request: MasterRequest): Promise<Master> {
  let ports = { ui: request.uiPort, workers: request.port };
  for (let attempt = 1; ; attempt++) {
    const master = await tryStart(context, { ...request, uiPort: ports.ui, port: ports.workers });
    if (master !== null) return master;
    if (attempt === attempts) throw new DemoError(`the master found its ports taken ${attempts} times; what keeps taking them?`);
    context.say(`Port ${ports.ui} or ${ports.workers} was taken by somebody else just now.`);
    ports = { ui: await freePort(), workers: await freePort() };
    context.say(`Locust's web UI: http://${loopback}:${ports.ui}`);
  }
}

/** Null when a port is taken. */
async function tryStart(context: CastContext, request: MasterRequest): Promise<Master | null> {
  const { processes, stop, say } = context;
  const uiUrl = `http://${loopback}:${request.uiPort}`;
  let isUp = false;
  let isPortTaken = false;
  const child = processes.start(
    locustSpec({
      name: 'the Locust master',
      python: request.python,
      args: masterFlags(request),
      onLine: (line) => {
        if (line.includes('Address already in use')) isPortTaken = true;
        if (isUp && !isRoutineLog(line)) say(line);
      },
    }),
  );
  const isOver = (): boolean => isPortTaken || child.isGone;
  try {
    await untilReady(untilUiIs(uiUrl, request.targetUrl, isOver, stop), child, stop);
  } catch (error) {
    if (!isPortTaken) throw error;
  }
  if (isPortTaken) {
    await child.stop();
    return null;
  }
  isUp = true;
  return { child, uiUrl, port: request.port };
}

function masterFlags({ uiPort, port, targetUrl, options }: MasterRequest): string[] {
  const flags = {
    '-f': 'locust/helloWorld.py',
    '--web-host': loopback,
    '--web-port': uiPort,
    '--master-bind-host': loopback,
    '--master-bind-port': port,
    '--expect-workers-max-wait': longestWaitForWorkerSec,
    '--autoquit': lingerSec,
    '--stop-timeout': stopTimeoutSec,
    '--host': targetUrl,
    '--users': options.users,
    '--spawn-rate': options.spawnPerSec,
    '--run-time': options.runTimeSec,
  };
  return ['--master', '--autostart', ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)])];
}

/** Waits until the page shows the target that only our master loads: somebody else's master may answer there, too. */
async function untilUiIs(uiUrl: string, targetUrl: string, isOver: () => boolean, stop: AbortSignal): Promise<void> {
  while (!isOver() && !(await fetchPage(uiUrl, stop)).includes(targetUrl)) await sleep(readinessPollMs, undefined, { signal: stop });
}

/** Empty while nobody answers. */
async function fetchPage(url: string, stop: AbortSignal): Promise<string> {
  try {
    return await (await fetch(url, { signal: AbortSignal.any([stop, AbortSignal.timeout(5_000)]) })).text();
  } catch {
    stop.throwIfAborted();
    return '';
  }
}

export type LocustCommand = {
  readonly name: string;
  /** The Python of the virtual environment. */
  readonly python: string;
  /** Locust's flags. */
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
};

/** Runs in the project's root folder; `LOCUST_…` variables of this machine are left out, they would change flags. */
export function locustSpec({ name, python, args, onLine }: LocustCommand): ChildSpec {
  return {
    name,
    command: python,
    args: ['-m', 'locust', ...args],
    cwd: projectDir,
    env: { ...withoutLocustVariables(process.env), PYTHONUNBUFFERED: '1' },
    // Time to say goodbye to its workers (0.5 s, up to three times) and to print its table.
    graceMs: 6_000,
    onLine,
  };
}

/** True for Locust's log lines below a warning; its tables and everything else that it prints are not log lines. */
export function isRoutineLog(line: string): boolean {
  return /^\[\d{4}-\d\d-\d\d [\d:,]+\] \S+\/(INFO|DEBUG)\//.test(line);
}

function withoutLocustVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCUST_')));
}

export type CastContext = {
  readonly processes: Processes;
  readonly stop: AbortSignal;
  /** A line that stays. */
  readonly say: (text: string) => void;
};

export type Target = { readonly child: Child; readonly url: string };

/** Longer than the master gives its users to finish. */
const workerGraceMs = 13_000;

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
  return { child, url: await untilReady(url, child, stop) };
}

/** Starts `boomer-node worker` with the example. */
export function startWorker({ processes, say }: CastContext, masterPort: number): Child {
  return processes.start({
    name: 'the worker',
    command: process.execPath,
    args: ['dist/cli/bin.js', 'worker', 'examples/helloWorld.ts', '--master-host', loopback, '--master-port', String(masterPort)],
    cwd: projectDir,
    graceMs: workerGraceMs,
    onLine: (line) => say(`worker | ${line}`),
  });
}
