/**
 * One scenario in two languages: the Python one run by Locust alone, the TypeScript one by a worker of ours under a
 * real Locust master, which reads the same Python file for class names, weights and options. Both runs go side by side.
 */
import { join } from 'node:path';

import { fromScheduleMark } from '../../src/stats/besides.ts';
import { locustSpec } from '../support/locustSpec.ts';
import { venvPython } from '../../locust/demo/paths.ts';
import { JsonReport, LocustMaster } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker.ts';

export type PairOptions = {
  /** Name of both files in `pairs/`, without extension. */
  readonly name: string;
  /** Zero for a file with a load shape, which says by itself how many and how long. */
  readonly users: number;
  readonly runTimeSec: number;
  /** More of Locust's flags, for both runs. */
  readonly flags?: readonly string[];
  readonly threads?: number;
};

/** Counts by `type name`, in order of the names. */
export type Rows = Readonly<Record<string, number>>;

export type PairRows = { readonly locust: Rows; readonly ours: Rows };

const endTimeoutMs = 40_000;

export async function runPair(options: PairOptions): Promise<PairRows> {
  await using processes = new TestProcesses();
  try {
    const [locust, ours] = await Promise.all([locustAlone(processes, options), masterAndWorker(processes, options)]);
    return { locust, ours };
  } catch (error) {
    throw new Error(`the pair ${options.name} could not be run:\n${processes.explain()}`, { cause: error });
  }
}

async function locustAlone(processes: TestProcesses, { name, users, runTimeSec, flags = [] }: PairOptions): Promise<Rows> {
  await using report = await JsonReport.open();
  const size = users === 0 ? [] : ['-u', String(users), '-r', String(users), '-t', `${runTimeSec}s`];
  const args = ['-f', fileOf(name, 'py'), '--headless', ...size, ...flags, ...report.flags];
  const child = processes.start(locustSpec({ name: `Locust with ${name}.py`, python: venvPython, args, onLine: () => undefined }));
  await until(`Locust ends its run of ${name}.py`, () => child.isGone, { timeoutMs: endTimeoutMs });
  return rowsOf(await report.rows());
}

/** With the web UI: a headless master leaves half a second after its run time, whatever its workers still have to say. */
async function masterAndWorker(processes: TestProcesses, { name, users, runTimeSec, flags = [], threads = 1 }: PairOptions): Promise<Rows> {
  const master = await LocustMaster.start(processes, { locustfile: fileOf(name, 'py'), flags });
  WorkerProcess.start(processes, { scenario: fileOf(name, 'ts'), masterPort: master.port, threads });
  await master.waitForWorkers(1);
  const fields = users === 0 ? {} : { run_time: `${runTimeSec}s` };
  await master.swarm({ users: Math.max(users, 1), spawnRate: Math.max(users, 1), fields });
  const { stats } = await master.stoppedStats();
  // Locust has no times from schedule.
  return rowsOf(stats.filter(({ name: row }) => row !== 'Aggregated' && !row.endsWith(fromScheduleMark)));
}

function fileOf(name: string, extension: string): string {
  return join('test/parity/pairs', `${name}.${extension}`);
}

function rowsOf(rows: readonly { readonly method: string | null; readonly name: string; readonly num_requests: number }[]): Rows {
  return Object.fromEntries(rows.map(({ method, name, num_requests }) => [`${method ?? ''} ${name}`, num_requests] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `rows` with those of one class replaced by these names, each counted once: where ours differs on purpose. */
export function withClass(rows: Rows, className: string, names: readonly string[]): Rows {
  const others = Object.entries(rows).filter(([row]) => !row.startsWith(`${className} `));
  return Object.fromEntries([...others, ...names.map((name) => [`${className} ${name}`, 1] as const)]);
}

/** Names of the rows of one class. */
export function namesOf(rows: Rows, className: string): readonly string[] {
  return Object.keys(rows).flatMap((row) => (row.startsWith(`${className} `) ? [row.slice(className.length + 1)] : []));
}
