/** What a worker did between two of its reports: what lies in them was done in the time between them. */
import type { Scale } from '../line.ts';
import type { BenchMaster } from './master.ts';
import { cpuMs } from './processes.ts';

export type BetweenReports = {
  /** Requests that the master counted. */
  readonly requests: number;
  /** Between the arrivals of the first and the last report. */
  readonly wallMs: number;
  /** Of the whole process, user and system. */
  readonly cpuMs: number;
};

/** Reports come every 3 s; the next one is only partly of what goes on now, so the stretch begins with it. */
export async function betweenReports(pid: number, master: BenchMaster, scale: Scale): Promise<BetweenReports> {
  const { reports } = master;
  await master.reported(reports.length + 1);
  const fromCpuMs = await cpuMs(pid);
  const from = reports.length;
  await master.reported(from + (scale.isQuick ? 1 : 2));
  const toCpuMs = await cpuMs(pid);
  const [first, ...rest] = reports.slice(from - 1);
  return {
    requests: rest.reduce((sum, report) => sum + report.requests, 0),
    wallMs: (rest.at(-1)?.atMs ?? Number.NaN) - (first?.atMs ?? Number.NaN),
    cpuMs: toCpuMs - fromCpuMs,
  };
}
