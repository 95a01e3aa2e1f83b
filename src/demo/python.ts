/** Finds a Python that Locust runs on. */
import { BoomerError } from '../util/boomerError.ts';
import type { Processes } from './processes.ts';

export type Python = {
  /** The interpreter itself, never a shim or a link on the PATH. */
  readonly path: string;
  readonly version: PythonVersion;
};

export type PythonVersion = readonly [major: number, minor: number, micro: number];

/** Below this, no Locust that is pinned here can be installed. */
export const oldestPython: PythonVersion = [3, 10, 0];

/** The machine's own choice first; then names under which newer ones lie beside an old `python3`. */
const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

const askVersion = 'import json, sys; print(json.dumps([sys.executable, *sys.version_info[:3]]))';

const howToInstall = 'Install Python 3.10 or newer (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python).';

/** The first candidate that is new enough. Throws `BoomerError` when there is none, saying what was found instead. */
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
  throw new BoomerError('python-missing', `Locust needs Python 3.10 or newer, but ${came}. ${howToInstall}`);
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
