/** What the figures were measured on. Loaded when the run begins, before its own work is in the load average. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { clientCore, serverCore } from './cores.ts';

const [loadAtStart = 0] = loadavg();

export function machine(): readonly string[] {
  const all = cpus();
  const pinned = serverCore === null ? 'nothing is pinned' : `servers pinned to core ${serverCore}, clients to core ${clientCore}`;
  return [
    `${all.length} × ${all[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}; ${pinned} where a row says "a core"`,
    `load average ${loadAtStart.toFixed(1)} before the run, ${loadavg()[0]?.toFixed(1) ?? '?'} at its end, of which up to 2 are its own: above that the machine was not quiet, and ratios say more than figures`,
    'medians of rounds in which all contestants of a line take turns; CPU is user and system time of all threads',
  ];
}
