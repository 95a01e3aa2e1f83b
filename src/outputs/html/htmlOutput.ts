/** `--html FILE`: the report, written once when the run has ended. */
import type { Output } from '../output.ts';
import { ReportFile } from '../reportFile.ts';
import { htmlReport } from './htmlReport.ts';

/** Writes to `path`, which is taken as it is. `onStart` rejects with a BoomerError when that will not be possible, `onStop` when it was not. */
export function htmlOutput(path: string): Output {
  const file = new ReportFile(path);
  let isWritten = false;
  return {
    onStart: () => file.open(),
    async onStop(result) {
      await file.write(htmlReport(result));
      isWritten = true;
    },
    files: () => (isWritten ? [path] : []),
  };
}
