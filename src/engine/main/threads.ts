/**
 * Starts the load threads of a pool: one slot each.
 */
import { SteadyClock } from '../../util/steadyClock.ts';
import type { Counting } from './counting.ts';
import type { CurrentRun } from './currentRun.ts';
import type { Ledgers } from './ledgers.ts';
import type { PaceMemory } from './paceMemory.ts';
import type { PoolOptions } from './poolOptions.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import { ThreadSlot, type SlotOptions } from './threadSlot.ts';

/** What the threads share, and what is done with what comes from them. */
export type ThreadsParts = Pick<SlotOptions, 'exceptions' | 'receive' | 'lost' | 'retired' | 'debugging'> & {
  readonly counting: Counting;
  readonly run: Pick<CurrentRun, 'workerIndex'>;
  readonly pace: PaceMemory;
  readonly requestLog: RequestLogFile | null;
};

/** They load the scenario by themselves when `bundleUrls` is there. Nothing is received before this returns. */
export function startThreads(options: PoolOptions, { counting, run, pace, ...parts }: ThreadsParts): readonly ThreadSlot[] {
  const { threadCount, host, hangTimeoutMs, nowMs, log, ledgers, scheduleLedgers } = options;
  const { seed: randomSeed, failureSamples = 0, httpDebug = null, userClasses = null, allowHosts = null, clockAnchorMs = new SteadyClock().anchorMs } = options;
  const shared: Omit<SlotOptions, 'index'> = {
    ...parts,
    seed: { threadCount, host, allowHosts, userClasses, failureSamples, randomSeed, pace: pace.pace, httpDebug, clockAnchorMs, isDetailed: scheduleLedgers !== undefined },
    warmsUp: () => !counting.isOn,
    workerIndex: () => run.workerIndex,
    bundleUrls: Promise.resolve(options.bundleUrls),
    hangTimeoutMs,
    nowMs,
    ledgers,
    scheduleLedgers: scheduleLedgers ?? noLedgers,
    log,
  };
  return Array.from({ length: threadCount }, (_, index) => new ThreadSlot({ ...shared, index }));
}

const noLedgers: Ledgers = { define: ignore, threadEnded: ignore };

function ignore(): void {
  // nobody asked for these samples
}
