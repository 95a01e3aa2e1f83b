/** What the figures were measured on. */
import { cpus, release, totalmem, type } from 'node:os';
import { clientCore, serverCore } from './cores.ts';

export function machine(): readonly string[] {
  const all = cpus();
  const pinned = serverCore === null ? 'nothing is pinned' : `servers pinned to core ${serverCore}, clients to core ${clientCore}`;
  return [
    `${all.length} × ${all[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}; ${pinned} where a row says "a core"`,
    'medians of rounds in which all contestants of a line take turns; CPU is user and system time of all threads',
  ];
}
