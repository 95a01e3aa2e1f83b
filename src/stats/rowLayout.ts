/**
 * The layout of a row of the ledger (see ledgerLayout.ts): two halves in a page of rows, and its HDR slots in a page of their own,
 * which there is where somebody asks for the percentiles of rows: a master makes its own from Locust's buckets.
 *
 *      half 0:  5 floats | marks | seconds, 256 × 3 words | Locust's buckets
 *      half 1:  the same
 *      HDR:     generation, marks | 23 552 slots
 *
 * Zeroed memory is an empty row. What a usual row touches of a half (everything up to 1 s of response time and the
 * first seconds) lies within one 4 KB page, as halves and HDR parts begin on such. 64-bit floats and 32-bit words are two views of the same memory: offsets
 * are in words unless they say floats.
 */
import { hdrLength } from './hdrIndex.ts';
import { bucketCount } from './responseBuckets.ts';

/** Floats, as offsets in floats from the start of the half. */
export const sumMs = 0;
/** Meaningful when `bucketEnd` is not 0. */
export const minMs = 1;
export const maxMs = 2;
export const contentBytes = 3;
/** Latest completion in Unix milliseconds; 0 when there is none. */
export const lastStampMs = 4;

/** Requests without a response time. */
export const noneCount = 10;
/** Lowest touched bucket; meaningful when the end is not 0. */
export const bucketFirst = 11;
/** One more than the highest touched bucket; 0 when no request had a response time. */
export const bucketEnd = 12;
/** How many seconds are in use, 0 … `secondsLength`. */
export const secondsUsed = 13;
/**
 * Triples of Unix second, requests, failures, in order of appearance. A half lasts from one report to the next, a few
 * seconds, and main has emptied it before the thread gets it again, so no slot is ever reused unread. If main does not
 * read for more than `secondsLength` seconds in which requests end, the further ones count in the last triple: the
 * second is then wrong, never the number. (A process that is suspended counts nothing: its threads are suspended too.)
 */
export const seconds = 14;
export const secondsLength = 256;
export const secondWords = 3;
export const secondRequests = 1;
export const secondFailures = 2;
/** Counts by the index of responseBuckets.ts. */
export const buckets: number = seconds + secondsLength * secondWords;

/** The run whose samples the HDR counts are; any other value than the control page's means that they are stale. */
export const hdrGeneration = 0;
/** Lowest touched slot; meaningful when the end is not 0. */
export const hdrFirst = 1;
/** One more than the highest touched slot; 0 when none was. */
export const hdrEnd = 2;
/** Counts modulo 2^32 by the index of hdrIndex.ts. */
export const hdrCounts = 8;
/** Size of the HDR part. */
export const hdrWords: number = hdrCounts + hdrLength;

const halfWords = wholePages(buckets + bucketCount);
const rowWords = 2 * halfWords;
const histogramWords = wholePages(hdrWords);

/** Of a page of rows, and of the page with their HDR parts. */
export const rowsPerPage = 16;
export const rowPageBytes: number = rowsPerPage * rowWords * 4;
export const histogramPageBytes: number = rowsPerPage * histogramWords * 4;

/** First word of `half` (0 or 1) of the row `index` within its page; even, so that half of it counts floats. */
export function halfAt(index: number, half: number): number {
  return (index % rowsPerPage) * rowWords + half * halfWords;
}

/** First word of the HDR part of the row `index` within the page of HDR parts. */
export function rowHdrAt(index: number): number {
  return (index % rowsPerPage) * histogramWords;
}

/** Rounded up to the 4 KB that an operating system commits at once. */
function wholePages(words: number): number {
  return Math.ceil(words / 1024) * 1024;
}
