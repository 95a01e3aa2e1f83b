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

  /** `number`, 0 to 16 383, or the next that nobody on this machine has: two rounds of tests at once would otherwise have one network. */
  constructor(number: number) {
    this.#name = `bn${process.pid}n${number}`;
    taken.add(this);
    try {
      run('ip', 'netns', 'add', this.#name);
      let free = number;
      while (!isCableMade(free, this.#name)) free = (free + 1) % networks;
      const cable = cableOf(free);
      const first = `10.77.${free >> 6}.`;
      const base = (free & 63) * 4;
      this.address = `${first}${base + 1}`;
      run('ip', 'addr', 'add', `${this.address}/30`, 'dev', cable);
      run('ip', 'link', 'set', cable, 'up');
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

/** As many as there are networks of four addresses in 10.77.0.0/16. */
const networks = 16_384;

/** The same for all processes, so that the system knows who has the number. */
function cableOf(number: number): string {
  return `boomer${number}`;
}

/** False: another has a cable of this number. */
function isCableMade(number: number, namespace: string): boolean {
  try {
    run('ip', 'link', 'add', cableOf(number), 'type', 'veth', 'peer', 'name', 'inside', 'netns', namespace);
    return true;
  } catch (error) {
    if (String(error).includes('File exists')) return false;
    throw error;
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
