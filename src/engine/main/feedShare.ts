/**
 * Which of a feeder's rows are this worker's, in one test run.
 */
import type { FeederInfo, FeedShare } from '../shared/feedMessages.ts';
import type { RunOptions } from '../shared/messages.ts';
import { counted } from '../../util/counted.ts';
import { endless } from '../shared/rowCounter.ts';

/**
 * The option by which the master's plug-in (`locust/feeder.py`) names the test run that it hands out rows for. Where it
 * is absent, the master has no such plug-in.
 */
export const feedRunOption = 'boomer_feed_run';

export function shareOf(info: FeederInfo, options: RunOptions): FeedShare {
  if (info.order !== 'unique') return { kind: 'all' };
  const hasPlugin = typeof options.parsedOptions[feedRunOption] === 'string';
  if (info.workers === 'master' && !hasPlugin) return { kind: 'refused', reason: missingPlugin(info.name) };
  if (hasPlugin && typeof info.workers !== 'number') return { kind: 'fromMaster' };
  return shareByIndex(info, options);
}

/** Without other workers, whatever the scenario says of them. */
export function shareOfOnly({ order }: FeederInfo): FeedShare {
  return order === 'unique' ? { kind: 'byIndex', workers: 1, index: 0 } : { kind: 'all' };
}

/** Rows that this worker may draw from the start; the master's come later. */
export function firstLimit({ order, whenUsedUp }: FeederInfo, rowCount: number, share: FeedShare): number {
  switch (share.kind) {
    case 'all':
      return order === 'random' || whenUsedUp === 'wrap' ? endless : rowCount;
    case 'byIndex':
      return Math.max(0, Math.ceil((rowCount - share.index) / share.workers));
    case 'fromMaster':
    case 'refused':
      return 0;
  }
}

function shareByIndex({ name, workers: promised }: FeederInfo, { parsedOptions, workerIndex }: RunOptions): FeedShare {
  const expected = parsedOptions['expect_workers'];
  const workers = typeof promised === 'number' ? promised : typeof expected === 'number' && expected >= 1 ? expected : 1;
  // A master before Locust 2.11 gives no index; alone, a worker needs none.
  const index = workerIndex < 0 && workers === 1 ? 0 : workerIndex;
  if (index >= 0 && index < workers) return { kind: 'byIndex', workers, index };
  const why = index < 0 ? 'the master gave this worker no index' : `this one has index ${index}, as one more worker than that joined, or one was started again`;
  return {
    kind: 'refused',
    reason:
      `feeder ${name} shares unique rows among ${counted(workers, 'worker')} by index, and ${why}: ` +
      (promised === null ? 'start the master with --expect-workers N' : `say how many workers there are, { workers: N }`) +
      ', or let it hand out the rows with locust/feeder.py',
  };
}

function missingPlugin(name: string): string {
  return `feeder ${name} gets its rows from the master, which has no plug-in for it: start it with -f your_locustfile.py,feeder.py (locust/feeder.py of this package)`;
}
