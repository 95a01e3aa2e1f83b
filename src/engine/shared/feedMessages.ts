/**
 * What main thread and load threads tell each other of feeders: plain data and shared memory (see messages.ts).
 */

/** In which order a feeder hands out its rows. */
export type FeedOrder = 'sequential' | 'shuffle' | 'random' | 'unique';

/** What happens to a user who asks for a row when there are no more. */
export type WhenUsedUp = 'wrap' | 'stopUser' | 'stopTest' | 'wait';

/** A feeder as a thread found it in the scenario. */
export type FeederInfo = {
  readonly name: string;
  readonly order: FeedOrder;
  readonly whenUsedUp: WhenUsedUp;
  /** How unique rows are shared over workers: among so many by index, by the master, or (null) as the master is able to. */
  readonly workers: number | 'master' | null;
  /** Rows that each thread holds by itself; null for a file, which one thread reads for all. */
  readonly rowCount: number | null;
};

/** Rows of a file in memory that all threads share: JSON texts in UTF-8, one after the other. */
export type PackedRows = {
  readonly bytes: SharedArrayBuffer;
  /** Uint32: where each row ends. */
  readonly ends: SharedArrayBuffer;
  /** Of a table, whose rows are then lists of cells; null when a row is what its JSON says. */
  readonly columns: readonly string[] | null;
};

/** How many rows are packed. */
export function rowCountOf({ ends }: PackedRows): number {
  return ends.byteLength / Uint32Array.BYTES_PER_ELEMENT;
}

/** Which of a feeder's rows are this worker's. */
export type FeedShare =
  | { readonly kind: 'all' }
  /** Every `workers`th row from `index` on. */
  | { readonly kind: 'byIndex'; readonly workers: number; readonly index: number }
  /** What the master hands out. */
  | { readonly kind: 'fromMaster' }
  /** None: drawing fails with this reason. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A feeder in one test run. */
export type FeedRun = {
  readonly name: string;
  /** See engine/shared/rowCounter. */
  readonly counter: SharedArrayBuffer;
  readonly rowCount: number;
  readonly rows: PackedRows | null;
  readonly share: FeedShare;
  /** Of the order in which rows are shuffled: the same for all threads. */
  readonly seed: string;
  /** For tasks that are run once: nobody ends the test, so nobody may wait for its end. */
  readonly isRehearsal: boolean;
};

/** For a thread's feeders; beside `MainToThread`, on the same port. */
export type FeedsToThread =
  /** All feeders of a new run; always before its `runStart`, or before `runTasks`. */
  | { readonly kind: 'feeds'; readonly feeds: readonly FeedRun[] }
  /** The master's answer for this feeder is in its counter. */
  | { readonly kind: 'feedGrown'; readonly name: string };
