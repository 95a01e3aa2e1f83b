/** Locust as a child process of a test. */
import { projectDir, venvPython } from '../../locust/demo/paths.ts';
import type { ChildSpec } from '../../src/cluster/childProcess.ts';
import { withoutLocustVariables } from '../../src/cluster/locust.ts';

export type LocustCommand = {
  readonly name: string;
  /** The Python that has Locust; that of the tests when absent. */
  readonly python?: string;
  /** Locust's flags. */
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
};

/** Runs in the project's root folder; `LOCUST_…` variables of this machine are left out, they would change flags. */
export function locustSpec({ name, python = venvPython, args, onLine }: LocustCommand): ChildSpec {
  return {
    name,
    command: python,
    args: ['-m', 'locust', ...args],
    cwd: projectDir,
    env: { ...withoutLocustVariables(process.env), PYTHONUNBUFFERED: '1' },
    // Time to say goodbye to its workers (0.5 s, up to three times) and to print its table.
    graceMs: 6_000,
    onLine,
  };
}
