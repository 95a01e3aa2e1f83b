/**
 * Folders of this program among the temporary files: each knows whose it is, so that the next start can remove what a killed
 * process left, and nothing else.
 */
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine, hasCode } from '../util/errorText.ts';
import { isMap } from '../util/typeGuards.ts';

const prefix = 'boomer-node-';
const ownerFile = '.owner';

/** A folder of this process among the temporary files. */
export type TemporaryFolder = {
  readonly path: string;
  /** At once; the end of the process does it where nobody did. May be called twice. */
  readonly removeNow: () => void;
};

/** Rejects with a BoomerError where no folder can be made. */
export async function makeTemporaryFolder(parent: string = tmpdir()): Promise<TemporaryFolder> {
  let path = '';
  const removeNow = (): void => {
    foldersHere.delete(removeNow);
    if (foldersHere.size === 0) process.off('exit', removeAll);
    rmSync(path, { recursive: true, force: true });
  };
  try {
    path = await mkdtemp(join(parent, prefix));
    removeAtExit(removeNow);
    await writeFile(join(path, ownerFile), JSON.stringify(ownerHere(process.pid)));
  } catch (cause) {
    if (path !== '') removeNow();
    throw noRoom(parent, cause);
  }
  return { path, removeNow };
}

/** What removes each folder that this thread has. */
const foldersHere = new Set<() => void>();

/** With one listener for all: many loads at once have a folder each, and Node warns of an eleventh. */
function removeAtExit(removeNow: () => void): void {
  if (foldersHere.size === 0) process.once('exit', removeAll);
  foldersHere.add(removeNow);
}

function removeAll(): void {
  for (const removeNow of foldersHere) removeNow();
}

/** What is said when a file of such a folder cannot be written. */
export function noRoom(parent: string, cause: unknown): BoomerError {
  return new BoomerError('no-temporary-folder', `the scenario is compiled into a temporary folder, and ${parent} takes none: ${errorLine(cause)}. Set TMPDIR to a folder that can be written`, { cause });
}

/** Removes folders whose process is gone. What it cannot be sure of stays: it never rejects. */
export async function removeLeftFolders(parent: string = tmpdir()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(prefix))) {
    const path = join(parent, name);
    try {
      // Somebody else could plant a link of that name where all may write.
      const found = await lstat(path);
      if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) continue;
      if (isGone(JSON.parse(await readFile(join(path, ownerFile), 'utf8')))) await rm(path, { recursive: true, force: true });
    } catch {
      // It has no owner, or went meanwhile: none of ours.
    }
  }
}

/** `startedAt` tells two processes of one number apart; null: this system does not say. */
type Owner = { readonly pid: number; readonly startedAt: string | null; readonly system: string };

function ownerHere(pid: number): Owner {
  return { pid, startedAt: processStart(pid), system: systemHere() };
}

/** Other computers and containers may share the folder: their processes cannot be seen from here. */
function isGone(owner: unknown): boolean {
  if (!isMap(owner)) return false;
  const { pid, startedAt, system } = owner;
  if (typeof pid !== 'number' || system !== systemHere()) return false;
  if (typeof startedAt === 'string') return processStart(pid) !== startedAt;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

/** In which process numbers mean the same: one boot of one computer, and on Linux one namespace. */
function systemHere(): string {
  return [hostname(), textOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')), textOr(() => readlinkSync('/proc/self/ns/pid'))].join(' ');
}

/** In clock ticks since the boot (proc(5), `starttime`); null: no such process, or one that waits to be buried, or no such system. */
function processStart(pid: number): string | null {
  const fields = textOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? [];
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function textOr(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}
