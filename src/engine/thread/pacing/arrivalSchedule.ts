/**
 * When an open model's arrivals are due: this thread's share of them, moments of the clock that all threads share. Each is worked out from where all began,
 * never from the one before, so that nothing adds up.
 */
import { type ArrivalCurve, dueMs } from '../../shared/arrivalCurve.ts';
import type { ArrivalCounter } from '../../shared/pace.ts';

/** One thread's arrivals, in order. */
export type ArrivalSchedule = {
  /** When the next one is due; Infinity: there is none. */
  readonly nextMs: () => number;
  /** It has come. */
  readonly advance: () => void;
};

/** `--rate` of a run, or stages of rates: thread i takes every arrival k ≡ i modulo their number. */
export class RunSchedule implements ArrivalSchedule {
  /** Null: not yet, or no more. */
  startsAtMs: number | null = null;
  readonly #curve: ArrivalCurve;
  readonly #counter: Pick<ArrivalCounter, 'dealtWith' | 'deal'>;
  readonly #threadIndex: number;
  readonly #threadCount: number;

  constructor(curve: ArrivalCurve, counter: Pick<ArrivalCounter, 'dealtWith' | 'deal'>, threadIndex: number, threadCount: number) {
    this.#curve = curve;
    this.#counter = counter;
    this.#threadIndex = threadIndex;
    this.#threadCount = threadCount;
  }

  nextMs(): number {
    if (this.startsAtMs === null) return Number.POSITIVE_INFINITY;
    const own = this.#counter.dealtWith(this.#threadIndex);
    return this.startsAtMs + dueMs(this.#curve, own * this.#threadCount + this.#threadIndex);
  }

  advance(): void {
    this.#counter.deal(this.#threadIndex);
  }
}

/** Where a class's arrivals stand among all others, of all workers. */
export type SchedulePlace = {
  /** The moment of the shared clock from which all workers count: the beginning of 1970 by the master's clock. */
  readonly epochMs: number;
  /** What part of the time between two arrivals of a worker this one's come later, 0 … 1. */
  readonly phase: number;
};

/**
 * Arrivals of users that each stand for a rate. Those of one worker lie on a grid that is as fine as it has users, anchored in a moment that all workers know,
 * and shifted by the worker's place; its threads take them in turn.
 *
 *     worker 0   │       │       │       │          due(k) = epoch + (k + phase) / (users × rate)
 *     worker 1       │       │       │       │
 *
 * Where users come or go the grid of the new number holds from that moment on. What came of the old one by then has come.
 */
export class UserSchedule implements ArrivalSchedule {
  readonly #perSec: number;
  readonly #threadIndex: number;
  #place: SchedulePlace = { epochMs: 0, phase: 0 };
  #users = 0;
  #sharers = 1;
  #stepMs = Number.POSITIVE_INFINITY;
  #next = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** `perSec`: of one user. */
  constructor(perSec: number, threadIndex: number) {
    this.#perSec = perSec;
    this.#threadIndex = threadIndex;
  }

  /** So many users of the worker, whose arrivals the first `sharers` threads take in turn, from this moment on. */
  setUsers(users: number, sharers: number, fromMs: number, place: SchedulePlace): void {
    const isSame = users === this.#users && sharers === this.#sharers && place.epochMs === this.#place.epochMs && place.phase === this.#place.phase;
    if (isSame) return;
    this.#users = users;
    this.#sharers = sharers;
    this.#place = place;
    this.#stepMs = 1000 / (users * this.#perSec);
    const { epochMs, phase } = place;
    const first = Math.ceil((Math.max(fromMs, this.#lastMs) - epochMs) / this.#stepMs - phase);
    this.#next = first + ((this.#threadIndex - (first % sharers) + sharers) % sharers);
    if (this.nextMs() <= this.#lastMs) this.#next += sharers;
  }

  nextMs(): number {
    if (this.#users === 0 || this.#threadIndex >= this.#sharers) return Number.POSITIVE_INFINITY;
    return this.#place.epochMs + (this.#next + this.#place.phase) * this.#stepMs;
  }

  advance(): void {
    this.#lastMs = this.nextMs();
    this.#next += this.#sharers;
  }
}

/** Fractions of a golden ratio are far from each other, however many there are. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Workers know nothing of each other but their own index: 0, ½, ¼, ¾, ⅛ … (van der Corput) puts each in the middle of the widest gap that those before it leave,
 * so that 2, 4 or 8 workers of as many users each are evenly spaced. Classes are kept apart likewise.
 */
export function phaseOf(workerIndex: number, classIndex: number): number {
  let phase = 0;
  let part = 0.5;
  for (let left = Math.max(0, workerIndex); left > 0; left = Math.floor(left / 2)) {
    phase += (left % 2) * part;
    part /= 2;
  }
  return (phase + classIndex * golden) % 1;
}
