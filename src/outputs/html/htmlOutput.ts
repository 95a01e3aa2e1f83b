/** `--html FILE`: the report, written once when the run has ended. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BoomerError } from '../../util/boomerError.ts';
import type { Output } from '../output.ts';
import { htmlReport } from './htmlReport.ts';

/** Writes to `path`, which is taken as it is. `onStart` rejects with a BoomerError when that will not be possible. */
export function htmlOutput(path: string): Output {
  let isWritten = false;
  return {
    onStart: () => assertWritable(path),
    async onStop(result) {
      await writeFile(path, htmlReport(result));
      isWritten = true;
    },
    files: () => (isWritten ? [path] : []),
  };
}

/** Without leaving anything behind: a run that never begins has no report. */
async function assertWritable(path: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() === true) throw new Error('it is a folder');
    await access(there === null ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw new BoomerError('unwritable-file', `--html: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
