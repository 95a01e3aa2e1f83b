/** `--summary-export FILE`: our own file of the whole run, the one that `boomer-node compare` reads. */
import { assertWritable, writeWhole } from '../filePaths.ts';
import type { Output } from '../output.ts';
import { summaryOf } from './summary.ts';

/** An output that writes the summary to `path` when the run has ended: JSON on one line. */
export function summaryOutput(path: string): Output {
  return {
    onStart: () => assertWritable(path),
    onStop: (result) => writeWhole(path, `${JSON.stringify(summaryOf(result))}\n`),
    files: () => [path],
  };
}
