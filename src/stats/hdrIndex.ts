/**
 * Where a response time counts in an HDR histogram of 1 µs … 1 hour with 3 significant digits.
 *
 * The index scheme is that of `hdr-histogram-js` (`JsHistogram.countsArrayIndex` with lowest 1, highest 3.6e9, 3 digits),
 * written for 32-bit integers so that a load thread counts without the package; a property test holds the two equal.
 *
 *   index   0 … 2 047   each 1 µs
 *   then 1 024 slots for every doubling: 2 048 … 4 095 µs in steps of 2, 4 096 … 8 191 µs in steps of 4, …
 */

/** Response times above one hour count as one hour. */
export const longestHdrUs = 3_600_000_000;

/** Number of slots: 2 048 for the first 2 048 µs and 1 024 for each of the 21 doublings up to 2^32 µs. */
export const hdrLength: number = 2048 + 21 * 1024;

/** The slot of a response time in milliseconds (finite, not negative), rounded to whole microseconds; 0 µs is slot 0. */
export function hdrIndexOf(elapsedMs: number): number {
  const exactUs = elapsedMs * 1000 + 0.5;
  const elapsedUs = exactUs < longestHdrUs ? exactUs >>> 0 : longestHdrUs;
  if (elapsedUs < 2048) return elapsedUs;
  const doublings = 21 - Math.clz32(elapsedUs);
  return (doublings << 10) + (elapsedUs >>> doublings);
}

/** The least whole microseconds that count in the slot `index` (0 … `hdrLength` − 1). */
export function slotLowestUs(index: number): number {
  if (index < 2048) return index;
  const doublings = (index >> 10) - 1;
  return (index - (doublings << 10)) * 2 ** doublings;
}

/** The most whole microseconds that count in the slot `index` (0 … `hdrLength` − 1). */
export function slotHighestUs(index: number): number {
  return slotLowestUs(index + 1) - 1;
}

/** How many whole microseconds count in the slot `index` (0 … `hdrLength` − 1). */
export function slotWidthUs(index: number): number {
  return slotLowestUs(index + 1) - slotLowestUs(index);
}
