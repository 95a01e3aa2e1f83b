/**
 * How many users of each class there are to be: split over threads, and reported as reached when all threads have theirs.
 */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import type { ClassInfo } from '../shared/messages.ts';
import { splitOverThreads } from './split.ts';
import type { ThreadSlot } from './threadSlot.ts';

type Wish = { readonly generation: number; readonly targets: Readonly<Record<string, number>>; readonly stopTimeoutMs: number };

export type WishesOptions = {
  readonly slots: () => readonly ThreadSlot[];
  readonly classes: () => readonly ClassInfo[];
  readonly sink: (input: UsersInput) => void;
};

export class Wishes {
  readonly #options: WishesOptions;
  /** Targets of the run, merged over its spawns: a class that a spawn does not name keeps its users. */
  #wish: Wish | null = null;

  constructor(options: WishesOptions) {
    this.#options = options;
  }

  set(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): void {
    this.#wish = { generation, targets: { ...this.#wish?.targets, ...targets }, stopTimeoutMs };
    for (const slot of this.#options.slots()) this.tell(slot);
  }

  /** Nobody wishes for users any more, and nobody hears of those that there are. */
  forget(): void {
    this.#wish = null;
  }

  /** Its share, to one thread. */
  tell(slot: ThreadSlot): void {
    if (this.#wish === null) return;
    const { generation, targets, stopTimeoutMs } = this.#wish;
    const threadCount = this.#options.slots().length;
    const own: Record<string, number> = {};
    this.#options.classes().forEach(({ name }, classIndex) => {
      const users = targets[name];
      if (users !== undefined) own[name] = splitOverThreads(users, threadCount, classIndex)[slot.index] ?? 0;
    });
    slot.post({ kind: 'users', generation, targets: own, stopTimeoutMs });
  }

  /** Live users per class, of all threads. */
  counts(): Readonly<Record<string, number>> {
    const slots = this.#options.slots();
    return Object.fromEntries(this.#options.classes().map(({ name }) => [name, slots.reduce((sum, slot) => sum + (slot.counts[name] ?? 0), 0)]));
  }

  /** A thread has said how many it has. */
  countsChanged(): void {
    const generation = this.#wish?.generation;
    if (generation === undefined) return;
    const reached = this.#options.slots().every((slot) => slot.reachedGeneration === generation);
    this.#options.sink({ kind: 'users', generation, counts: this.counts(), reached });
  }
}
