/** A user who writes down what happens to it: each line becomes a row of the statistics, numbered and counted once. */
import { constant, events, User, type WaitTime } from 'boomer-node';

const waitSec = 0.5;

export abstract class Diarist extends User {
  static override fixedCount = 1;
  override waitTime: WaitTime = constant(waitSec);
  #lines = 0;
  #lastMs: number = performance.now();

  get lines(): number {
    return this.#lines;
  }

  note(what: string): void {
    const nowMs = performance.now();
    const pause = nowMs - this.#lastMs > waitSec * 700 ? ', after a wait' : '';
    this.#lastMs = nowMs;
    this.#lines += 1;
    this.count(`${String(this.#lines).padStart(2, '0')} ${what}${pause}`);
  }

  count(name: string): void {
    this.record({ type: this.constructor.name, name, elapsedMs: 0 }); // a note of what was, not of a request under way
  }

  override onStart(): unknown {
    this.note('starts');
    return undefined;
  }

  override onStop(): unknown {
    this.note('stops');
    return undefined;
  }
}

events.userError.add(({ error, user }) => {
  if (user instanceof Diarist) user.note(`error: ${error instanceof Error ? error.message : String(error)}`);
});
