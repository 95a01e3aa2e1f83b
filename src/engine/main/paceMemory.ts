/**
 * What holds users back from their next task, as memory that all threads share (see engine/thread/pacing/gate.ts): made once, begun anew
 * with each run.
 */
import type { ArrivalCounts } from '../../report/runView.ts';
import type { Rate } from '../../util/rate.ts';
import { type ArrivalCurve, maxPerSec } from '../shared/arrivalCurve.ts';
import { ArrivalCounter, Countdown, type Lateness, Permits } from '../shared/pace.ts';
import { sharedNowMs } from '../../util/sharedClock.ts';
import { ReplayMemory } from '../shared/replays.ts';
import type { Arrivals } from '../shared/messages.ts';
import type { Pace } from '../shared/threadSeed.ts';

/** What a run asks for; all null: nothing. */
export type PaceOptions = {
  /** Task runs in all; a whole number below 2³¹. */
  readonly iterations: number | null;
  /** Task runs that may begin. */
  readonly maxRate: Rate | null;
  /** The limit begins with `count` a second and grows by as much after each `periodMs`, up to `maxRate`. */
  readonly increaseRate: Rate | null;
  /** Arrivals of an open model. */
  readonly arrivals: ArrivalCurve | null;
};

/** Nothing holds users back. */
export const noPace: PaceOptions = { iterations: null, maxRate: null, increaseRate: null, arrivals: null };

export class PaceMemory {
  /** For the threads' seeds. */
  readonly pace: Pace;
  readonly #options: PaceOptions;
  readonly #iterations: Countdown | null;
  readonly #permits: Permits | null;
  #curve: ArrivalCurve | null;
  #arrivals: ArrivalCounter | null;
  readonly #threadCount: number;
  /** Of classes whose users each stand for a rate. */
  readonly #classArrivals: ArrivalCounter;
  readonly #replays: ReplayMemory;

  constructor(options: PaceOptions, threadCount: number) {
    const { iterations, maxRate, increaseRate, arrivals } = options;
    this.#options = options;
    this.#curve = arrivals;
    this.#threadCount = threadCount;
    this.#iterations = iterations === null ? null : Countdown.create(iterations);
    this.#permits = maxRate === null && increaseRate === null ? null : Permits.create(maxRate, increaseRate);
    this.#arrivals = arrivals === null ? null : ArrivalCounter.create(threadCount);
    this.#classArrivals = ArrivalCounter.create(threadCount);
    this.#replays = ReplayMemory.create(threadCount);
    this.pace = {
      iterations: this.#iterations?.memory ?? null,
      permits: this.#permits?.memory ?? null,
      classArrivals: this.#classArrivals.memory,
      replays: this.#replays.memory,
    };
  }

  /** An open model, as the scenario has it; before its first run. */
  setCurve(curve: ArrivalCurve): void {
    this.#curve = curve;
    this.#arrivals ??= ArrivalCounter.create(this.#threadCount);
  }

  /** For the threads; null: users go on by themselves. */
  get openModel(): Arrivals | null {
    return this.#curve === null || this.#arrivals === null ? null : { curve: this.#curve, counts: this.#arrivals.memory };
  }

  /** A new run, while no user lives. */
  begin(): void {
    this.#iterations?.reset(this.#options.iterations ?? 0);
    this.#permits?.reset(sharedNowMs());
    this.#arrivals?.reset();
    this.#classArrivals.reset();
    this.#replays.reset();
  }

  /** Task runs that may still begin; null: no end. */
  iterationsLeft(): number | null {
    return this.#iterations?.left() ?? null;
  }

  /** Since the run began, or the warm-up was over; null without an open model. `usersPerSec`: what users that stand for a rate each come to, null without them; `replays`: a capture says when. */
  arrivals(usersPerSec: number | null, replays = false): ArrivalCounts | null {
    if (this.#curve !== null && this.#arrivals !== null) return { perSec: maxPerSec(this.#curve), ...this.#arrivals.read() };
    return usersPerSec === null && !replays ? null : { perSec: usersPerSec, ...this.#classArrivals.read() };
  }

  /** How late those of an open model began since the last call; null where `arrivals` is. */
  takeLateness(usersPerSec: number | null, replays = false): Lateness | null {
    if (this.#arrivals !== null) return this.#arrivals.takeLateness();
    return usersPerSec === null && !replays ? null : this.#classArrivals.takeLateness();
  }

  /** The warm-up is over: arrivals are counted from here. */
  countArrivalsAnew(): void {
    this.#arrivals?.countAnew();
    this.#classArrivals.countAnew();
  }
}
