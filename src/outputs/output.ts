/**
 * What every consumer of a run's numbers is handed: the terminal, files, and outputs that a team writes itself.
 *
 * An output is told three things: that the run begins, how it stands (once a second), and how it ended. All outputs get
 * the same objects, so that their totals are equal (boomer's `Output` has the same three methods: output.go).
 */
import type { RunResult, RunMoment, RunStart } from '../report/runView.ts';

export type Output = {
  /** Before the first user starts. An error here ends the program before anything is loaded: say what cannot be written. */
  readonly onStart?: (start: RunStart) => unknown;
  /** Once a second while users run, and once more for what came after the last second. An error is logged and the run goes on. */
  readonly onEvent?: (moment: RunMoment) => unknown;
  /** After the last sample; the place to write files. An error is logged, and the exit code is 1 at least. */
  readonly onStop?: (result: RunResult) => unknown;
  /** Paths that `onStop` has written when it is done, for the list at the end of the run. */
  readonly files?: () => readonly string[];
};
