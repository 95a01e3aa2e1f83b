/** Runs that could have been: log-normal response times, Poisson-like seconds, seeded. */
import type { ComparedRow, ComparedRun, Slot } from '../../../src/compare/comparison.ts';
import { Draws } from '../../../src/compare/chance.ts';
import { hdrIndexOf, hdrLength } from '../../../src/stats/histogram.ts';
import { Random } from '../../../src/util/random.ts';

export type Build = {
  readonly rows?: readonly { readonly name: string; readonly medianMs: number; readonly sigma: number; readonly errorRate: number }[];
  readonly requestsPerRow?: number;
  readonly seconds?: number;
  /** Factor on all times of the run. */
  readonly slowness?: number;
  /** Factor on the error rate. */
  readonly failing?: number;
  /** Standard deviation between 10-s windows of the run, as a logarithm. */
  readonly driftWithin?: number;
};

/** Where tests run, looking up a global takes longer than what it does. */
const { exp, floor } = Math;

const oneRow = [{ name: '/users', medianMs: 20, sigma: 0.5, errorRate: 0.001 }];
const windowSec = 10;

export function syntheticRun(seed: string, { rows = oneRow, requestsPerRow = 10_000, seconds = 60, slowness = 1, failing = 1, driftWithin = 0 }: Build = {}): ComparedRun {
  const draws = new Draws(new Random(seed));
  const random = new Random(`${seed} failures`);
  const windows = Array.from({ length: Math.ceil(seconds / windowSec) }, () => ({ factor: Math.exp(driftWithin * draws.normal()), sumMs: 0, count: 0 }));
  const made = rows.map(({ name, medianMs, sigma, errorRate }): ComparedRow => {
    const counts = new Float64Array(hdrLength);
    const requestsPerSecond = new Array<number>(seconds).fill(0);
    const failuresPerSecond = new Array<number>(seconds).fill(0);
    for (let request = 0; request < requestsPerRow; request++) {
      const second = draws.int(0, seconds - 1);
      const window = windows[floor(second / windowSec)];
      if (window === undefined) throw new Error('a second without a window');
      const ms = slowness * window.factor * medianMs * exp(sigma * draws.normal());
      window.sumMs += ms;
      window.count++;
      const slot = hdrIndexOf(ms);
      counts[slot] = (counts[slot] ?? 0) + 1;
      requestsPerSecond[second] = (requestsPerSecond[second] ?? 0) + 1;
      if (random.next() < errorRate * failing) failuresPerSecond[second] = (failuresPerSecond[second] ?? 0) + 1;
    }
    return row('GET', name, counts, requestsPerSecond, failuresPerSecond);
  });
  return {
    source: seed,
    countedSec: seconds,
    total: totalOf(made),
    rows: made,
    windowMeansMs: windows.map(({ sumMs, count }) => sumMs / count),
    windowSec,
    conditions: {},
    remarks: [],
  };
}

function row(method: string, name: string, counts: Float64Array, requestsPerSecond: readonly number[], failuresPerSecond: readonly number[]): ComparedRow {
  return {
    method,
    name,
    requests: sum(requestsPerSecond),
    failures: sum(failuresPerSecond),
    slots: slotsOf(counts),
    requestsPerSecond,
    failuresPerSecond,
  };
}

function slotsOf(counts: Float64Array): readonly Slot[] {
  const slots: Slot[] = [];
  counts.forEach((count, index) => {
    if (count > 0) slots.push({ lowMs: edgeMs(index), highMs: edgeMs(index + 1), count });
  });
  return slots;
}

function totalOf(rows: readonly ComparedRow[]): ComparedRow {
  const [single, ...others] = rows;
  if (single !== undefined && others.length === 0) return { ...single, method: '', name: 'Aggregated' };
  const columns = (of: (one: ComparedRow) => readonly number[]): readonly number[] => (rows[0] === undefined ? [] : of(rows[0])).map((_, second) => sum(rows.map((one) => of(one)[second] ?? 0)));
  const slots = rows.flatMap((one) => one.slots);
  const counts = new Map<number, Slot>();
  for (const slot of slots) counts.set(slot.lowMs, { ...slot, count: slot.count + (counts.get(slot.lowMs)?.count ?? 0) });
  return {
    method: '',
    name: 'Aggregated',
    requests: sum(rows.map(({ requests }) => requests)),
    failures: sum(rows.map(({ failures }) => failures)),
    slots: [...counts.values()].sort((a, b) => a.lowMs - b.lowMs),
    requestsPerSecond: columns((one) => one.requestsPerSecond),
    failuresPerSecond: columns((one) => one.failuresPerSecond),
  };
}

function edgeMs(index: number): number {
  if (index < 2048) return index / 1000;
  const doublings = (index >> 10) - 1;
  return ((index - (doublings << 10)) * 2 ** doublings) / 1000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
