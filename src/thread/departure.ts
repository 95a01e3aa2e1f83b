/**
 * Some users leave together: each is asked, then killed when the grace is over, then abandoned when even its `onStop`
 * does not end (Locust runners.py, `stop_users`, which would wait for ever in that last case).
 */
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';
import type { UserLife } from './userLife.ts';

/** How long the `onStop` of a killed user may take: a worker must say `client_stopped` within a second. */
export const onStopGraceMs = 500;

export class Departure {
  readonly #leaving: Set<UserLife>;
  readonly #done: () => void;
  #timer: Timer | null = null;
  /** Resolves when all are gone. */
  readonly over: Promise<void>;

  /** `onAbandoned` hears how many had to be abandoned. */
  constructor(lives: Iterable<UserLife>, graceMs: number, onAbandoned: (count: number) => void) {
    this.#leaving = new Set(lives);
    let done = (): void => undefined;
    this.over = new Promise((resolve) => (done = resolve));
    this.#done = done;
    if (graceMs > 0) {
      for (const life of this.#leaving) life.stop();
      this.#timer = setTimer(() => this.#killAll(onAbandoned), graceMs);
    } else {
      this.#killAll(onAbandoned);
    }
    this.#check();
  }

  /** A user is gone, whoever's it was. */
  gone(life: UserLife): void {
    if (this.#leaving.delete(life)) this.#check();
  }

  /** A later, stricter wish: these users have no grace any more. */
  hurry(onAbandoned: (count: number) => void): void {
    if (this.#leaving.size > 0) this.#killAll(onAbandoned);
  }

  #killAll(onAbandoned: (count: number) => void): void {
    clearTimer(this.#timer);
    for (const life of [...this.#leaving]) life.kill();
    this.#timer = setTimer(() => {
      const late = [...this.#leaving];
      if (late.length > 0) onAbandoned(late.length);
      for (const life of late) life.abandon();
    }, onStopGraceMs);
  }

  #check(): void {
    if (this.#leaving.size > 0) return;
    clearTimer(this.#timer);
    this.#done();
  }
}
