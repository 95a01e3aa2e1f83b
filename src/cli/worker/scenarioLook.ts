/** Whether the master that answers by now ships another scenario than the one before: `worker -f -` looks when its master was replaced. */
import type { Logger } from '../../util/logger.ts';
import { errorLine } from '../../util/errorText.ts';

/** What a look needs, and what comes of it. */
export type ScenarioLookOptions = {
  /** Of the scenario that runs. */
  readonly hash: string;
  /** Asks the master for the hash of what it ships; null: nothing of ours. Rejects when it does not answer, or `stop` fires. */
  readonly ask: (stop: AbortSignal) => Promise<string | null>;
  readonly log: Logger;
  /** Called once at most: there is another one. */
  readonly onAnother: () => void;
};

/** One look at a time, as long as the life of the worker goes on. */
export class ScenarioLook {
  readonly #options: ScenarioLookOptions;
  readonly #end = new AbortController();
  #isLooking = false;

  constructor(options: ScenarioLookOptions) {
    this.#options = options;
  }

  /** Begins one, unless one goes on: one master may be news twice. */
  begin(): void {
    if (!this.#isLooking && !this.#end.signal.aborted) void this.#look();
  }

  /** The worker ends: whatever is still asked is of no use, and nothing is said of it. May be called twice. */
  close(): void {
    this.#end.abort();
  }

  async #look(): Promise<void> {
    const { hash, ask, log, onAnother } = this.#options;
    const warn = (why: string): void => {
      if (!this.#end.signal.aborted) log('warning', `whether the master has the same scenario is not known: ${why}`);
    };
    this.#isLooking = true;
    try {
      const shipped = await ask(this.#end.signal);
      if (shipped === null) warn('it ships none of boomer-node');
      else if (shipped !== hash && !this.#end.signal.aborted) {
        this.close();
        onAnother();
      }
    } catch (error) {
      warn(errorLine(error));
    } finally {
      this.#isLooking = false;
    }
  }
}
