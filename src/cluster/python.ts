/**
 * Finds a Python that Locust runs on, and locks a file with it: the operating system lets go of such a lock when its holder dies, so that
 * none is ever stale. Node has no `flock`; a small Python process holds it for as long as its standard input, a pipe to us, is open.
 */
import { type Child, describeExit, type Processes } from './childProcess.ts';
import { BoomerError } from '../util/boomerError.ts';

/** A Python that Locust can be installed for. */
export type Python = {
  /** The interpreter itself, never a shim or a link on the PATH. */
  readonly path: string;
  readonly version: PythonVersion;
};

/** As `sys.version_info` has it. */
export type PythonVersion = readonly [major: number, minor: number, micro: number];

/** Below this, no Locust that is pinned here can be installed. */
export const oldestPython: PythonVersion = [3, 10, 0];

/** The machine's own choice first; then names under which newer ones lie beside an old `python3`. */
const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

const askVersion = 'import json, sys; print(json.dumps([sys.executable, *sys.version_info[:3]]))';

const howToInstall = 'Install Python 3.10 or newer (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python).';

/** The first candidate that is new enough. Throws a BoomerError when there is none, saying what was found instead. */
export async function findPython(processes: Processes, stop: AbortSignal): Promise<Python> {
  const tooOld: string[] = [];
  for (const command of candidates) {
    const python = await askPython(command, processes);
    stop.throwIfAborted();
    if (python === null) continue;
    if (isNewEnough(python.version)) return python;
    tooOld.push(`${command} is ${formatVersion(python.version)}`);
  }
  const came = tooOld.length === 0 ? 'there is no python3 on the PATH' : tooOld.join(', ');
  throw new BoomerError('no-locust', `Locust needs Python 3.10 or newer, but ${came}. ${howToInstall}`);
}

/** `3.12.1` */
export function formatVersion(version: PythonVersion): string {
  return version.join('.');
}

/** True from `oldestPython` on. */
export function isNewEnough([major, minor]: PythonVersion): boolean {
  return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
}

/** What `askVersion` printed; null when it is something else. */
export function readPythonAnswer(text: string): Python | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(answer)) return null;
  const [path, major, minor, micro] = answer as unknown[];
  if (typeof path !== 'string' || path === '') return null;
  if (typeof major !== 'number' || typeof minor !== 'number' || typeof micro !== 'number') return null;
  return { path, version: [major, minor, micro] };
}

async function askPython(command: string, processes: Processes): Promise<Python | null> {
  const child = processes.start({ name: command, command, args: ['-c', askVersion] });
  const exit = await child.exit;
  const answer = child.lastLines.at(-1);
  return exit.code === 0 && answer !== undefined ? readPythonAnswer(answer) : null;
}

const holdLock = `
import fcntl, sys
file = open(sys.argv[1], "r+")
try:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print("waiting", flush=True)
    fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
`;

/** Which file is locked, and how one is told about a wait for it. */
export type LockRequest = {
  /** An interpreter of any version from 3.0. */
  readonly python: string;
  /** An existing file; it is not changed. */
  readonly file: string;
  readonly processes: Processes;
  readonly stop: AbortSignal;
  /** Called at most once, when somebody else has it. */
  readonly onWait: () => void;
};

/** Resolves, once nobody else has the lock, to the function that gives it back. Rejects when `stop` fires first. */
export async function lockFile({ python, file, processes, stop, onWait }: LockRequest): Promise<() => Promise<void>> {
  stop.throwIfAborted();
  let onLocked = (): void => {};
  const locked = new Promise<void>((resolve) => {
    onLocked = resolve;
  });
  const holder = processes.start({
    name: 'the lock',
    command: python,
    args: ['-c', holdLock, file],
    onLine: (line) => {
      if (line === 'locked') onLocked();
      if (line === 'waiting') onWait();
    },
  });
  await Promise.race([locked, failure(holder, stop, file)]);
  return async () => {
    await holder.stop();
  };
}

/** Rejects when the holder ends before it has the lock. */
async function failure(holder: Child, stop: AbortSignal, file: string): Promise<void> {
  const exit = await holder.exit;
  stop.throwIfAborted();
  throw new BoomerError('no-locust', `${file} could not be locked: ${describeExit(holder.name, exit)}: ${holder.lastLines.join(' ')}`);
}
