/** Tasks a second of our own worker, as its master counts them. */
import type { Sample, Scale } from '../line.ts';
import { betweenReports } from './betweenReports.ts';
import { startWorker } from './worker.ts';

export type Load = {
  /** A file of `bench/scenarios`, without its ending. */
  readonly scenario: string;
  readonly className: string;
  readonly users: number;
  readonly threadCount: number;
};

/** `perSec`: tasks a second of all threads together. */
export async function tasksPerSec({ scenario, className, users, threadCount }: Load, scale: Scale): Promise<Sample> {
  const worker = await startWorker(scenario, { threadCount });
  try {
    await worker.master.spawn(className, users, null);
    const { requests, wallMs } = await betweenReports(worker.pid, worker.master, scale);
    return { perSec: (requests * 1000) / wallMs };
  } finally {
    await worker.stop();
  }
}
