/** A target, a real Locust master and workers of ours: what most end-to-end tests stand on. */
import { LocustMaster, type Stats, totalOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { Target } from '../support/target.ts';
import { WorkerProcess } from '../support/worker.ts';

const classesFile = 'test/e2e/locustfiles/classes.py';

/** Longer than any request of the scenarios takes: every user may finish what it is doing. */
export const stopTimeout: readonly string[] = ['--stop-timeout', '10'];

export type SceneOptions = {
  /** Relative to the project's root. */
  readonly scenario: string;
  /** Names of the classes in `classes.py` that the master spawns. */
  readonly classes: readonly string[];
  /** Relative to the project's root; `classes.py` when absent. */
  readonly locustfile?: string;
  readonly workers?: number;
  readonly threads?: number;
  readonly masterFlags?: readonly string[];
  /** Makes the master run without a web UI. */
  readonly isHeadless?: boolean;
  readonly env?: NodeJS.ProcessEnv;
};

export class Scene implements AsyncDisposable {
  readonly processes: TestProcesses;
  readonly target: Target;
  readonly master: LocustMaster;
  readonly workers: readonly WorkerProcess[];

  private constructor(processes: TestProcesses, target: Target, master: LocustMaster, workers: readonly WorkerProcess[]) {
    this.processes = processes;
    this.target = target;
    this.master = master;
    this.workers = workers;
  }

  /** Resolves when all workers are ready (with a web UI) or started (headless: the master begins by itself). */
  static async open(options: SceneOptions): Promise<Scene> {
    const { scenario, classes, locustfile = classesFile, workers: workerCount = 1, threads = 1, masterFlags = [], isHeadless = false, env = {} } = options;
    const processes = new TestProcesses();
    try {
      const target = await Target.start(processes);
      const launch = isHeadless ? LocustMaster.startHeadless : LocustMaster.start;
      const flags = ['--host', target.url, '--expect-workers', String(workerCount), ...masterFlags, ...classes];
      const master = await launch(processes, { locustfile, flags });
      const workers = Array.from({ length: workerCount }, () => WorkerProcess.start(processes, { scenario, masterPort: master.port, threads, env }));
      if (!isHeadless) await master.waitForWorkers(workerCount);
      return new Scene(processes, target, master, workers);
    } catch (error) {
      const explanation = processes.explain();
      await processes[Symbol.asyncDispose]();
      throw new Error(`the scene could not be opened:\n${explanation}`, { cause: error });
    }
  }

  /** What the workers say that they recorded, taken together; waits for their end. */
  async recorded(): Promise<{ readonly requests: number; readonly failures: number }> {
    const all = await Promise.all(this.workers.map(async (worker) => await worker.recorded()));
    return {
      requests: all.reduce((sum, { requests }) => sum + requests, 0),
      failures: all.reduce((sum, { failures }) => sum + failures, 0),
    };
  }

  /** Users of each class as the workers report them to the master. */
  async classCounts(): Promise<Readonly<Record<string, number>>> {
    return (await (await fetch(`${this.master.uiUrl}/test/classes`)).json()) as Record<string, number>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
  }
}

/** Requests and failures of the whole run, in the recorder's words. */
export function countsOf(stats: Stats): { readonly requests: number; readonly failures: number } {
  const { num_requests: requests, num_failures: failures } = totalOf(stats);
  return { requests, failures };
}
