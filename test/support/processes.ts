/**
 * Child processes of a test. None outlives it: `await using` ends them when the test ends, well or badly; and a small
 * reaper process kills them when jest itself is killed, since code of ours then never runs again.
 */
import { type ChildProcess, spawn } from 'node:child_process';

import { type Child, type ChildSpec, Processes } from '../../src/cluster/childProcess.ts';

/** Reads `+PID` and `-PID` lines; kills the process groups that are left when its input ends, which is when we do. */
const reaperSource = `
  const groups = new Set();
  require('node:readline').createInterface({ input: process.stdin })
    .on('line', (line) => line[0] === '+' ? groups.add(line.slice(1)) : groups.delete(line.slice(1)))
    .on('close', () => groups.forEach((group) => { try { process.kill(-group, 'SIGKILL'); } catch {} }));
`;

export class TestProcesses implements AsyncDisposable {
  readonly #processes: Processes = new Processes();
  readonly #started: Child[] = [];
  readonly #reaper: ChildProcess = spawn(process.execPath, ['-e', reaperSource], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });

  /** Started last, ended first. */
  start(spec: ChildSpec): Child {
    const child = this.#processes.start(spec);
    this.#started.push(child);
    const { pid } = child;
    if (pid !== undefined) {
      this.#tell(`+${pid}`);
      void child.exit.then(() => this.#tell(`-${pid}`));
    }
    return child;
  }

  /** The last lines of every process so far, for the message of a test that fails. */
  explain(): string {
    return this.#started.map((child) => [`--- ${child.name}${child.isGone ? ' (gone)' : ''}`, ...child.lastLines].join('\n')).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#processes.stopAll();
    this.#reaper.stdin?.end();
  }

  #tell(line: string): void {
    if (this.#reaper.stdin?.writable === true) this.#reaper.stdin.write(`${line}\n`);
  }
}
