/**
 * Some users leave together: each is asked, then killed when the grace is over (Locust runners.py, `stop_users`). Killed users
 * may say goodbye to their server for as long as they get on with it, or wait for its answer: Locust waits for ever, here
 * users that do neither any more are abandoned.
 *
 * All of it in slices, between which sockets, timers and messages have their turn: a hundred thousand users take seconds to
 * stop, and what the first ones say in their `onStop` must be answered meanwhile.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { inSlices, type Turn } from '../pacing/turn.ts';

/** Between two turns of the event loop. */
const usersPerSlice = 250;

/** How often killed users are looked at. */
const lookEveryMs = 500;
/** After so many looks at which nobody has got on or waits for an answer, users are abandoned. Looks, not time: a loop without CPU looks less often. */
const idleLooks = 10;
/** Nothing is good enough for longer: Locust's master waits for a minute beyond the stop timeout (runners.py, `stop`). */
const maxLooks = 120;

/** How long an `onStop` may go on without any progress, and without a request that is under way. */
export const onStopGraceMs: number = lookEveryMs * idleLooks;

/** A user as those that see to its end know it. */
export type Leaver = {
  /** Asks it to end after its task. */
  readonly stop: () => void;
  /** Ends it now; its `onStop` still runs. */
  readonly kill: () => void;
  /** Ends its `onStop` too; returns its requests that were under way. */
  readonly abandon: () => number;
  readonly samples: { readonly underWay: number };
};

/** How users are stopped, and who hears when they are gone. */
export type StopGroupParts = {
  /** 0: killed at once. */
  readonly graceMs: number;
  readonly turn: Pick<Turn, 'next'>;
  /** Anything that changes while users get on with their `onStop`. */
  readonly progress: () => number;
  /** Hears of users that had to be abandoned, and of their requests that were under way. */
  readonly onAbandoned: (users: number, requests: number) => void;
};

export class StopGroup {
  readonly #leaving: Set<Leaver>;
  readonly #parts: StopGroupParts;
  readonly #done: () => void;
  #isKilled = false;
  #isGivenUp = false;
  #timer: Timer | null = null;
  /** Resolves when all are gone. */
  readonly over: Promise<void>;

  constructor(runners: Iterable<Leaver>, parts: StopGroupParts) {
    this.#leaving = new Set(runners);
    this.#parts = parts;
    let done = (): void => undefined;
    this.over = new Promise((resolve) => (done = resolve));
    this.#done = done;
    if (parts.graceMs > 0) void this.#ask(parts.graceMs);
    else this.kill();
    this.#check();
  }

  /** A user is gone, whoever's it was. */
  gone(runner: Leaver): void {
    if (this.#leaving.delete(runner)) this.#check();
  }

  /** These users have no grace any more; nothing to those that have been killed. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    clearTimer(this.#timer);
    void this.#killAll();
  }

  /** Nobody wants to wait for these users: they are killed, or abandoned when they have been killed before. */
  hurry(): void {
    if (this.#isKilled) void this.#abandonAll();
    else this.kill();
  }

  async #ask(graceMs: number): Promise<void> {
    this.#timer = setTimer(() => this.kill(), graceMs);
    await this.#inSlices((runner) => runner.stop(), () => this.#isKilled);
  }

  async #killAll(): Promise<void> {
    await this.#inSlices((runner) => runner.kill(), () => false);
    this.#watch(0, 0, this.#leaving.size, this.#parts.progress());
  }

  /** Those that are gone when their slice comes are passed over. */
  async #inSlices(work: (runner: Leaver) => void, isCancelled: () => boolean): Promise<void> {
    await inSlices([...this.#leaving], this.#parts.turn, usersPerSlice, (runner) => {
      if (isCancelled()) return false;
      if (this.#leaving.has(runner)) work(runner);
      return true;
    });
  }

  #watch(looks: number, idle: number, leavingBefore: number, progressBefore: number): void {
    if (this.#leaving.size === 0 || this.#isGivenUp) return;
    if (idle === idleLooks || looks === maxLooks) return void this.#abandonAll();
    this.#timer = setTimer(() => {
      const { size } = this.#leaving;
      const progress = this.#parts.progress();
      const isIdle = size === leavingBefore && progress === progressBefore && !this.#isAnswerDue();
      this.#watch(looks + 1, isIdle ? idle + 1 : 0, size, progress);
    }, lookEveryMs);
  }

  /** Requests have time limits of their own. */
  #isAnswerDue(): boolean {
    for (const runner of this.#leaving) if (runner.samples.underWay > 0) return true;
    return false;
  }

  async #abandonAll(): Promise<void> {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    clearTimer(this.#timer);
    let [users, requests] = [0, 0];
    await this.#inSlices((runner) => {
      users++;
      requests += runner.abandon();
    }, () => false);
    if (users > 0) this.#parts.onAbandoned(users, requests);
  }

  #check(): void {
    if (this.#leaving.size > 0) return;
    clearTimer(this.#timer);
    this.#done();
  }
}
