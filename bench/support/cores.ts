/** One core for the server, another one for the client, where the system lets us choose. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const cores = allowedCores();

/** Null when there are not two cores to choose from, or no `taskset`. */
export const serverCore: number | null = cores[0] ?? null;
export const clientCore: number | null = cores[1] ?? null;

/** The command line that runs `command` on one core; as it is when `core` is null. */
export function pinned(core: number | null, command: readonly string[]): readonly string[] {
  return core === null ? command : ['taskset', '-c', String(core), ...command];
}

function allowedCores(): readonly number[] {
  if (process.platform !== 'linux' || spawnSync('taskset', ['-V']).status !== 0) return [];
  const list = /^Cpus_allowed_list:\s*(.*)$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const found = list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });
  return found.length < 2 ? [] : found;
}
