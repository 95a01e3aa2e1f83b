/**
 * How much CPU the cgroups of this process may use: a container with `cpus: 2` on a machine of 64 cores sees all of them, and
 * 63 threads would be throttled for most of each tenth of a second. Version 2 and version 1 of cgroups, also where only a
 * group further up has a quota, and where the process sees the host's paths (Linux cgroups(7), proc_pid_mountinfo(5)).
 */
import { readFileSync } from 'node:fs';

/** The text of a file, null when it cannot be read. */
export type ReadFile = (path: string) => string | null;

/** In cores, above 0, with a fraction; null: no quota, or none that could be read. */
export function cpuQuota(read: ReadFile = readText): number | null {
  const quotas = cpuGroups(read('/proc/self/cgroup') ?? '', read('/proc/self/mountinfo') ?? '').flatMap(({ version, folders }) => folders.map((folder) => (version === 2 ? quotaOfV2(read, folder) : quotaOfV1(read, folder))));
  const known = quotas.flatMap((quota) => (quota !== null && quota > 0 && quota < Infinity ? [quota] : []));
  return known.length === 0 ? null : Math.min(...known);
}

type CpuGroup = {
  readonly version: 1 | 2;
  /** The process's own, and all above it. */
  readonly folders: readonly string[];
};

/** Where the groups that may limit CPU lie; both versions may be mounted at once. */
function cpuGroups(cgroup: string, mountinfo: string): readonly CpuGroup[] {
  const groups: CpuGroup[] = [];
  for (const line of cgroup.split('\n')) {
    // `0::/path` is version 2; `3:cpu,cpuacct:/path` is version 1.
    const [, hierarchy, controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/u.exec(line) ?? [];
    const version = hierarchy === undefined ? null : hierarchy === '0' && controllers === '' ? 2 : controllers.split(',').includes('cpu') ? 1 : null;
    const mount = version === null ? null : mountOf(mountinfo, version);
    if (version !== null && mount !== null) groups.push({ version, folders: foldersUpTo(mount, path) });
  }
  return groups;
}

type Mount = {
  /** Which group is seen at `point`: not the topmost where a container sees its own only. */
  readonly root: string;
  readonly point: string;
};

/** `31 23 0:28 ROOT POINT OPTIONS … - TYPE SOURCE SUPER-OPTIONS` */
function mountOf(mountinfo: string, version: 1 | 2): Mount | null {
  for (const line of mountinfo.split('\n')) {
    const [before = '', after] = line.split(' - ');
    const [type, , superOptions = ''] = after?.split(' ') ?? [];
    const isCpu = version === 2 ? type === 'cgroup2' : type === 'cgroup' && superOptions.split(',').includes('cpu');
    const [, , , root, point] = before.split(' ').map(unescaped);
    if (isCpu && root !== undefined && point !== undefined) return { root, point };
  }
  return null;
}

/** Blanks are `\040` there. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/gu, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function foldersUpTo({ root, point }: Mount, path: string): readonly string[] {
  const isBelow = path === root || root === '/' || path.startsWith(`${root}/`);
  // Seen from a namespace of its own, the path has nothing to do with where it is mounted: what is there is ours.
  const parts = isBelow ? path.slice(root === '/' ? 0 : root.length).split('/').filter((part) => part !== '' && part !== '..') : [];
  return Array.from({ length: parts.length + 1 }, (_, kept) => [point.replace(/\/$/u, ''), ...parts.slice(0, kept)].join('/'));
}

/** `cpu.max`: `200000 100000`, or `max 100000`. */
function quotaOfV2(read: ReadFile, folder: string): number | null {
  const [, quotaUs, periodUs] = /^(\d+)\s+(\d+)/u.exec(read(`${folder}/cpu.max`) ?? '') ?? [];
  return quotaUs === undefined ? null : Number(quotaUs) / Number(periodUs);
}

/** −1 is no quota. */
function quotaOfV1(read: ReadFile, folder: string): number | null {
  const number = (name: string): number => Number(/^\d+/u.exec(read(`${folder}/${name}`) ?? '')?.[0] ?? Number.NaN);
  const quota = number('cpu.cfs_quota_us') / number('cpu.cfs_period_us');
  return Number.isNaN(quota) ? null : quota;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Another system than Linux, or a container that hides it.
    return null;
  }
}
