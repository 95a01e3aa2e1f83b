/** Paths of the files that a run leaves behind: what they are called, and whether they can be written at all. */
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { types } from 'node:util';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { hasCode, makeFolderOf } from '../util/writtenFiles.ts';
import type { RunStart } from '../report/runView.ts';

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

/** For `open`: a named pipe that nobody reads is an error, not a wait without end. Windows knows no such flag. */
export const withoutWaiting: number = constants.O_NONBLOCK ?? 0;

/**
 * Makes sure that a file can be written, and makes its folder as Locust does; an older file keeps its content. Throws a
 * BoomerError that names the path and the reason.
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    makeFolderOf(path);
    const isNew = await created(path);
    // Permissions do not tell of read-only disks and of folders of that name: opening does.
    await (await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | withoutWaiting)).close();
    if (isNew) await unlink(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** `cannot write out/report.html: ENOSPC: no space left on device` */
export function unwritable(path: string, cause: unknown): BoomerError {
  if (hasCode(cause, 'ENXIO')) return new BoomerError('unwritable', `cannot write ${path}: it is a pipe that nobody reads: start its reader first`, { cause });
  // Node ends its texts with the call and the path, which are said already.
  const reason = types.isNativeError(cause) ? cause.message.replace(/, [a-z]+(?: '.*)?$/su, '') : errorLine(cause);
  return new BoomerError('unwritable', `cannot write ${path}: ${reason}`, { cause });
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
