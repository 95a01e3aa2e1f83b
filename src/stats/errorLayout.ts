/**
 * The layout of an error slot of the ledger (see ledgerLayout.ts): two halves of three 64-bit floats. Zeroed memory is
 * an empty slot.
 */

export const occurrences = 0;
/** Earliest completion in Unix milliseconds; meaningful when there are occurrences. */
export const firstSeenMs = 1;
/** Latest completion in Unix milliseconds. */
export const lastSeenMs = 2;

const halfFloats = 3;

export const errorsPerPage = 512;
export const errorPageBytes: number = errorsPerPage * 2 * halfFloats * 8;

/** First float of `half` (0 or 1) of the error slot `index` within its page. */
export function errorHalfAt(index: number, half: number): number {
  return ((index % errorsPerPage) * 2 + half) * halfFloats;
}
