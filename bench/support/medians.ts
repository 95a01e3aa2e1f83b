/** Medians over rounds. */
import type { Medians, Sample } from '../line.ts';

/** The middle value; the mean of the two in the middle when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export function mediansOf(samples: ReadonlyMap<string, readonly Sample[]>): Medians {
  return {
    of(contestant, figure) {
      const values = (samples.get(contestant) ?? []).map((sample) => sample[figure]).filter((value) => value !== undefined);
      return values.length === 0 ? null : median(values);
    },
  };
}
