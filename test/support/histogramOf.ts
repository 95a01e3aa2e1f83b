/** Response times counted as a thread counts them. */
import { hdrIndexOf, Histogram } from '../../src/stats/histogram.ts';

export function histogramOf(timesMs: readonly number[]): Histogram {
  const bySlot = new Map<number, number>();
  for (const slot of timesMs.map(hdrIndexOf)) bySlot.set(slot, (bySlot.get(slot) ?? 0) + 1);
  return new Histogram(bySlot);
}
