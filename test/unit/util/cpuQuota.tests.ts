import { cpuQuota } from '../../../src/util/cpuQuota.ts';

const reading = (files: Readonly<Record<string, string>>) => (path: string): string | null => files[path] ?? null;

const v2Mount = '29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const v1Mounts = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '32 31 0:29 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset',
  '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '',
].join('\n');

test.each<[what: string, files: Record<string, string>, cores: number | null]>([
  ['version 2, in a namespace of its own, as Docker and Kubernetes have it', { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/cpu.max': '200000 100000\n' }, 2],
  ['version 2, half a core', { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 0.5],
  ['version 2 without a quota', { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, null],
  [
    'version 2, of a slice above the unit',
    { '/proc/self/cgroup': '0::/load.slice/test.service\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/load.slice/cpu.max': '300000 100000', '/sys/fs/cgroup/load.slice/test.service/cpu.max': 'max 100000' },
    3,
  ],
  [
    'version 2, the smaller one of two',
    { '/proc/self/cgroup': '0::/a/b\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/a/cpu.max': '300000 100000', '/sys/fs/cgroup/a/b/cpu.max': '150000 100000' },
    1.5,
  ],
  [
    "version 2 with the host's paths",
    { '/proc/self/cgroup': '0::/docker/abc\n', '/proc/self/mountinfo': v2Mount.replace(' / /sys', ' /docker/abc /sys'), '/sys/fs/cgroup/cpu.max': '400000 100000' },
    4,
  ],
  [
    'version 2 below another namespace',
    { '/proc/self/cgroup': '0::/../other\n', '/proc/self/mountinfo': v2Mount.replace(' / /sys', ' /docker/abc /sys'), '/sys/fs/cgroup/cpu.max': '400000 100000' },
    4,
  ],
  [
    'version 1',
    { '/proc/self/cgroup': '12:cpuset:/\n4:cpu,cpuacct:/docker/abc\n', '/proc/self/mountinfo': v1Mounts.replace('/ /sys/fs/cgroup/cpu,cpuacct', '/docker/abc /sys/fs/cgroup/cpu,cpuacct'), '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '250000\n', '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n' },
    2.5,
  ],
  [
    'version 1 without a quota, version 2 mounted beside it',
    {
      '/proc/self/cgroup': '4:cpu,cpuacct:/a\n0::/\n', '/proc/self/mountinfo': `${v1Mounts}41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n`,
      '/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us': '100000\n',
    },
    null,
  ],
  ['a mount point with a blank', { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': v2Mount.replace('/sys/fs/cgroup', '/mnt/c\\040groups'), '/mnt/c groups/cpu.max': '100000 100000' }, 1],
  ['no Linux', {}, null],
  ['nonsense', { '/proc/self/cgroup': 'nonsense\n0::\n::\n', '/proc/self/mountinfo': 'x\n - \n - cgroup2\n', '/cpu.max': '1 0' }, null],
  ['a period of 0', { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': v2Mount, '/sys/fs/cgroup/cpu.max': '200000 0' }, null],
])('%s', (_, files, cores) => {
  expect(cpuQuota(reading(files))).toBe(cores);
});

test('reads the files of this machine', () => {
  const cores = cpuQuota();
  expect(cores === null || cores > 0).toBe(true);
});
