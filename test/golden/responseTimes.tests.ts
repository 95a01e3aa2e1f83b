import { bucketIndexOf, bucketMsAt } from '../../src/stats/histogram.ts';
import { readGolden } from './goldenFile.ts';

type Rounding = {
  integers: [firstMs: number, bucketMs: number][];
  ties: { first: number; step: number; multiples: [below: number, at: number, above: number][] }[];
  floats: [elapsedMs: number, bucketMs: number][];
};
type Percentiles = {
  name: string;
  samples: (number | null)[];
  responseTimes: [bucketMs: number, count: number][];
  medianMs: number;
  minMs: number | null;
  maxMs: number;
  averageMs: number;
  percentilesMs: [share: number, ms: number][];
};

const hourMs = 3_600_000;
const { integers, ties, floats } = readGolden('rounding.json') as Rounding;
const { cases } = readGolden('percentiles.json') as { cases: Percentiles[] };

function bucketMsOf(elapsedMs: number): number {
  return bucketMsAt(bucketIndexOf(elapsedMs));
}

test('every whole millisecond up to an hour is rounded as Locust does', () => {
  const wrong: number[] = [];
  let run = 0;
  for (let elapsedMs = 0; elapsedMs <= hourMs; elapsedMs += 1) {
    if (elapsedMs === integers[run + 1]?.[0]) run += 1;
    if (bucketMsOf(elapsedMs) !== integers[run]?.[1]) wrong.push(elapsedMs);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(run).toBe(integers.length - 1);
});

test('every tie, and the floats next to it, are rounded as Locust does', () => {
  const wrong: unknown[] = [];
  for (const { first, step, multiples } of ties) {
    for (const [index, expected] of multiples.entries()) {
      const tieMs = first + index * step;
      const came = [neighbour(tieMs, -1n), tieMs, neighbour(tieMs, 1n)].map((ms) => bucketMsOf(ms) / step);
      if (came.join() !== expected.join()) wrong.push({ tieMs, came, expected });
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(ties.map(({ multiples }) => multiples.length)).toEqual([100, 90, 90, 3590]);
});

test('random floats are rounded as Locust does', () => {
  expect(floats.map(([elapsedMs]) => [elapsedMs, bucketMsOf(elapsedMs)])).toEqual(floats);
});

test.each(cases)('samples "$name" give Locust’s buckets', ({ samples, responseTimes }) => {
  expect(bucketsOf(samples)).toEqual(responseTimes);
});

test.each(cases)('of samples "$name" the master computes the percentiles that Locust’s own worker leads to', (golden) => {
  const buckets = bucketsOf(golden.samples);
  const came = golden.percentilesMs.map(([share]) => [share, masterPercentileMs(buckets, share)]);
  expect(came).toEqual(golden.percentilesMs);
});

function bucketsOf(samples: readonly (number | null)[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const elapsedMs of samples) {
    if (elapsedMs !== null) counts.set(bucketMsOf(elapsedMs), (counts.get(bucketMsOf(elapsedMs)) ?? 0) + 1);
  }
  return [...counts].sort(([left], [right]) => left - right);
}

/** Locust stats.py, `calculate_response_time_percentile`: what the master does with the buckets it is sent. */
function masterPercentileMs(buckets: readonly [number, number][], share: number): number {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let above = 0;
  for (const [bucketMs, count] of buckets.toReversed()) {
    above += count;
    if (total - above <= Math.floor(total * share)) return bucketMs;
  }
  return 0;
}

/** The float next to a positive one. */
function neighbour(value: number, steps: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + steps);
  return view.getFloat64(0);
}
