/**
 * Makes a virtual environment with Locust in a folder, once: the next call sees that it is there and does nothing.
 *
 * A stamp, written last, names what it was made from. So a half-made one, one of other requirements or of another
 * Python is made anew; and a lock lets only one process at a time do so.
 */
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeExit, type Processes } from './childProcess.ts';
import { BoomerError } from '../util/boomerError.ts';
import { hasCode } from '../util/errorText.ts';
import { findPython, formatVersion, lockFile, type Python } from './python.ts';

/** Where it is made, and who hears of it. */
export type VenvRequest = {
  readonly processes: Processes;
  /** Gives up, with the signal's reason, soon after it fires. */
  readonly stop: AbortSignal;
  /** A line that stays. */
  readonly say: (text: string) => void;
  /** A line that the next one replaces. */
  readonly progress: (text: string) => void;
  /** The pinned packages, Locust among them. */
  readonly requirements: string;
  /** The environment's folder; its parent is there. */
  readonly venv: string;
};

/** Resolves to the environment's Python. Throws a BoomerError when it cannot be made. */
export async function ensureVenv(request: VenvRequest): Promise<string> {
  const { processes, stop, say } = request;
  const place = placeOf(request);
  const python = await findPython(processes, stop);
  const stamp = await expectedStamp(place, python);
  if (await isMade(place, stamp)) return place.python;
  await writeFile(place.lock, '', { flag: 'a' });
  const unlock = await lockFile({
    python: python.path,
    file: place.lock,
    processes,
    stop,
    onWait: () => say('Another process is installing Locust: waiting for it.'),
  });
  try {
    // Whoever had the lock before us may have made it.
    if (!(await isMade(place, stamp))) await make(request, place, python, stamp);
  } finally {
    await unlock();
  }
  return place.python;
}

type Place = { readonly requirements: string; readonly venv: string; readonly python: string; readonly stamp: string; readonly lock: string };

function placeOf({ requirements, venv }: VenvRequest): Place {
  return { requirements, venv, python: join(venv, 'bin', 'python'), stamp: join(venv, 'made-from'), lock: `${venv}.lock` };
}

async function expectedStamp(place: Place, python: Python): Promise<string> {
  const requirements = await readFile(place.requirements);
  // The path counts too: an environment points to its Python, and to itself by absolute paths.
  const origin = `${formatVersion(python.version)}\0${python.path}\0${place.venv}\0`;
  return createHash('sha256').update(origin).update(requirements).digest('hex');
}

async function isMade(place: Place, stamp: string): Promise<boolean> {
  try {
    await access(place.python, constants.X_OK);
    return (await readFile(place.stamp, 'utf8')) === stamp;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

async function make(request: VenvRequest, place: Place, python: Python, stamp: string): Promise<void> {
  const { say, progress } = request;
  say(`Installing Locust into ${place.venv} with Python ${formatVersion(python.version)}: once, about half a minute.`);
  await rm(place.venv, { recursive: true, force: true });
  // What pip unpacks on its way, where the next making finds it: one that is ended in the middle leaves it behind.
  const temporary = join(place.venv, 'tmp');
  await mkdir(temporary, { recursive: true });
  const env = { ...process.env, TMPDIR: temporary };
  await step(request, {
    name: 'python3 -m venv',
    command: python.path,
    args: ['-m', 'venv', place.venv],
    env,
    advice: 'Is the module there? Debian and Ubuntu have it in a package of its own: apt install python3-venv.',
  });
  let packages = 0;
  await step(request, {
    name: 'pip install',
    command: place.python,
    args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '-r', place.requirements],
    env,
    advice: "Is the package registry reachable? pip takes the machine's own settings (pip.conf, PIP_… variables).",
    onLine: (line) => {
      const name = /^Collecting ([\w.-]+)/.exec(line)?.[1];
      if (name !== undefined) progress(`  package ${++packages}: ${name}`);
      if (line.startsWith('Installing collected packages')) progress(`  unpacking ${packages} packages`);
    },
  });
  await rm(temporary, { recursive: true, force: true });
  await writeFile(`${place.stamp}.new`, stamp);
  await rename(`${place.stamp}.new`, place.stamp);
  say('Locust is installed.');
}

type Step = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What a person can do when it fails. */
  readonly advice: string;
  readonly onLine?: (line: string) => void;
};

async function step({ processes, stop }: VenvRequest, { advice, ...spec }: Step): Promise<void> {
  stop.throwIfAborted();
  const child = processes.start(spec);
  const exit = await child.exit;
  stop.throwIfAborted();
  if (exit.code === 0) return;
  const output = child.lastLines.slice(-12).map((line) => `  ${line}`).join('\n');
  throw new BoomerError('no-locust', `${describeExit(spec.name, exit)}. ${advice}\n${output}`);
}
