/**
 * The end of all users: told to all threads, and awaited for as long as these get on with it.
 *
 * Threads look after their own deadlines (engine/thread/users/stopGroup.ts). One that is still stopping when the stop timeout is over may have
 * much to do; it is lost only when its event loop does not turn any more.
 */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import type { LoadThread } from './loadThread.ts';
import { causeOfStandstill, type DebuggerWatch } from './standstill.ts';

/** A loop that turns says so five times a second. */
const lookEveryMs = 100;
/**
 * After so many looks at which the loop had not turned, the thread is blocked: a garbage collection of a large heap is over by then.
 * Looks, not time: without CPU they come late too.
 */
const stillLooks = 20;
/** Longer than a thread takes to end its users by its own deadlines, though its clock goes slowly. What comes after them, a teardown, may take what it takes. */
const maxLooks = 900;

type Stop = { readonly generation: number; timer: Timer };

export class Stopping {
  readonly #threads: readonly LoadThread[];
  readonly #sink: (input: UsersInput) => void;
  readonly #debugging: Pick<DebuggerWatch, 'excuses'>;
  #stop: Stop | null = null;

  constructor(threads: readonly LoadThread[], sink: (input: UsersInput) => void, debugging: Pick<DebuggerWatch, 'excuses'>) {
    this.#threads = threads;
    this.#sink = sink;
    this.#debugging = debugging;
  }

  /** Takes the place of an earlier stop; `usersStopped` goes up once when all threads have answered. */
  begin(generation: number, stopTimeoutMs: number): void {
    this.clear();
    const stop: Stop = { generation, timer: setTimer(() => this.#watch(stop), stopTimeoutMs) };
    this.#stop = stop;
    for (const thread of this.#threads) thread.stopUsers(generation, stopTimeoutMs);
    this.check();
  }

  /** All threads have answered, and those that were replaced have ended: the ledgers are whole. */
  check(): void {
    if (this.#stop === null) return;
    const { generation } = this.#stop;
    if (this.#threads.some((thread) => thread.stoppedGeneration !== generation || thread.isRetiring)) return;
    this.clear();
    this.#sink({ kind: 'usersStopped', generation });
  }

  clear(): void {
    clearTimer(this.#stop?.timer);
    this.#stop = null;
  }

  /** The stop timeout is over: looks at the threads that have not answered, until they have. */
  #watch(stop: Stop): void {
    const seen = new Map<LoadThread, { beats: number; still: number; looks: number }>();
    const look = (): void => {
      for (const thread of this.#threads) {
        if (thread.stoppedGeneration === stop.generation) continue;
        const { beats } = thread;
        const before = seen.get(thread);
        const still = before !== undefined && before.beats === beats ? before.still + 1 : 0;
        const looks = thread.areUsersGone ? 0 : (before?.looks ?? -1) + 1;
        seen.set(thread, { beats, still, looks });
        if (still < stillLooks && looks < maxLooks) continue;
        if (this.#debugging.excuses()) continue;
        const reason = still < stillLooks ? 'it never said that they are gone' : `its event loop stands still: ${causeOfStandstill()}`;
        thread.replace(`it did not stop its users in time: ${reason}`);
      }
      if (this.#stop === stop) stop.timer = setTimer(look, lookEveryMs);
    };
    look();
  }
}

const closeDeadlineMs = 700;
/** The same while threads finish their profiles, which may be large. */
const profileDeadlineMs = 10_000;

/**
 * The end of all threads: after their last listeners, or a deadline.
 */
export class Closing {
  readonly #threads: readonly LoadThread[];
  #exitCode: number | null = null;
  #check: () => void = () => undefined;

  constructor(threads: readonly LoadThread[]) {
    this.#threads = threads;
  }

  /** Resolves with the highest exit code that a thread's scenario set, or null. */
  async close(exitCode: number, isProfiling: boolean): Promise<number | null> {
    await this.#lastListeners(exitCode, isProfiling ? profileDeadlineMs : closeDeadlineMs);
    // Until they have ended, they may still leave something for the request log.
    await Promise.all(this.#threads.map((thread) => thread.close()));
    return this.#exitCode;
  }

  /** A thread's last word. */
  closed(exitCode: number | null): void {
    if (exitCode !== null) this.#exitCode = Math.max(this.#exitCode ?? 0, exitCode);
    this.#check();
  }

  async #lastListeners(exitCode: number, deadlineMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const deadline = setTimer(resolve, deadlineMs);
      this.#check = () => {
        if (this.#threads.some((thread) => thread.isLoaded && !thread.isClosed)) return;
        clearTimer(deadline);
        resolve();
      };
      for (const thread of this.#threads) thread.post({ kind: 'close', exitCode });
      this.#check();
    });
  }
}
