/**
 * Child processes: each with a process group of its own, its lines, its end and how it is ended; their owner, whom none of them outlives;
 * and waits for them that have an end.
 *
 * A Ctrl-C in the terminal reaches only us, and we end the children in order; what a child started (pip starts a compiler, say) goes
 * with it.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { BoomerError } from '../util/boomerError.ts';
import { asError, hasCode } from '../util/errorText.ts';
import { clearTimer, setTimer } from '../util/timers.ts';

/** What is started, and how it is ended. */
export type ChildSpec = {
  /** For messages: `the Locust master`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Our own environment when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** How it is asked to end; SIGTERM when absent. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end after it was asked; 3000 when absent. Then it is killed. */
  readonly graceMs?: number;
  /** Called for each line that it prints on either stream. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
};

/** How a child process ended. */
export type ChildExit = {
  /** Null when it was ended by a signal or never began. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not begin; null when it did. */
  readonly spawnError: NodeJS.ErrnoException | null;
};

const defaultGraceMs = 3_000;

/** Lines kept to explain a failure. */
const keptLines = 40;

/** One child process; see `Processes.start`. */
export class Child {
  readonly name: string;
  /** Resolves, never rejects, once the process is gone and all its output was read. */
  readonly exit: Promise<ChildExit>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #spec: ChildSpec;
  readonly #lastLines: string[] = [];
  #isGone = false;
  #stopping: Promise<ChildExit> | null = null;

  constructor(spec: ChildSpec) {
    this.name = spec.name;
    this.#spec = spec;
    this.#process = spawn(spec.command, spec.args, {
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      env: spec.env ?? process.env,
      detached: true,
      stdio: 'pipe',
    });
    // A child that is gone before it read its input is reported by `exit`; the broken pipe adds nothing.
    this.#process.stdin.on('error', () => {});
    this.#watch(this.#process.stdout, 'stdout');
    this.#watch(this.#process.stderr, 'stderr');
    this.exit = this.#waitForExit();
  }

  /** Undefined when it could not begin. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** The last 40 lines of output, oldest first. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  /** Sends a signal to the process alone, not to its group. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Closes its standard input, as our own death would. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /** Asks it to end, kills it after its grace, and waits until it is gone. May be called twice. */
  async stop(): Promise<ChildExit> {
    // Asked once only: to many programs a second signal means "at once".
    this.#stopping ??= this.#askToEnd();
    return await this.#stopping;
  }

  /** Ends the process and everything it started, at once. */
  kill(): void {
    this.#signalGroup('SIGKILL');
  }

  async #askToEnd(): Promise<ChildExit> {
    this.#signalGroup(this.#spec.stopSignal ?? 'SIGTERM');
    const deadline = setTimer(() => this.kill(), this.#spec.graceMs ?? defaultGraceMs);
    try {
      return await this.exit;
    } finally {
      clearTimer(deadline);
    }
  }

  async #waitForExit(): Promise<ChildExit> {
    const exit = await new Promise<ChildExit>((resolve) => {
      this.#process.once('error', (spawnError) => {
        if (this.#process.pid === undefined) resolve({ code: null, signal: null, spawnError });
      });
      // Once the leader is gone, what it left behind in its group goes too: it would hold our pipes open.
      this.#process.once('exit', () => this.kill());
      this.#process.once('close', (code, signal) => resolve({ code, signal, spawnError: null }));
    });
    this.#isGone = true;
    return exit;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#process.pid === undefined || this.#isGone) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch (error) {
      // ESRCH: the whole group is gone already. EPERM: on macOS, a group of which only zombies are left.
      if (!hasCode(error, 'ESRCH') && !hasCode(error, 'EPERM')) throw error;
    }
  }

  #watch(stream: Readable, name: 'stdout' | 'stderr'): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.#lastLines.push(line);
      if (this.#lastLines.length > keptLines) this.#lastLines.shift();
      this.#spec.onLine?.(line, name);
    });
  }
}

/** One sentence about an end that was not wanted: `the Locust master ended with exit code 1`. */
export function describeExit(name: string, exit: ChildExit): string {
  if (exit.spawnError !== null) return `${name} could not be started: ${exit.spawnError.message}`;
  if (exit.signal !== null) return `${name} was ended by ${exit.signal}`;
  return `${name} ended with exit code ${exit.code}`;
}

/** The owner of child processes: ends them all, at the latest when this process exits. */
export class Processes {
  readonly #children: Child[] = [];
  readonly #killAtExit = (): void => this.killAll();
  #closed = false;
  #stopping: Promise<void> | null = null;

  constructor() {
    process.on('exit', this.#killAtExit);
  }

  /** Starts a child. After `stopAll` it throws: nobody would end that child. */
  start(spec: ChildSpec): Child {
    if (this.#closed) throw new Error(`${spec.name} is not started: everything is being stopped`);
    const child = new Child(spec);
    this.#children.push(child);
    void child.exit.then(() => this.#forget(child));
    return child;
  }

  /** Ends the children one after the other, the youngest first, each with its own deadline. May be called twice. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    this.#stopping ??= this.#stopOneByOne();
    await this.#stopping;
  }

  /** Ends all of them at once and without asking, for when there is no time left. */
  killAll(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill();
  }

  async #stopOneByOne(): Promise<void> {
    for (let child = this.#children.at(-1); child !== undefined; child = this.#children.at(-1)) {
      await child.stop();
      this.#forget(child);
    }
    process.off('exit', this.#killAtExit);
  }

  #forget(child: Child): void {
    const index = this.#children.indexOf(child);
    if (index >= 0) this.#children.splice(index, 1);
  }
}

/** How a wait ends early. */
export type Limit = {
  /** The longest wait, in milliseconds. */
  readonly ms: number;
  /** Ends the wait with its own reason. */
  readonly stop: AbortSignal;
  /** What to reject with when the time is up. */
  readonly late: () => Error;
};

/** Settles as `awaited` does, unless the limit comes first. Leaves no timer and no listener behind. */
export async function within<T>(awaited: Promise<T>, { ms, stop, late }: Limit): Promise<T> {
  stop.throwIfAborted();
  let release = (): void => undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const timer = setTimer(() => reject(late()), ms);
    const onStop = (): void => reject(asError(stop.reason));
    stop.addEventListener('abort', onStop, { once: true });
    release = (): void => {
      clearTimer(timer);
      stop.removeEventListener('abort', onStop);
    };
  });
  try {
    return await Promise.race([awaited, limit]);
  } finally {
    release();
  }
}

const startTimeoutMs = 60_000;

/** The sign that the child is ready; rejects when it ends first, takes longer than a minute, or `stop` fires. */
export async function untilReady<T>(sign: Promise<T>, child: Child, stop: AbortSignal): Promise<T> {
  const ended = child.exit.then((exit) => {
    throw new BoomerError('master-not-started', [describeExit(child.name, exit), ...child.lastLines.slice(-12)].join('\n  '));
  });
  return await within(Promise.race([sign, ended]), {
    ms: startTimeoutMs,
    stop,
    late: () => new BoomerError('master-not-started', `${child.name} is not ready after ${startTimeoutMs / 1000} s`),
  });
}
