/** An example of another protocol than HTTP, run by the worker command for a real Locust master. */
import { fromScheduleMark } from '../../src/stats/besides.ts';
import { LocustMaster, rowOf, type Stats, totalOf } from '../support/locustMaster.ts';
import type { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

export type ProtocolExample = {
  /** Relative to the project's root. */
  readonly scenario: string;
  /** Its class in locust/protocols.py. */
  readonly className: string;
  /** Where the server is. */
  readonly host: string;
  readonly users: number;
  /** Default 1. */
  readonly threads?: number;
  /** Default 10: longer than any task takes. */
  readonly stopTimeoutSec?: number;
};

export type Count = { readonly requests: number; readonly failures: number };

export class ProtocolRun {
  readonly master: LocustMaster;
  readonly worker: WorkerProcess;

  private constructor(master: LocustMaster, worker: WorkerProcess) {
    this.master = master;
    this.worker = worker;
  }

  /** Resolves when the users were asked for. */
  static async start(processes: TestProcesses, example: ProtocolExample): Promise<ProtocolRun> {
    const { scenario, className, host, users, threads = 1, stopTimeoutSec = 10 } = example;
    const flags = ['--stop-timeout', String(stopTimeoutSec), '--host', host, className];
    const master = await LocustMaster.start(processes, { locustfile: 'locust/protocols.py', flags });
    const worker = WorkerProcess.start(processes, { scenario, masterPort: master.port, threads });
    await master.waitForWorkers(1);
    await master.swarm({ users, spawnRate: users });
    return new ProtocolRun(master, worker);
  }

  /** Resolves when the master has counted so many requests. */
  async requests(least: number): Promise<void> {
    await until(`${least} requests`, async () => totalOf(await this.master.stats()).num_requests >= least);
  }

  /** Stops the users; the worker stays. */
  async stop(): Promise<Stats> {
    await this.master.stop();
    return await this.master.stoppedStats();
  }

  /** Ends master and worker; what the worker says that it recorded. */
  async quit(): Promise<Count> {
    await this.master.quit();
    expect(await this.worker.ended()).toMatchObject({ code: 0, signal: null });
    return await this.worker.recorded();
  }
}

/** Requests and failures of the whole run, as the worker says them. */
export function totalCount(stats: Stats): Count {
  const { num_requests: requests, num_failures: failures } = totalOf(stats);
  return { requests, failures };
}

/** Requests by row name, of one request type. */
export function requestsByName(stats: Stats, type: string): Readonly<Record<string, number>> {
  return Object.fromEntries(stats.stats.filter(({ method, name }) => method === type && !name.endsWith(fromScheduleMark)).map(({ name }) => [name, rowOf(stats, type, name).num_requests]));
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
