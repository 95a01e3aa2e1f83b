/** The demo's own two processes: the target and our worker; the master has a file for itself. */
import type { Child } from './child.ts';
import { projectDir } from './paths.ts';
import { loopback } from './ports.ts';
import type { Processes } from './processes.ts';
import { untilReady } from './ready.ts';

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
