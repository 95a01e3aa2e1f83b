/**
 * What a sliding window holds: a slice for each look, of what was added since the look before. A slice is some 600 bytes, and 5 more for each different
 * value of its histogram where percentiles are asked for: 4 KB of a thousand requests.
 */
import { type CountUs, hdrIndexOf, Histogram } from '../stats/histogram.ts';

/** What one look added to what a threshold is about. */
export type Slice = {
  /** When the look was taken; since counting began. */
  readonly toMs: number;
  readonly requests: number;
  readonly failures: number;
  /** Those that have a time, or the values of a trend. */
  readonly timed: number;
  readonly total: number;
  /** `Infinity` and `-Infinity` where nothing has a value. */
  readonly min: number;
  readonly max: number;
  readonly started: number;
  readonly dropped: number;
  /** What was added to a counter. */
  readonly amount: number;
  /** What a gauge is at the look; null: it was never set. */
  readonly gauge: number | null;
};

/** All slices as one. */
export type WindowSums = Omit<Slice, 'toMs'>;

type Kept = Slice & {
  /** Slots of the histogram, and as many counts. */
  readonly slots: Uint16Array;
  readonly counts: Int32Array;
};

const noSlots = new Uint16Array(0);
const noCounts = new Int32Array(0);
const nothing = { requests: 0, failures: 0, timed: 0, total: 0, min: Infinity, max: -Infinity, started: 0, dropped: 0, amount: 0, gauge: null, slots: noSlots, counts: noCounts } satisfies Omit<Kept, 'toMs'>;

export class WindowContent {
  #slices: Kept[] = [];
  /** The counts of all slices, by slot. */
  readonly #counts = new Map<number, number>();
  #fromMs = 0;
  /** What a gauge was where the window begins. */
  #gaugeBefore: number | null = null;

  /** Where the oldest slice begins. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /** Forgets everything: the next slice begins with the counting. */
  clear(): void {
    this.empty();
    this.#slices = [];
    this.#fromMs = 0;
  }

  /** Forgets what was added, not when: its time stays in the window. */
  empty(): void {
    this.#slices = this.#slices.map(({ toMs }) => ({ ...nothing, toMs }));
    this.#counts.clear();
    this.#gaugeBefore = null;
  }

  /** `times` are the counts that the histogram has grown by. */
  add(slice: Slice, times: readonly CountUs[]): void {
    const isEmpty = times.length === 0;
    const slots = isEmpty ? noSlots : Uint16Array.from(times, ([lowestUs]) => hdrIndexOf(lowestUs / 1000));
    const counts = isEmpty ? noCounts : Int32Array.from(times, ([, count]) => count);
    this.#slices.push({ ...slice, slots, counts });
    for (const [place, slot] of slots.entries()) this.#addCount(slot, counts[place] ?? 0);
  }

  /** Slices that ended at `fromMs` or before. */
  forgetUntil(fromMs: number): void {
    const kept = this.#slices.findIndex(({ toMs }) => toMs > fromMs);
    for (const { toMs, gauge, slots, counts } of this.#slices.splice(0, Math.max(0, kept))) {
      this.#fromMs = toMs;
      this.#gaugeBefore = gauge;
      for (const [place, slot] of slots.entries()) this.#addCount(slot, -(counts[place] ?? 0));
    }
  }

  /** In one pass: a window of an hour has thousands. A gauge's extremes hold what it was when the window began: that lasted until it was set. */
  sums(): WindowSums {
    let [requests, failures, timed, total, started, dropped, amount] = [0, 0, 0, 0, 0, 0, 0];
    let gauge = this.#gaugeBefore;
    let [min, max] = gauge === null ? [Infinity, -Infinity] : [gauge, gauge];
    for (const slice of this.#slices) {
      requests += slice.requests;
      failures += slice.failures;
      timed += slice.timed;
      total += slice.total;
      started += slice.started;
      dropped += slice.dropped;
      amount += slice.amount;
      min = Math.min(min, slice.min);
      max = Math.max(max, slice.max);
      gauge = slice.gauge;
    }
    return { requests, failures, timed, total, min, max, started, dropped, amount, gauge };
  }

  /** The counts of all slices. */
  histogram(): Histogram {
    return new Histogram(this.#counts);
  }

  #addCount(slot: number, count: number): void {
    const sum = (this.#counts.get(slot) ?? 0) + count;
    if (sum === 0) this.#counts.delete(slot);
    else this.#counts.set(slot, sum);
  }
}

/** `now` less `before`, both ascending; a sample that was being written may be in one that was read later alone. */
export function grownBy(now: readonly CountUs[], before: readonly CountUs[]): readonly CountUs[] {
  const more: CountUs[] = [];
  let place = 0;
  for (const [lowestUs, count] of now) {
    for (let other = before[place]; other !== undefined && other[0] < lowestUs; other = before[++place]) more.push([other[0], -other[1]]);
    const same = before[place];
    const less = same !== undefined && same[0] === lowestUs ? same[1] : 0;
    if (same !== undefined && same[0] === lowestUs) place += 1;
    if (count !== less) more.push([lowestUs, count - less]);
  }
  for (const [lowestUs, count] of before.slice(place)) more.push([lowestUs, -count]);
  return more;
}
