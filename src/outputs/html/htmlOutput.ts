/** `--html FILE`: the report, written once when the run has ended. */
import { assertWritable, writeWhole } from '../filePaths.ts';
import type { Output } from '../output.ts';
import { htmlReport } from './htmlReport.ts';

/** Writes to `path`, which is taken as it is. `onStart` rejects with a BoomerError when that will not be possible, `onStop` when it was not. */
export function htmlOutput(path: string): Output {
  let isWritten = false;
  return {
    onStart: () => assertWritable(path),
    async onStop(result) {
      await writeWhole(path, htmlReport(result));
      isWritten = true;
    },
    files: () => (isWritten ? [path] : []),
  };
}
