/** Our HTTP target in a process of its own, with exact counts of what it answered. */
import type { Child } from '../../src/cluster/childProcess.ts';
import { projectDir } from '../../locust/demo/paths.ts';
import type { TargetCounts } from '../../locust/demo/targetServer.ts';
import type { TestProcesses } from './processes.ts';
import { until } from './until.ts';

export type { TargetCounts } from '../../locust/demo/targetServer.ts';

export class Target {
  readonly url: string;
  readonly child: Child;

  private constructor(url: string, child: Child) {
    this.url = url;
    this.child = child;
  }

  static async start(processes: TestProcesses): Promise<Target> {
    const lines: string[] = [];
    const child = processes.start({
      name: 'the target',
      command: process.execPath,
      args: ['dist/demo/target.js'],
      cwd: projectDir,
      onLine: (line) => lines.push(line),
    });
    const url = await until('the target listens', () => /listening on (http:\S+)/.exec(lines.join('\n'))?.[1]);
    return new Target(url, child);
  }

  async counts(): Promise<TargetCounts> {
    return await this.#get('/__counts');
  }

  async reset(): Promise<void> {
    await this.#get('/__counts/reset');
  }

  /** Once nothing has changed for 300 ms: the counts are those of everything that was sent. */
  async settledCounts(): Promise<TargetCounts> {
    let before = await this.counts();
    await until('the target has no more to answer', async () => {
      const now = await this.counts();
      const isSettled = now.answered === before.answered && now.aborted === before.aborted;
      before = now;
      return isSettled;
    }, { everyMs: 300 });
    return before;
  }

  async #get(path: string): Promise<TargetCounts> {
    const response = await fetch(this.url + path, { signal: AbortSignal.timeout(10_000) });
    return (await response.json()) as TargetCounts;
  }
}
