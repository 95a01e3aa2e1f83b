/** Network namespaces and small disks; Linux, and root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Why neither can be had here; null when both can. */
export function isolationProblem(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux';
  const name = `bn${process.pid}try`;
  try {
    run('ip', 'netns', 'add', name);
    run('ip', 'netns', 'del', name);
    return null;
  } catch (error) {
    return `no network namespace can be made: ${String(error).split('\n')[0] ?? ''}`;
  }
}

/** What this process has taken of the machine; given back at the latest when it exits. */
const taken = new Set<Namespace | SmallDisk>();
process.on('exit', () => {
  for (const one of taken) one.close();
});

/** A namespace with one cable to here; whatever addresses are here are reached over it. */
export class Namespace {
  /** Our end of the cable, as seen from both sides. */
  readonly address: string;
  readonly #name: string;
  readonly #cable: string;

  /** `number`, 0 to 16 383, is unique among those that live on this machine. */
  constructor(number: number) {
    const first = `10.77.${number >> 6}.`;
    const base = (number & 63) * 4;
    this.address = `${first}${base + 1}`;
    this.#name = `bn${process.pid}n${number}`;
    this.#cable = `b${process.pid % 100_000}v${number}`;
    taken.add(this);
    try {
      run('ip', 'netns', 'add', this.#name);
      run('ip', 'link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'inside', 'netns', this.#name);
      run('ip', 'addr', 'add', `${this.address}/30`, 'dev', this.#cable);
      run('ip', 'link', 'set', this.#cable, 'up');
      run('ip', '-n', this.#name, 'addr', 'add', `${first}${base + 2}/30`, 'dev', 'inside');
      run('ip', '-n', this.#name, 'link', 'set', 'inside', 'up');
      run('ip', '-n', this.#name, 'link', 'set', 'lo', 'up');
      run('ip', '-n', this.#name, 'route', 'add', 'default', 'via', this.address);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What comes before the command of a program that is to run inside. */
  get prefix(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  set isUp(isUp: boolean) {
    run('ip', '-n', this.#name, 'link', 'set', 'inside', isUp ? 'up' : 'down');
  }

  close(): void {
    taken.delete(this);
    try {
      run('ip', 'netns', 'del', this.#name);
    } catch {
      // it was not made
    }
  }
}

/** A disk of 64 KiB at this path, until `close`. */
export class SmallDisk {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(path, { recursive: true });
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path);
    taken.add(this);
  }

  close(): void {
    taken.delete(this);
    run('umount', '-l', this.#path);
  }
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
