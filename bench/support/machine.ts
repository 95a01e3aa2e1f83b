/** What the figures were measured on. Loaded at the start of the run, when its own load is not in the average yet. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { clientCore, serverCore } from './cores.ts';

const [loadAtStart = 0] = loadavg();

export function machine(): readonly string[] {
  const all = cpus();
  const pinned = serverCore === null ? 'nothing is pinned' : `servers pinned to core ${serverCore}, clients to core ${clientCore}`;
  return [
    `${all.length} × ${all[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}; ${pinned} where a row says "a core"`,
    `other work on the machine when the run began: load average ${loadAtStart.toFixed(1)}${loadAtStart > all.length / 4 ? '; not quiet, so trust ratios more than figures' : ''}`,
    'medians of rounds in which all contestants of a line take turns; CPU is user and system time of all threads',
  ];
}
