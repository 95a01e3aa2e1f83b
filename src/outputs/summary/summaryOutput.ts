/** `--summary-export FILE`: our own file of the whole run, the one that `boomer-node compare` reads. */
import type { Output } from '../output.ts';
import { ReportFile } from '../reportFile.ts';
import { summaryOf } from './summary.ts';

/** An output that writes the summary to `path` when the run has ended: JSON on one line. */
export function summaryOutput(path: string): Output {
  const file = new ReportFile(path);
  return {
    onStart: () => file.open(),
    onStop: (result) => file.write(`${JSON.stringify(summaryOf(result))}\n`),
    files: () => [path],
  };
}
