/**
 * A lock between processes that the operating system lets go of when its holder dies, so that none is ever stale.
 *
 * Node has no `flock`; Python has, and it is needed here anyway: a small Python process holds the lock for as long as
 * its standard input, a pipe to us, is open.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { Child } from './child.ts';
import { describeExit } from './child.ts';
import type { Processes } from './processes.ts';

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
  throw new BoomerError('lock-failed', `${file} could not be locked: ${describeExit(holder.name, exit)}: ${holder.lastLines.join(' ')}`);
}
