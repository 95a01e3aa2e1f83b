/** The real Locust master of the demo, with its web UI. */
import { setTimeout as sleep } from 'node:timers/promises';

import { BoomerError } from '../util/boomerError.ts';
import type { CastContext } from './cast.ts';
import type { Child } from './child.ts';
import { isRoutineLog, locustSpec } from './locustProcess.ts';
import type { DemoOptions } from './options.ts';
import { freePort, loopback } from './ports.ts';
import { untilReady } from './ready.ts';

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
    if (attempt === attempts) throw new BoomerError('port-taken', `the master found its ports taken ${attempts} times; what keeps taking them?`);
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
