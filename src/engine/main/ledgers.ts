/** Where what threads count is made known. */
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';

/** Where the threads' numbers are kept, by a key that no two threads share. */
export type Ledgers = {
  readonly define: (threadKey: string, message: LedgerMessage) => void;
  /** The thread writes no more: the moment to read the rest of its memory. */
  readonly threadEnded: (threadKey: string) => void;
};
