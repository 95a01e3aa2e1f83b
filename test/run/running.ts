/** `boomer-node run` in a folder of its own, against a scripted server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SummaryFile } from '../../src/outputs/summary.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { Command, folderWith, program, type CommandOptions, type Ended } from '../cli/command.ts';

export { tidy } from '../cli/command.ts';

export type Run = Ended & {
  readonly folder: string;
  readonly read: (name: string) => Promise<string>;
  /** Milliseconds that a busy machine took from the run: bounds on its time are wider by them. */
  readonly lostMs: number;
  /** Of `--summary-export summary.json`. */
  readonly summary: () => Promise<SummaryFile>;
};

export type StartedRun = { readonly command: Command; readonly folder: string; readonly ended: Promise<Run> };

/** Starts `boomer-node run scenario.ts ARGS…`. */
export async function startRun(scenario: string, args: readonly string[], files: Readonly<Record<string, string>> = {}, options: CommandOptions = {}): Promise<StartedRun> {
  const folder = await folderWith({ 'scenario.ts': scenario, ...files });
  const command = new Command(program, ['run', 'scenario.ts', '--threads', '2', ...args], { ...options, cwd: folder });
  const stopwatch = new Stopwatch(command.pid);
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const ended = command.ended.then((end): Run => ({
    ...end,
    folder,
    lostMs: stopwatch.lostMs(),
    read,
    summary: async () => JSON.parse(await read('summary.json')) as SummaryFile,
  }));
  return { command, folder, ended };
}

/** The same to its end. */
export async function runToEnd(...given: Parameters<typeof startRun>): Promise<Run> {
  return (await startRun(...given)).ended;
}

/** A user class that requests these paths, each task in turn. */
export function getting(url: string, ...paths: readonly string[]): string {
  const tasks = paths.map((path, index) => `  @task async page${index}() { await this.client.get('${path}'); }`);
  return ["import { HttpUser, task } from 'boomer-node';", 'export class Visitor extends HttpUser {', `  static host = '${url}';`, ...tasks, '}', ''].join('\n');
}
