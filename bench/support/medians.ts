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
  const valuesOf = (contestant: string, figure: string): readonly number[] => (samples.get(contestant) ?? []).map((sample) => sample[figure] ?? Number.NaN);
  return {
    of: (contestant, figure) => medianOrNull(valuesOf(contestant, figure)),
    ratioOf(contestant, peer, figure) {
      const others = valuesOf(peer, figure);
      return medianOrNull(valuesOf(contestant, figure).map((value, round) => value / (others[round] ?? Number.NaN)));
    },
  };
}

function medianOrNull(values: readonly number[]): number | null {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? null : median(known);
}
