/** Workers as their users run them: the real command, under a master of ours. */
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

/** The command that runs a scenario of `bench/scenarios` against a master on this port. It outlasts the turns of others, in which it stands still and hears no heartbeat. */
export function workerCommand(scenario: string, masterPort: number, nodeFlags: readonly string[] = [], threadCount = 1): readonly string[] {
  const program = [join(repository, 'dist', 'cli', 'bin.js'), 'worker', join(repository, 'bench', 'scenarios', `${scenario}.ts`)];
  return [process.execPath, ...nodeFlags, ...program, '--master-port', String(masterPort), '--threads', String(threadCount), '--no-progress', '--on-master-loss', 'wait'];
}

/** Starts a worker of ours and waits until the master has acknowledged it. */
export async function startWorker(scenario: string, { core = null, threadCount = 1 }: WorkerPlace = {}): Promise<RunningWorker> {
  return startUnderMaster((masterPort) => workerCommand(scenario, masterPort, [], threadCount), core);
}

/** Starts anybody's worker under a master of ours and waits until it has been acknowledged. */
export async function startUnderMaster(command: (masterPort: number) => readonly string[], core: number | null): Promise<RunningWorker> {
  const master = await BenchMaster.start();
  const program = start(command(master.port), { core });
  const stop = async (): Promise<void> => {
    await master.close();
    await program.stop();
  };
  try {
    await Promise.race([
      master.ready(),
      program.ended.then((code) => {
        throw new Error(`the worker ended with ${String(code)}:\n${program.output()}`);
      }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { master, program, pid: program.pid, stop };
}
