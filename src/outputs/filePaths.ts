/** Paths of the files that a run leaves behind: what they are called, and whether they can be written at all. */
import { mkdir, open, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import type { RunStart } from './runView.ts';

/**
 * Fills in `{u}` (users), `{r}` (spawn rate, a second) and `{t}` (run time in seconds), each wherever it occurs; what
 * the run has no number for stays as it is (Locust html.py, `process_html_filename`).
 */
export function filledPath(path: string, { users, spawnPerSec, runTimeMs }: Pick<RunStart, 'users' | 'spawnPerSec' | 'runTimeMs'>): string {
  const named = path.replaceAll('{u}', String(users));
  // With stages there is no rate.
  const rated = spawnPerSec > 0 ? named.replaceAll('{r}', String(spawnPerSec)) : named;
  return runTimeMs === null ? rated : rated.replaceAll('{t}', String(runTimeMs / 1000));
}

/**
 * Makes sure that a file can be written, and makes its folder as Locust does; an older file keeps its content. Throws a
 * BoomerError that names the path and the reason.
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    await makeFolderOf(path);
    const isNew = await created(path);
    // Permissions do not tell of read-only disks and of folders of that name: opening does.
    await (await open(path, 'a')).close();
    if (isNew) await unlink(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Writes the whole file; rejects with a BoomerError that names the path and the reason. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Makes the folders above a file that are not there. */
export async function makeFolderOf(path: string): Promise<void> {
  await makeFolder(dirname(path));
}

/** `cannot write out/report.html: ENOSPC: no space left on device` */
export function unwritable(path: string, cause: unknown): BoomerError {
  // Node ends its texts with the call and the path, which are said already.
  const reason = types.isNativeError(cause) ? cause.message.replace(/, [a-z]+(?: '.*)?$/su, '') : errorLine(cause);
  return new BoomerError('unwritable', `cannot write ${path}: ${reason}`, { cause });
}

/** Node's own `recursive` never ends where a folder cannot be made although the one above it is there, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  if (await isThere(path)) return;
  await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have been faster.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** True for a file too: whoever opens something in it gets the better error. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Creates the file; false when it was there before. */
async function created(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === code;
}
