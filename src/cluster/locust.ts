/**
 * Finds a Locust to be the master: the one that was named, the one on the PATH if it is new enough, or a private one, installed once from
 * the pinned list into the user's cache folder.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { homeFolder } from '../util/homeFolder.ts';
import { describeExit, type Processes } from './childProcess.ts';
import { ensureVenv } from './locustEnvironment.ts';

/** What is run to have Locust, and which it is. */
export type Locust = {
  readonly command: string;
  /** In front of Locust's own flags. */
  readonly args: readonly string[];
  /** `2.47.0` */
  readonly version: string;
};

/** Where to look, and who hears of it. */
export type LocustRequest = {
  /** `--locust`, a command with its arguments as a shell would part them at blanks; null: nobody named one. */
  readonly named: string | null;
  readonly processes: Processes;
  /** Gives up, with the signal's reason, soon after it fires. */
  readonly stop: AbortSignal;
  /** A line that stays. */
  readonly say: (text: string) => void;
  /** A line that the next one replaces. */
  readonly progress: (text: string) => void;
};

/** Locusts before this one lack what locustfiles of ours use. */
export const oldestLocust: readonly [major: number, minor: number] = [2, 30];

/** The pinned list that comes with this package. */
export const requirementsFile: string = fileURLToPath(new URL('../../locust/requirements.txt', import.meta.url));

/** Throws a BoomerError when the named one does not answer or is too old, or none can be installed. */
export async function findLocust(request: LocustRequest): Promise<Locust> {
  const { named, say } = request;
  if (named !== null) {
    const [command = '', ...args] = named.trim().split(/\s+/u);
    const answer = await askVersion(command, args, request);
    if (typeof answer === 'string') throw new BoomerError('no-locust', `--locust expects a command that runs Locust, such as "python3 -m locust", but ${answer}`);
    if (!isSupported(answer.version)) throw new BoomerError('no-locust', `--locust: "${named}" is Locust ${answer.version}, and ${oldestLocust.join('.')} or newer is needed: pip install -U locust`);
    return answer;
  }
  const onPath = await askVersion('locust', [], request);
  if (typeof onPath !== 'string') {
    if (isSupported(onPath.version)) return onPath;
    say(`The locust on the PATH is ${onPath.version}, and ${oldestLocust.join('.')} or newer is needed: a private one is used.`);
  }
  return await privateLocust(request);
}

/** `locust 2.47.0 from …` → `2.47.0`; null for anything else. */
export function readVersion(text: string): string | null {
  return /^locust (\d+\.\d+[\w.+-]*)/mu.exec(text)?.[1] ?? null;
}

/** True from `oldestLocust` on. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major > oldestLocust[0] || (major === oldestLocust[0] && minor >= oldestLocust[1]);
}

/** Why there is none, as the end of a sentence, when it does not answer as Locust does. */
async function askVersion(command: string, args: readonly string[], { processes, stop }: LocustRequest): Promise<Locust | string> {
  stop.throwIfAborted();
  const child = processes.start({ name: `"${[command, ...args].join(' ')} --version"`, command, args: [...args, '--version'], env: withoutLocustVariables(process.env) });
  const exit = await child.exit;
  stop.throwIfAborted();
  const version = readVersion(child.lastLines.join('\n'));
  if (exit.code === 0 && version !== null) return { command, args, version };
  return exit.code === 0 ? `${child.name} printed ${JSON.stringify(child.lastLines.join(' '))}` : describeExit(child.name, exit);
}

/** One environment for each pinned list, so that two versions of this package do not replace each other's. */
async function privateLocust(request: LocustRequest): Promise<Locust> {
  const { processes, stop, say, progress } = request;
  const pinned = await readFile(requirementsFile, 'utf8');
  const folder = join(cacheFolder(process.env, homeFolder()), `locust-${createHash('sha256').update(pinned).digest('hex').slice(0, 12)}`);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new BoomerError('no-locust', `Locust is installed into the cache folder, and ${folder} cannot be made: ${errorLine(cause)}. Set XDG_CACHE_HOME to a folder that can be written, or name a Locust with --locust`, { cause });
  }
  const python = await ensureVenv({ processes, stop, say, progress, requirements: requirementsFile, venv: join(folder, 'venv') });
  return { command: python, args: ['-m', 'locust'], version: /^locust==(\S+)/mu.exec(pinned)?.[1] ?? 'of the pinned list' };
}

/** The user's cache folder for this program (XDG Base Directory Specification). */
export function cacheFolder(env: NodeJS.ProcessEnv, home: string): string {
  const { XDG_CACHE_HOME: given = '' } = env;
  return join(given.startsWith('/') ? given : join(home, '.cache'), 'boomer-node');
}

/** `LOCUST_…` variables are read by this program, which makes flags of what is the master's; `kept` are those that Locust has no flags for. */
export function withoutLocustVariables(env: NodeJS.ProcessEnv, kept: readonly string[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCUST_') || kept.includes(name)));
}
