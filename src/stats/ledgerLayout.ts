/**
 * A load thread's ledger: how one thread writes it while another reads it, and the layout of its control page.
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
 * run, and are read when somebody asks for percentiles; a worker's rows have none, as only the master is asked for theirs. A new run has a new `generation`: the thread zeroes a row's HDR
 * slots when it first uses the row in it, and main takes a row of an older generation for empty.
 *
 * Pages are large and mostly untouched: the operating system commits memory only where something was written.
 */
import { hdrWords } from './rowLayout.ts';

/** Rows that one thread keeps apart; what exceeds them is folded into one row more, never dropped. */
export const maxRows = 20_000;
/** Different error texts that one thread keeps apart; further ones are folded into one text for each row. */
export const maxErrorTexts = 2_000;
/** Pairs of row and error text that one thread keeps apart; further ones are folded in the same way. */
export const maxErrorSlots = 20_000;

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
