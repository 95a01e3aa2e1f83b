/** What a pool of load threads is made of. */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import type { StatsSoFar } from '../../stats/soFar.ts';
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';
import type { FailureSample } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import type { StartHere } from '../shared/threadSeed.ts';
import type { PaceOptions } from './paceMemory.ts';

/** What goes wrong outside tasks and makes a run's exit code 1. */
export type PoolTrouble =
  /** A thread was lost with its users, and with so many of their requests that were under way: these are not counted. */
  | { readonly kind: 'threadLost'; readonly requests: number }
  /** The request log is not whole. */
  | { readonly kind: 'requestLogCut' };

export type PoolOptions = {
  /** At least 1. */
  readonly threadCount: number;
  /** `file:` URLs of the compiled scenario; the threads start while a promise of them is under way. */
  readonly bundleUrls: readonly string[] | Promise<readonly string[]>;
  /** Runs load threads in this one; absent or null: they are threads of their own. */
  readonly startHere?: StartHere | null;
  /** `--host`; null leaves the classes their own. */
  readonly host: string | null;
  /** Only these user classes of the scenario; absent or null: all. */
  readonly userClasses?: readonly string[] | null;
  /** Arrivals a second that each user stands for, of classes that say nothing of it; absent or null: users go on by themselves. */
  readonly userPerSec?: number | null;
  /** The scenario seems to have HTTP users: threads load what these need before they know; default false. */
  readonly mentionsHttp?: boolean;
  /** Hosts that load may be sent to (see util/hostPattern); absent or null: all. */
  readonly allowHosts?: readonly string[] | null;
  /** Of the worker itself, for a master that names none; absent or null: no filter. */
  readonly tags?: readonly string[] | null;
  readonly excludeTags?: readonly string[] | null;
  /** Failures of each kind that each thread shows in full; absent or 0: none. */
  readonly failureSamples?: number;
  /** What the users' random streams and the order of shuffled rows come from. */
  readonly seed: string;
  /** A thread whose event loop stands still for so long is replaced; 0 never. */
  readonly hangTimeoutMs: number;
  readonly nowMs: () => number;
  /** Of the clock that stamps samples (see util/steadyClock), for reports that have moments of their own; absent: the wall clock's of now. */
  readonly clockAnchorMs?: number;
  readonly ledgers: Ledgers;
  /** Take samples measured from their intended start; absent: nobody wants them. */
  readonly scheduleLedgers?: Ledgers;
  /** Take checks and metrics of the scenario's own; absent: nobody wants them. */
  readonly metricLedgers?: Ledgers;
  /** Rows have histograms of their own: for reports of ours, a master has no use for them; default: whether there are `scheduleLedgers`. */
  readonly hasRowHistograms?: boolean;
  /** The run so far, for scenarios that look at it; absent: they find nothing. */
  readonly soFar?: () => Omit<StatsSoFar, 'isFinal'>;
  /** The scenario seems to look: threads are told before they ask; default false. */
  readonly mentionsStats?: boolean | Promise<boolean>;
  /** What holds users back from their next task; absent: nothing. */
  readonly pace?: PaceOptions;
  /** Samples belong to the warm-up, and are dropped, until `setCounting(true)`; default false. */
  readonly warmsUp?: boolean;
  /** Logs each HTTP request and its answer; absent or null: not. */
  readonly httpDebug?: 'heads' | 'full' | null;
  /** One line of JSON for each request that counts goes there; absent or null: nowhere. */
  readonly requestLogPath?: string | null;
  /** What stands in that file stays; default false: it begins empty. */
  readonly keepsRequestLog?: boolean;
  /** Takes failed requests that are shown in full; absent: they go up as exceptions, which is what a master can show. */
  readonly onFailureSample?: (sample: FailureSample) => void;
  /** Hears of each trouble of the pool itself, just before the same goes up as an exception. */
  readonly onTrouble?: (trouble: PoolTrouble) => void;
  /** There is no master and no other worker: feeders share with nobody; default false. */
  readonly isAlone?: boolean;
  /** What `init` finds as the worker's index; null: threads hold `init` until `ThreadPool.init` says it; default 0. */
  readonly workerIndex?: number | null;
  /** What goes up. */
  readonly sink: (input: UsersInput) => void;
  readonly log: (level: LogLevel, text: string) => void;
};

/** Where the threads' numbers are kept, by a key that no two threads share. */
export type Ledgers = {
  readonly define: (threadKey: string, message: LedgerMessage) => void;
  /** The thread writes no more: the moment to read the rest of its memory. */
  readonly threadEnded: (threadKey: string) => void;
};

/** Kept by this aggregator. */
export function ledgersOf(aggregator: { readonly define: Ledgers['define']; readonly removeThread: Ledgers['threadEnded'] }): Ledgers {
  return {
    define: (threadKey, message) => aggregator.define(threadKey, message),
    threadEnded: (threadKey) => aggregator.removeThread(threadKey),
  };
}
