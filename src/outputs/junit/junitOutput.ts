/** `--junit FILE`: the run as test cases. */
import { assertWritable, writeWhole } from '../filePaths.ts';
import type { Output } from '../output.ts';
import { junitSuites } from './junitReport.ts';
import { junitXml } from './junitXml.ts';

/** An output that writes JUnit's XML to `path` when the run has ended. */
export function junitOutput(path: string): Output {
  return {
    onStart: () => assertWritable(path),
    onStop: (result) => writeWhole(path, junitXml(junitSuites(result))),
    files: () => [path],
  };
}
