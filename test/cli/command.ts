/** `boomer-node` in a child process, in a folder of its own, as a user types it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));
export const program: string = join(root, 'dist/cli/bin.js');

export type Ended = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Of what would never end; what takes its time on a busy machine has it. */
const deadlineMs = 120_000;
const running = new Set<Command>();
const folders: string[] = [];

/** Ends what a test has left running, and removes its folders. */
export async function tidy(): Promise<void> {
  for (const command of running) command.kill();
  await Promise.all(Array.from(running, (command) => command.ended));
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A new folder with these files; `boomer-node` can be imported from it, as if it were installed. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'boomer-node-test-'));
  folders.push(folder);
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/boomer-node'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

export type CommandOptions = { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[]; /** A program and arguments that run Node, in place of this process: it must become it (`exec`). */ readonly within?: readonly string[] };

export class Command {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #looks = new Set<() => void>();

  /** Runs `node SCRIPT ARGS…`, or `WITHIN… node SCRIPT ARGS…`. */
  constructor(script: string, args: readonly string[], { cwd = root, env = {}, nodeArgs = [], within = [] }: CommandOptions = {}) {
    running.add(this);
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:LOCUST_|BOOMER_|NODE_OPTIONS$|FORCE_COLOR$)/u.test(name)));
    const [first = process.execPath, ...rest] = [...within, process.execPath, ...nodeArgs, script, ...args];
    this.#child = spawn(first, rest, { cwd, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#add('stdout', text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#add('stderr', text));
    const deadline = setTimeout(() => this.kill(), deadlineMs);
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        clearTimeout(deadline);
        running.delete(this);
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  #add(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const look of this.#looks) look();
  }

  /** Waits until it has printed this; rejects when it ends without. */
  async printed(pattern: RegExp): Promise<void> {
    let look = (): void => undefined;
    const found = new Promise<void>((resolve) => {
      look = () => {
        if (pattern.test(this.stdout) || pattern.test(this.stderr)) resolve();
      };
      this.#looks.add(look);
      look();
    });
    const lost = this.ended.then(({ code }) => {
      if (!pattern.test(this.stdout) && !pattern.test(this.stderr)) throw new Error(`it ended with ${code} and never printed ${String(pattern)}:\n${this.stdout}${this.stderr}`);
    });
    await Promise.race([found, lost]);
    this.#looks.delete(look);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Runs `boomer-node ARGS…` to its end. */
export function boomer(args: readonly string[], options?: CommandOptions): Promise<Ended> {
  return new Command(program, args, options).ended;
}
