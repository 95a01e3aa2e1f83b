/** Files that a run leaves behind: their folders, and how one is written so that nobody ever finds half of it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, type Stats } from 'node:fs';
import { lstat, open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from './errorText.ts';

/**
 * Makes the folders above a file that are not there. Node's own `recursive` never ends where a folder cannot be made although
 * the one above it is there, as in /proc.
 */
export function makeFolderOf(path: string): void {
  const folder = dirname(path);
  if (isThere(folder)) return;
  makeFolderOf(folder);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Writes the whole file, or leaves what was there: the text is written beside it, and takes its name when it is on the disk. A file
 * that cannot be replaced (mounted by itself, or in a folder that takes no new files) is written in its place; to what is no file
 * (a device) the text is added.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const found = await statOrNull(path);
  if (found !== null && !found.isFile()) return await writeFile(path, content, { flag: 'a' });
  // A link to a file that is not there yet.
  if (found === null && (await lstat(path).catch(() => null)) !== null) return await writeFile(path, content);
  const isReplaced = await replaced(found === null ? path : await realpath(path), found, content);
  if (!isReplaced) await writeFile(path, content);
}

/** False when it could not be; rejects when the text could not be written. */
async function replaced(path: string, found: Stats | null, content: string | Uint8Array): Promise<boolean> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  let isMade = false;
  try {
    const file = await open(beside, 'wx');
    isMade = true;
    try {
      if (found !== null) await takeOver(file, found);
      await file.writeFile(content);
      // Quotas and disks over the network say only now that there is no room.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    return true;
  } catch (error) {
    if (isMade) await unlink(beside).catch(() => undefined);
    if (!['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ENAMETOOLONG'].some((code) => hasCode(error, code))) throw error;
    return false;
  }
}

/** Whose it is, and who may read it. */
async function takeOver(file: { readonly stat: () => Promise<Stats>; readonly chmod: (mode: number) => Promise<void>; readonly chown: (uid: number, gid: number) => Promise<void> }, { mode, uid, gid }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  if (own.mode !== mode) await file.chmod(mode & 0o7777);
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** True for a file too: whoever opens something in it gets the better error. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
