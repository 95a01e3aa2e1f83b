/** `--junit FILE`: the run as test cases. */
import type { Output } from '../output.ts';
import { ReportFile } from '../reportFile.ts';
import { junitSuites } from './junitReport.ts';
import { junitXml } from './junitXml.ts';

/** An output that writes JUnit's XML to `path` when the run has ended. */
export function junitOutput(path: string): Output {
  const file = new ReportFile(path);
  return {
    onStart: () => file.open(),
    onStop: (result) => file.write(junitXml(junitSuites(result))),
    files: () => [path],
  };
}
