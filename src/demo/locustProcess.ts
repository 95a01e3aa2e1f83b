/** How Locust's own program is started, here and in the tests. */
import { projectDir } from './paths.ts';
import type { ChildSpec } from './child.ts';

export type LocustCommand = {
  readonly name: string;
  /** The Python of the virtual environment. */
  readonly python: string;
  /** Locust's flags. */
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
};

/** Runs in the project's root folder; `LOCUST_…` variables of this machine are left out, they would change flags. */
export function locustSpec({ name, python, args, onLine }: LocustCommand): ChildSpec {
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

/** True for Locust's log lines below a warning; its tables and everything else that it prints are not log lines. */
export function isRoutineLog(line: string): boolean {
  return /^\[\d{4}-\d\d-\d\d [\d:,]+\] \S+\/(INFO|DEBUG)\//.test(line);
}

function withoutLocustVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCUST_')));
}
