/** A program of ours in a child process of a test: its lines, and everything that it started. */
import type { Child, ChildExit } from '../../src/cluster/childProcess.ts';
import { projectDir } from '../../locust/demo/paths.ts';
import { Mark, type MarkedProcess } from './markedProcesses.ts';
import type { TestProcesses } from './processes.ts';
import { until } from './until.ts';

export class Program {
  readonly child: Child;
  readonly #lines: readonly string[];
  readonly #mark: Mark;

  private constructor(child: Child, lines: readonly string[], mark: Mark) {
    this.child = child;
    this.#lines = lines;
    this.#mark = mark;
  }

  /** Runs `node` with these arguments, in the project's root unless another folder is given; behind `prefix`, a command that runs others. */
  static start(processes: TestProcesses, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd: string = projectDir, prefix: readonly string[] = []): Program {
    const [command = process.execPath, ...words] = [...prefix, process.execPath, ...args];
    const mark = new Mark();
    const lines: string[] = [];
    const child = processes.start({
      name: `node ${args.join(' ')}`,
      command,
      args: words,
      cwd,
      env: mark.env(env),
      graceMs: 20_000,
      onLine: (line) => lines.push(line),
    });
    return new Program(child, lines, mark);
  }

  /** All that it printed so far. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Waits until a line matches. */
  async prints(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const match = await until(`${String(pattern)} is printed`, () => pattern.exec(this.output) ?? (this.child.isGone ? 'gone' : null), { timeoutMs });
    if (match === 'gone') throw new Error(`the program ended without printing ${String(pattern)}:\n${this.output}`);
    return match;
  }

  /** Waits for its end; for a longer time than anything here should take. */
  async ended(timeoutMs = 60_000): Promise<ChildExit> {
    await until('the program ends', () => this.child.isGone, { timeoutMs });
    return await this.child.exit;
  }

  /** What it started and what lives now, itself included. */
  async living(): Promise<readonly MarkedProcess[]> {
    return await this.#mark.processes();
  }

  /** The one process among `living` whose command line matches. */
  async find(pattern: RegExp): Promise<MarkedProcess> {
    return await until(`a process like ${String(pattern)}`, async () => (await this.living()).find(({ command }) => pattern.test(command)));
  }
}
