/**
 * Counts of each second of a run, as lists that can be drawn from.
 */

/** Whole Unix seconds `firstSec` … `lastSec`. */
export type SecondRange = { readonly firstSec: number; readonly lastSec: number };

/** Longer runs are not held second by second: 4 weeks. */
const mostSeconds = 2_500_000;

/** One entry a second of the range, 0 where `counts` has none; empty for a range without whole seconds. */
export function filledSeconds(counts: ReadonlyMap<number, number>, { firstSec, lastSec }: SecondRange): readonly number[] {
  const length = Math.min(mostSeconds, Math.max(0, lastSec - firstSec + 1));
  return Array.from({ length }, (_, index) => counts.get(firstSec + index) ?? 0);
}

/** The seconds that were counted from their beginning to their end. */
export function wholeSeconds(fromSec: number, toSec: number): SecondRange {
  return { firstSec: Math.ceil(fromSec), lastSec: Math.floor(toSec) - 1 };
}
