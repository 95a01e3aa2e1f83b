/**
 * A load thread's ledger: how one thread writes it while another reads it, and the layout of its pages.
 *
 * Everything that a report needs exists in two **halves**. The control page holds an `epoch`; the thread counts in half
 * `epoch & 1`, the other half belongs to the main thread, which empties it. To read, main adds 1 to the epoch: the halves
 * change owners, and each report is an exact set of samples in every field, whatever the thread does meanwhile.
 *
 *      thread, each sample                        main, each report
 *      activity := odd     (atomic)               epoch := epoch + 1   (atomic)
 *      half := epoch & 1   (atomic)               activity even, or changed: the old half is ours, at rest
 *      counts in that half (plain)                activity odd and the same: a sample is being written: wait for it
 *      activity := even    (atomic)               read the old half, and zero what was read
 *
 * The atomics are sequentially consistent, so either the thread sees the new epoch, or main sees that a sample is being
 * written; the plain accesses between them are ordered by them. A thread that is killed leaves both halves as they were:
 * at most the sample that it was writing is torn, and the order of its writes (see recorderRow.ts) lets the reader count
 * that one once or not at all.
 *
 * Rows and error slots that were used in a half are listed in the control page, so idle ones cost a report nothing.
 * The HDR slots have no halves (they take 4 KB for every doubling of a row's response times): they only grow during a
 * run, and are read when somebody asks for percentiles; a worker's rows have none, as only the master is asked for theirs. A new
 * run has a new `generation`: the thread zeroes a row's HDR slots when it first uses the row in it, and main takes a row of an
 * older generation for empty.
 *
 * Pages are large and mostly untouched: the operating system commits memory only where something was written.
 */
import { hdrLength, bucketCount } from './histogram.ts';

/** Rows that one thread keeps apart; what exceeds them is folded into one row more, never dropped. */
export const maxRows = 20_000;
/** A thread with more is told that names with ids in them should be grouped; its ledger takes ten megabytes and more. */
export const manyRows = 1_000;
/** Different error texts that one thread keeps apart; further ones are folded into one text for each row. */
export const maxErrorTexts = 2_000;
/** Pairs of row and error text that one thread keeps apart; further ones are folded in the same way. */
export const maxErrorSlots = 20_000;

/*
 * A row: two halves in a page of rows, and its HDR slots in a page of their own, which there is where somebody asks for the
 * percentiles of rows: a master makes its own from what it is sent.
 *
 *      half 0:  5 floats | marks | seconds, 256 × 3 words | buckets of histogram.ts
 *      half 1:  the same
 *      HDR:     generation, marks | 23 552 slots
 *
 * Zeroed memory is an empty row. What a usual row touches of a half (the first seconds, and response times of up to a tenth
 * of a second) lies within one 4 KB page, as halves and HDR parts begin on such; with those of up to a second it is two. 64-bit floats and
 * 32-bit words are two views of the same memory: offsets are in words unless they say floats.
 */

/** The sum of response times; this and the next four are floats, as offsets in floats from the start of the half. */
export const sumMs = 0;
/** Meaningful when `bucketEnd` is not 0. */
export const minMs = 1;
/** Meaningful when `bucketEnd` is not 0. */
export const maxMs = 2;
/** The sum of bodies. */
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
/** Triples that there is room for. */
export const secondsLength = 256;
/** Words of a triple. */
export const secondWords = 3;
/** Of a triple, the word with its requests. */
export const secondRequests = 1;
/** Of a triple, the word with its failures. */
export const secondFailures = 2;
/** Counts by the index of histogram.ts. */
export const buckets: number = seconds + secondsLength * secondWords;

/** The run whose samples the HDR counts are; any other value than the control page's means that they are stale. */
export const hdrGeneration = 0;
/** Lowest touched slot; meaningful when the end is not 0. */
export const hdrFirst = 1;
/** One more than the highest touched slot; 0 when none was. */
export const hdrEnd = 2;
/** Counts modulo 2^32 by the index of histogram.ts. */
export const hdrCounts = 8;
/** Size of the HDR part. */
export const hdrWords: number = hdrCounts + hdrLength;

const halfWords = wholePages(buckets + bucketCount);
const rowWords = 2 * halfWords;
const histogramWords = wholePages(hdrWords);

/** Of a page of rows, and of the page with their HDR parts. */
export const rowsPerPage = 16;
/** Size of a page of rows. */
export const rowPageBytes: number = rowsPerPage * rowWords * 4;
/** Size of the page with their HDR parts. */
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

/* An error slot: two halves of three 64-bit floats. Zeroed memory is an empty slot. */

/** How often it was counted. */
export const occurrences = 0;
/** Earliest completion in Unix milliseconds; meaningful when there are occurrences. */
export const firstSeenMs = 1;
/** Latest completion in Unix milliseconds. */
export const lastSeenMs = 2;

const halfFloats = 3;

/** Of a page of error slots. */
export const errorsPerPage = 512;
/** Size of such a page. */
export const errorPageBytes: number = errorsPerPage * 2 * halfFloats * 8;

/** First float of `half` (0 or 1) of the error slot `index` within its page. */
export function errorHalfAt(index: number, half: number): number {
  return ((index % errorsPerPage) * 2 + half) * halfFloats;
}

/* The control page, in 32-bit words. */

const rowListLength = maxRows + 1;
const errorListLength = maxErrorSlots + rowListLength;

/** The epoch, a 32-bit integer that wraps; its lowest bit is the half that the thread counts in. */
export const controlEpoch = 0;
/** Odd while the thread writes a sample, and different for each sample. */
export const controlActivity = 1;
/** The run; changes when main clears. */
export const controlGeneration = 2;
/** Two words, one a half: the length of the list of rows used. */
export const controlRowsUsed = 4;
/** Two words, one a half: the length of the list of error slots used. */
export const controlErrorsUsed = 6;
/** HDR slots over all rows, so that a percentile of everything need not visit every row. */
export const controlHdr = 8;

const rowLists = controlHdr + hdrWords;
const errorLists = rowLists + 2 * rowListLength;

/** Size of the control page in 32-bit words. */
export const controlWords: number = errorLists + 2 * errorListLength;

/** First word of the list of row indexes used in `half` (0 or 1). */
export function rowListAt(half: number): number {
  return rowLists + half * rowListLength;
}

/** First word of the list of error slot indexes used in `half` (0 or 1). */
export function errorListAt(half: number): number {
  return errorLists + half * errorListLength;
}
