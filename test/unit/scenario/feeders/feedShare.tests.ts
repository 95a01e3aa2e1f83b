import { firstLimit, shareOf } from '../../../../src/engine/main/feeders.ts';
import type { FeederInfo } from '../../../../src/engine/shared/feeders.ts';
import { runOptions } from './simulation.ts';

const unique: FeederInfo = { name: 'logins', order: 'unique', whenUsedUp: 'stopUser', workers: null, rowCount: 10 };
const plugin = { boomer_feed_run: 'run 1' };

test.each([
  // as the author says,              as the master says,              index, what comes of it
  [{ workers: 3 }, {}, 2, { kind: 'byIndex', workers: 3, index: 2 }],
  [{ workers: 3 }, { ...plugin, expect_workers: 5 }, 0, { kind: 'byIndex', workers: 3, index: 0 }],
  [{ workers: null }, { expect_workers: 2 }, 1, { kind: 'byIndex', workers: 2, index: 1 }],
  [{ workers: null }, {}, 0, { kind: 'byIndex', workers: 1, index: 0 }],
  [{ workers: null }, {}, -1, { kind: 'byIndex', workers: 1, index: 0 }],
  [{ workers: null }, { ...plugin, expect_workers: 2 }, 7, { kind: 'fromMaster' }],
  [{ workers: 'master' }, plugin, 7, { kind: 'fromMaster' }],
  [{ order: 'shuffle' }, plugin, 7, { kind: 'all' }],
] as const)('%j with %j as worker %d', (info, parsedOptions, workerIndex, share) => {
  expect(shareOf({ ...unique, ...info }, runOptions({ parsedOptions, workerIndex }))).toEqual(share);
});

test.each([
  [{ workers: null }, {}, 1, 'feeder logins shares unique rows among 1 worker by index, and this one has index 1, as one more worker than that joined, or one was started again: start the master with --expect-workers N, or let it hand out the rows with locust/feeder.py'],
  [{ workers: 2 }, {}, 2, 'say how many workers there are, { workers: N }'],
  [{ workers: 2 }, {}, -1, 'the master gave this worker no index'],
  [{ workers: 'master' }, { expect_workers: 2 }, 0, 'feeder logins gets its rows from the master, which has no plug-in for it'],
] as const)('%j with %j as worker %d is refused', (info, parsedOptions, workerIndex, reason) => {
  const share = shareOf({ ...unique, ...info }, runOptions({ parsedOptions, workerIndex }));
  expect(share).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) as string });
});

test('the shares of all workers make up the rows, also where there are more workers than rows', () => {
  for (const [rowCount, workers] of [[10, 3], [9, 3], [2, 5]] as const) {
    const limits = Array.from({ length: workers }, (_, index) => firstLimit(unique, rowCount, { kind: 'byIndex', workers, index }));
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBe(rowCount);
  }
});
