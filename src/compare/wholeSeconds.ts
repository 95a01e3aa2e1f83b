/**
 * Counts of each second of a run, as lists that can be drawn from.
 */

/** Whole Unix seconds `firstSec` … `lastSec`. */
export type SecondRange = { readonly firstSec: number; readonly lastSec: number };

/** A run of more than so many seconds (2.8 h) is held in longer stretches: the bootstrap needs no more, and thousands of rows need memory. */
const mostStretches = 10_000;

/**
 * One entry a second of the range, 0 where `counts` has none; of long runs one for each 2, 3 … seconds, as few as need be,
 * without what is left at the end. Empty for a range without whole seconds.
 */
export function filledSeconds(counts: ReadonlyMap<number, number>, { firstSec, lastSec }: SecondRange): readonly number[] {
  const seconds = Math.max(0, lastSec - firstSec + 1);
  const stretchSec = Math.max(1, Math.ceil(seconds / mostStretches));
  const sums = new Array<number>(Math.floor(seconds / stretchSec)).fill(0);
  for (const [sec, count] of counts) {
    const stretch = Math.floor((sec - firstSec) / stretchSec);
    if (stretch >= 0 && stretch < sums.length) sums[stretch] = (sums[stretch] ?? 0) + count;
  }
  return sums;
}

/** The seconds that were counted from their beginning to their end. */
export function wholeSeconds(fromSec: number, toSec: number): SecondRange {
  return { firstSec: Math.ceil(fromSec), lastSec: Math.floor(toSec) - 1 };
}
