/** Our own worker as its users run it: the real command, under a master of ours. */
import { join } from 'node:path';
import { BenchMaster } from './master.ts';
import { repository } from './paths.ts';
import { start, type Program } from './processes.ts';

export type RunningWorker = {
  readonly master: BenchMaster;
  readonly program: Program;
  readonly pid: number;
  /** Ends worker and master. */
  readonly stop: () => Promise<void>;
};

export type WorkerPlace = {
  /** Null: the system's choice. */
  readonly core?: number | null;
  readonly threadCount?: number;
};

/** The command that runs a scenario of `bench/scenarios` against a master on this port. */
export function workerCommand(scenario: string, masterPort: number, nodeFlags: readonly string[] = [], threadCount = 1): readonly string[] {
  const program = [join(repository, 'dist', 'cli', 'bin.js'), 'worker', join(repository, 'bench', 'scenarios', `${scenario}.ts`)];
  return [process.execPath, ...nodeFlags, ...program, '--master-port', String(masterPort), '--threads', String(threadCount), '--no-progress'];
}

/** Starts a worker and waits until the master has acknowledged it. */
export async function startWorker(scenario: string, { core = null, threadCount = 1 }: WorkerPlace = {}): Promise<RunningWorker> {
  const master = await BenchMaster.start();
  const program = start(workerCommand(scenario, master.port, [], threadCount), { core });
  await Promise.race([
    master.ready(),
    program.ended.then((code) => {
      throw new Error(`the worker ended with ${String(code)}:\n${program.output()}`);
    }),
  ]);
  return {
    master,
    program,
    pid: program.pid,
    async stop() {
      await master.close();
      await program.stop();
    },
  };
}
