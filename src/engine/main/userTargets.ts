/**
 * How many users of each class there are to be: split over threads, and reported as reached when all threads have theirs.
 */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import type { ClassInfo } from '../shared/messages.ts';
import type { LoadThread } from './loadThread.ts';

type Targets = { readonly generation: number; readonly targets: Readonly<Record<string, number>>; readonly stopTimeoutMs: number };

/** What targets are split over, and who hears of counts. */
export type UserTargetsOptions = {
  readonly threads: () => readonly LoadThread[];
  readonly classes: () => readonly ClassInfo[];
  readonly sink: (input: UsersInput) => void;
};

export class UserTargets {
  readonly #options: UserTargetsOptions;
  /** Targets of the run, merged over its spawns: a class that a spawn does not name keeps its users. */
  #targets: Targets | null = null;

  constructor(options: UserTargetsOptions) {
    this.#options = options;
  }

  set(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): void {
    this.#targets = { generation, targets: { ...this.#targets?.targets, ...targets }, stopTimeoutMs };
    for (const thread of this.#options.threads()) this.sendTo(thread);
  }

  /** Clears the targets; later counts are not reported. */
  clear(): void {
    this.#targets = null;
  }

  /** Its share, to one thread. */
  sendTo(thread: LoadThread): void {
    if (this.#targets === null) return;
    const { generation, targets, stopTimeoutMs } = this.#targets;
    const threadCount = this.#options.threads().length;
    const own: Record<string, number> = {};
    this.#options.classes().forEach(({ name }, classIndex) => {
      const users = targets[name];
      if (users !== undefined) own[name] = splitOverThreads(users, threadCount, classIndex)[thread.index] ?? 0;
    });
    thread.post({ kind: 'users', generation, targets: own, stopTimeoutMs });
  }

  /** Live users per class, of all threads. */
  counts(): Readonly<Record<string, number>> {
    const threads = this.#options.threads();
    return Object.fromEntries(this.#options.classes().map(({ name }) => [name, threads.reduce((sum, thread) => sum + (thread.counts[name] ?? 0), 0)]));
  }

  /** A thread has said how many it has. */
  countsChanged(): void {
    const generation = this.#targets?.generation;
    if (generation === undefined) return;
    const reached = this.#options.threads().every((thread) => thread.reachedGeneration === generation);
    this.#options.sink({ kind: 'users', generation, counts: this.counts(), reached });
  }
}

/*
 * Splits absolute targets over threads.
 */

/**
 * Users of one class for each of `threadCount` threads: even, and stable: one user more is one more in exactly one
 * thread. `classIndex` decides which thread gets the first one, so that many classes with one user each spread too.
 */
export function splitOverThreads(users: number, threadCount: number, classIndex: number): readonly number[] {
  return Array.from({ length: threadCount }, (_, thread) => {
    const place = (((thread - classIndex) % threadCount) + threadCount) % threadCount;
    return Math.floor((users + threadCount - 1 - place) / threadCount);
  });
}

/**
 * Whether samples count by now, or belong to the warm-up, and telling so to threads that believe something else: those
 * that were not ready yet, or take the place of another.
 */
export class Counting {
  isOn: boolean;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  sendTo(thread: LoadThread): void {
    if (!thread.isReady || thread.warmsUp !== this.isOn) return;
    thread.warmsUp = !this.isOn;
    thread.post({ kind: 'count', isOn: this.isOn });
  }
}
