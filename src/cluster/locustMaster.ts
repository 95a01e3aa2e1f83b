/** A Locust master as a child process: started on free ports, watched until it listens, ended in order. */
import { connect } from 'node:net';
import { BoomerError } from '../util/boomerError.ts';
import { pause } from '../util/timers.ts';
import { untilReady, type Child, type Processes } from './childProcess.ts';
import { withoutLocustVariables, type Locust } from './locust.ts';
import { freePort, isPortFree, loopback } from './ports.ts';

/** What is run, and where it listens. */
export type MasterRequest = {
  readonly locust: Locust;
  /** Locustfiles, in the order in which Locust loads them. */
  readonly files: readonly string[];
  /** Where workers connect; tried first, another one is taken when somebody is faster. */
  readonly port: number;
  /** Of the web UI, the same; null: headless. */
  readonly webPort: number | null;
  readonly webHost: string;
  /** Locust's other flags. */
  readonly args: readonly string[];
  /** Variables of this process's that it has beside those that are not Locust's. */
  readonly variables: readonly string[];
  /** Whether the master that listens on this port is the one that was started, and no other that was there a moment earlier. */
  readonly isOurs: (port: number) => Promise<boolean>;
};

/** Who looks after it. */
export type MasterContext = {
  readonly processes: Processes;
  readonly stop: AbortSignal;
  /** Each line that the master prints. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  /** A line of ours. */
  readonly say: (text: string) => void;
};

/** A master that listens. */
export type LocustMaster = { readonly child: Child; readonly port: number; readonly webPort: number | null };

/** Ports that are free when we look may be taken when Locust, a second later, listens there. */
const attempts = 3;
const pollMs = 50;
/** Time to say goodbye to its workers, to let users finish as `--stop-timeout` says, and to print its tables. */
const graceMs = 75_000;

/**
 * Starts it and waits until it listens; rejects with a BoomerError when it ends before that, with what it printed last. It is asked to end
 * as Ctrl-C does, which lets Locust stop the test, collect what workers still report, and write its reports.
 */
export async function startMaster(context: MasterContext, request: MasterRequest): Promise<LocustMaster> {
  let { port, webPort } = request;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const child = await tryStart(context, { ...request, port, webPort });
    if (child !== null) return { child, port, webPort };
    context.say(`Port ${[webPort, port].filter((each) => each !== null).join(' or ')} was taken by somebody else just now: trying others.`);
    port = await freePort();
    webPort = webPort === null ? null : await freePort();
    if (webPort !== null) context.say(`Locust's web UI: http://${request.webHost}:${webPort}`);
  }
  throw new BoomerError('master-not-started', `the master found its ports taken ${attempts} times: what keeps taking them?`);
}

/** Null when a port is taken. */
async function tryStart({ processes, stop, onLine }: MasterContext, request: MasterRequest): Promise<Child | null> {
  const { locust, files, port, webPort, webHost, args, variables, isOurs } = request;
  const ports = [port, ...(webPort === null ? [] : [webPort])];
  // Somebody else who answers there would be taken for our master.
  for (const each of ports) if (!(await isPortFree(each))) return null;
  let isPortTaken = false;
  const web = webPort === null ? ['--headless'] : ['--web-host', webHost, '--web-port', String(webPort)];
  const child = processes.start({
    name: 'the Locust master',
    command: locust.command,
    args: [...locust.args, '--master', '-f', files.join(','), '--master-bind-port', String(port), ...web, ...args],
    env: { ...withoutLocustVariables(process.env, variables), PYTHONUNBUFFERED: '1' },
    stopSignal: 'SIGINT',
    graceMs,
    onLine: (line, stream) => {
      if (/Address already in use/iu.test(line)) isPortTaken = true;
      onLine(line, stream);
    },
  });
  const isOver = (): boolean => isPortTaken || child.isGone || stop.aborted;
  try {
    await untilReady(Promise.all(ports.map((each) => untilListening(each, each === webPort ? reachedAt(webHost) : loopback, isOver))).then(async () => (isPortTaken ||= !isOver() && !(await isOurs(port)))), child, stop);
  } catch (error) {
    if (!isPortTaken) throw error;
  }
  if (!isPortTaken) return child;
  await child.stop();
  return null;
}

/** Where one reaches what listens on `host`: everywhere includes here. */
export function reachedAt(host: string): string {
  return ['', '*', '0.0.0.0', '::'].includes(host) ? loopback : host;
}

async function untilListening(port: number, host: string, isOver: () => boolean): Promise<void> {
  while (!isOver() && !(await isListening(port, host))) await pause(pollMs);
}

function isListening(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
