/** From buckets and percentiles to points of a chart; pure. */
import type { TimesData } from './reportData.ts';

/** One x for all series; x is the decimal logarithm of the milliseconds at which a bucket begins. */
export type Histogram = { readonly x: readonly number[]; readonly counts: readonly (readonly number[])[] };

/** The counts of one or two rows over the same buckets, empty ones between them included, and one empty one at the end. */
export function histogramPoints(all: readonly TimesData[], bucketsPerDecade: number): Histogram {
  const indexes = all.flatMap(({ buckets }) => buckets.map(([index]) => index));
  if (indexes.length === 0) return { x: [], counts: all.map(() => []) };
  const lowest = indexes.reduce((least, index) => Math.min(least, index)) - 1;
  const highest = indexes.reduce((most, index) => Math.max(most, index)) + 1;
  const shown = Array.from({ length: highest - lowest + 1 }, (_, offset) => lowest + offset);
  return {
    // Buckets count from 1 µs, a thousandth of a millisecond.
    x: shown.map((index) => index / bucketsPerDecade - 3),
    counts: all.map(({ buckets }) => {
      const counted = new Map(buckets);
      return shown.map((index) => counted.get(index) ?? 0);
    }),
  };
}

/** x counts nines: 0 is the fastest sample, 1 the 90th percentile, 2 the 99th, 3 the 99.9th. */
export type Curve = { readonly x: readonly number[]; readonly valuesMs: readonly (readonly number[])[] };

/**
 * Percentile curves of one or two rows. Percentiles that are beyond the number of samples are left out, as they say nothing
 * that the slowest sample, the last point, does not say.
 */
export function curvePoints(all: readonly TimesData[], percents: readonly number[]): Curve {
  const timed = all[0]?.timed ?? 0;
  if (timed === 0 || all.some(({ curveMs }) => curveMs.length === 0)) return { x: [], valuesMs: all.map(() => []) };
  const kept = percents.map((_, index) => index).filter((index) => timed * (1 - (percents[index] ?? 0) / 100) >= 1);
  const x = kept.map((index) => nines(percents[index] ?? 0));
  return {
    x: [...x, Math.max(Math.log10(timed), (x.at(-1) ?? 0) + 0.05)],
    valuesMs: all.map(({ curveMs }) => [...kept.map((index) => curveMs[index] ?? 0), curveMs.at(-1) ?? 0]),
  };
}

export function nines(percent: number): number {
  return -Math.log10(1 - percent / 100);
}

/** The percent at so many nines, as an axis says it: `50%`, `99.9%`. */
export function ninesLabel(count: number): string {
  const percent = 100 - 100 * 10 ** -count;
  const decimals = count <= 2 ? 1 : Math.ceil(count) - 1;
  return `${Number(percent.toFixed(decimals))}%`;
}

/** 0, 50, 90, 99, 99.9 … percent, as many as lie in sight. */
export function ninesTicks(from: number, to: number): number[] {
  return [0, nines(50), 1, 2, 3, 4, 5, 6, 7, 8].filter((tick) => tick >= from && tick <= to);
}

/** Logarithms of 1, 2, 5, 10, 20 …, or of powers of ten alone where those would crowd each other. */
export function logTicks(from: number, to: number): number[] {
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const decades = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, offset) => Math.floor(from) + offset);
  return decades.flatMap((decade) => steps.map((step) => decade + Math.log10(step))).filter((tick) => tick >= from && tick <= to);
}
