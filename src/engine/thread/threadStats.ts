/** What this thread knows of the run so far (`environment.stats`): it is told once a second, from the moment on at which somebody looks. */
import { noStats, type StatsSoFar } from '../../stats/soFar.ts';
import type { ThreadToMain } from '../shared/messages.ts';

export class ThreadStats {
  readonly #post: (message: ThreadToMain) => void;
  #stats = noStats;
  #isWanted = false;
  #becameFinal: (() => void) | null = null;

  constructor(post: (message: ThreadToMain) => void) {
    this.#post = post;
  }

  /** Those that were told last. */
  get current(): StatsSoFar {
    if (!this.#isWanted) this.#post({ kind: 'statsWanted' });
    this.#isWanted = true;
    return this.#stats;
  }

  /** The main thread tells. */
  take(stats: StatsSoFar): void {
    this.#isWanted = true;
    this.#stats = stats;
    if (stats.isFinal) this.#becameFinal?.();
  }

  /** The users of this thread are gone: resolves when those of all threads are, and the last numbers are here; at once where nobody wants any. */
  async whenFinal(): Promise<void> {
    const final = new Promise<void>((resolve) => (this.#becameFinal = resolve));
    this.#post({ kind: 'usersGone' });
    if (this.#stats.atSec !== null) await final;
  }
}
