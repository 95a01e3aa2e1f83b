/**
 * What a load thread tells the main thread about its ledger, the shared memory in which it counts.
 *
 * Only definitions cross: the numbers themselves stay in `SharedArrayBuffer` pages that the main thread reads at any
 * moment, so that a report costs a load thread nothing and the samples of a thread that was killed are still there.
 * The port is first in, first out: whoever has seen a thread's `stopped` has seen every definition before it.
 */

/** A definition; see ledgerLayout.ts for what it defines. */
export type LedgerMessage =
  /**
   * A new page of memory; pages are numbered 0, 1, 2 … per ledger and kind (see ledgerLayout.ts). There is one `control` page, and
   * it comes first: it begins a new ledger, at the thread's start and with each run, and what there was before is written no more.
   */
  | {
      readonly kind: 'ledgerPage';
      readonly holds: 'control' | 'rows' | 'histograms' | 'errors';
      readonly page: number;
      readonly memory: SharedArrayBuffer;
    }
  /** Row `index` (0, 1, 2 … per ledger) counts this pair; its page was announced before. */
  | { readonly kind: 'ledgerRow'; readonly index: number; readonly method: string; readonly name: string }
  /** Error slot `index` (0, 1, 2 … per ledger) counts this failure; its page was announced before. */
  | {
      readonly kind: 'ledgerError';
      readonly index: number;
      readonly method: string;
      readonly name: string;
      readonly error: string;
    };
