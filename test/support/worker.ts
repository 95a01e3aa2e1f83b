/** `boomer-node worker` in a child process, as a user starts it. */
import type { Child, ChildExit } from '../../src/cluster/childProcess.ts';
import { projectDir } from '../../locust/demo/paths.ts';
import type { TestProcesses } from './processes.ts';
import { until } from './until.ts';

export type WorkerOptions = {
  /** Relative to the project's root, e.g. `examples/helloWorld.ts`. */
  readonly scenario: string;
  readonly masterPort: number;
  readonly threads?: number;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

export type Recorded = { readonly requests: number; readonly failures: number };

export class WorkerProcess {
  readonly child: Child;
  /** Everything that it printed, line by line. */
  readonly lines: readonly string[];

  private constructor(child: Child, lines: readonly string[]) {
    this.child = child;
    this.lines = lines;
  }

  static start(processes: TestProcesses, { scenario, masterPort, threads = 1, flags = [], env = {} }: WorkerOptions): WorkerProcess {
    const lines: string[] = [];
    const child = processes.start({
      name: 'the worker',
      command: process.execPath,
      args: [
        ...['dist/cli/bin.js', 'worker', scenario, '--master-host', '127.0.0.1', '--master-port', String(masterPort)],
        ...['--threads', String(threads), ...flags],
      ],
      cwd: projectDir,
      env: { ...process.env, ...env },
      graceMs: 10_000,
      onLine: (line) => lines.push(line),
    });
    return new WorkerProcess(child, lines);
  }

  /** Sends a signal to the worker and waits for its end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<ChildExit> {
    this.child.signal(signal);
    return await this.ended();
  }

  /** Waits, at most `timeoutMs`, for its end. */
  async ended(timeoutMs = 60_000): Promise<ChildExit> {
    await until(`the worker ends\n${this.lines.slice(-20).join('\n')}`, () => this.child.isGone, { timeoutMs });
    return await this.child.exit;
  }

  /** What it says at its end that it recorded; waits for the end. */
  async recorded(): Promise<Recorded> {
    await this.ended();
    for (const line of this.lines) {
      const match = /recorded (\d+) requests, (\d+) failures in this process/.exec(line);
      if (match !== null) return { requests: Number(match[1]), failures: Number(match[2]) };
    }
    throw new Error(`the worker did not say what it recorded:\n${this.lines.join('\n')}`);
  }
}
