/**
 * Tells load threads of the run so far: once a second while one is under way, and once more when the users of all threads are gone, which
 * listeners of `testStop` wait for. Nobody is told before somebody wants to know.
 */
import type { StatsSoFar } from '../../stats/soFar.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import type { LoadThread } from './loadThread.ts';

const everyMs = 1_000;

/** What it is told with. */
export type StatsTellingParts = {
  readonly threads: readonly Pick<LoadThread, 'post' | 'isReady' | 'isRetiring' | 'areUsersGone' | 'runBegins'>[];
  /** Null: the numbers are nobody's business. */
  readonly soFar: (() => Omit<StatsSoFar, 'isFinal'>) | null;
};

export class StatsTelling {
  readonly #parts: StatsTellingParts;
  #isWanted = false;
  #run: 'yet to come' | 'under way' | 'stopping' | 'over' = 'yet to come';
  #timer: Timer | null = null;

  constructor(parts: StatsTellingParts) {
    this.#parts = parts;
  }

  /** Somebody wants to know, from now on. May be called twice. */
  want(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#tell(this.#run === 'over');
    this.#tellLater();
  }

  /** What was counted so far is dropped: before anybody hears of that. */
  restarted(): void {
    this.#tell(false);
  }

  /** A run begins. */
  begin(): void {
    this.#run = 'under way';
    for (const thread of this.#parts.threads) thread.runBegins();
    this.#tell(false);
    this.#tellLater();
  }

  /** Its users are told to go. */
  stop(): void {
    this.#run = 'stopping';
    this.check();
  }

  /** Tells the last numbers if the users of all threads are gone, and threads that were lost have ended. */
  check(): void {
    const { threads } = this.#parts;
    if (this.#run !== 'stopping' || threads.some((thread) => thread.isRetiring || (thread.isReady && !thread.areUsersGone))) return;
    this.#run = 'over';
    this.#tell(true);
  }

  /** The process ends: what was recorded since, in listeners. */
  last(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    this.#tell(true);
  }

  #tellLater(): void {
    if (!this.#isWanted || this.#timer !== null) return;
    this.#timer = setTimer(() => {
      this.#timer = null;
      if (this.#run !== 'under way' && this.#run !== 'stopping') return;
      this.#tell(false);
      this.#tellLater();
    }, everyMs);
  }

  #tell(isFinal: boolean): void {
    const { soFar, threads } = this.#parts;
    if (!this.#isWanted || soFar === null) return;
    const stats = { ...soFar(), isFinal };
    for (const thread of threads) if (thread.isReady) thread.post({ kind: 'stats', stats });
  }
}
