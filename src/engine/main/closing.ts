/**
 * The end of all threads: after their last listeners, or a deadline.
 */
import { clearTimer, setTimer } from '../../util/timers.ts';
import type { ThreadSlot } from './threadSlot.ts';

const closeDeadlineMs = 700;
/** The same while threads finish their profiles, which may be large. */
const profileDeadlineMs = 10_000;

export class Closing {
  readonly #slots: () => readonly ThreadSlot[];
  #exitCode: number | null = null;
  #check: () => void = () => undefined;

  constructor(slots: () => readonly ThreadSlot[]) {
    this.#slots = slots;
  }

  /** Resolves with the highest exit code that a thread's scenario set, or null. */
  async close(exitCode: number, isProfiling: boolean): Promise<number | null> {
    await this.#lastListeners(exitCode, isProfiling ? profileDeadlineMs : closeDeadlineMs);
    // Until they have ended, they may still leave something for the request log.
    await Promise.all(this.#slots().map((slot) => slot.close()));
    return this.#exitCode;
  }

  /** A thread's last word. */
  closed(slot: ThreadSlot, exitCode: number | null): void {
    slot.isClosed = true;
    if (exitCode !== null) this.#exitCode = Math.max(this.#exitCode ?? 0, exitCode);
    this.#check();
  }

  async #lastListeners(exitCode: number, deadlineMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const deadline = setTimer(resolve, deadlineMs);
      this.#check = () => {
        if (this.#slots().some((slot) => slot.isLoaded && !slot.isClosed)) return;
        clearTimer(deadline);
        resolve();
      };
      for (const slot of this.#slots()) slot.post({ kind: 'close', exitCode });
      this.#check();
    });
  }
}
