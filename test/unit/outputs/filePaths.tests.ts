import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertWritable, filledPath, ReportFile } from '../../../src/outputs/reportFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-paths-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [{ users: 100, spawnPerSec: 10, runTimeMs: 50_000 }, 'r_100_10_50_100.html'],
  [{ users: 100, spawnPerSec: 0.5, runTimeMs: 1_500 }, 'r_100_0.5_1.5_100.html'],
  [{ users: 5, spawnPerSec: 0, runTimeMs: null }, 'r_5_{r}_{t}_5.html'],
  [{ users: null, spawnPerSec: 0, runTimeMs: null }, 'r_{u}_{r}_{t}_{u}.html'],
])('%j is in the name', (run, expected) => {
  expect(filledPath('r_{u}_{r}_{t}_{u}.html', run)).toBe(expected);
});

test('a path that can be written leaves no trace but its folder', async () => {
  const path = join(folder, 'new/deep/report.html');
  await assertWritable(path);
  expect([existsSync(join(folder, 'new/deep')), existsSync(path)]).toEqual([true, false]);
  writeFileSync(path, 'older');
  await assertWritable(path);
  expect(readFileSync(path, 'utf8')).toBe('older');
});

test('a path that cannot be written is named with the reason', async () => {
  mkdirSync(join(folder, 'isFolder'));
  writeFileSync(join(folder, 'isFile'), '');
  await expect(assertWritable(join(folder, 'isFolder'))).rejects.toThrow(`cannot write ${join(folder, 'isFolder')}: EISDIR: illegal operation on a directory`);
  await expect(assertWritable(join(folder, 'isFile/report.html'))).rejects.toMatchObject({ code: 'unwritable', message: expect.stringContaining(`cannot write ${join(folder, 'isFile/report.html')}: E`) as unknown });
  await expect(assertWritable('/proc/nowhere/report.html')).rejects.toThrow('cannot write /proc/nowhere/report.html: ENOENT: no such file or directory');
  await expect(new ReportFile('/dev/full').write('text')).rejects.toThrow('cannot write /dev/full: ENOSPC: no space left on device');
  if (process.getuid?.() === 0) return;
  mkdirSync(join(folder, 'locked'));
  chmodSync(join(folder, 'locked'), 0o500);
  await expect(assertWritable(join(folder, 'locked/x'))).rejects.toThrow('EACCES: permission denied');
});
