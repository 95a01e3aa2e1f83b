import { historyData, logBuckets, resultData } from '../../../../src/outputs/html/resultData.ts';
import { histogramOf } from '../../../support/histogramOf.ts';
import { exampleHistory, exampleResult, spreadTimes } from './exampleResult.ts';

it('holds the numbers of the result', () => {
  const result = exampleResult({
    rows: [
      { method: 'GET', name: '/a', timesMs: [1.5, 2.5, 100.25], failures: 1, withoutTime: 1 },
      { method: 'GET', name: '/unmeasured', timesMs: [], withoutTime: 2 },
    ],
    scheduled: [{ method: 'GET', name: '/a', timesMs: [11.5, 12.5, 110.25] }],
  });
  const { stats, fromSchedule } = result;
  const { rows: [timed, unmeasured], total, percents } = resultData(result);
  const percentilesMs = percents.map((percent) => (stats.rows[0] === undefined ? null : stats.percentileMs(stats.rows[0], percent)));
  expect(timed).toMatchObject({ method: 'GET', name: '/a', requests: 4, failures: 1, averageBytes: 512, requestsPerSec: 0.067, failuresPerSec: 0.017 });
  // The average is over the three requests that have a time.
  expect(timed?.times).toMatchObject({ timed: 3, averageMs: 34.75, minMs: 1.5, maxMs: 100.25, percentilesMs });
  expect(timed?.times.curveMs.at(-1)).toBe(100.25);
  expect(timed?.fromSchedule).toMatchObject({ timed: 3, averageMs: 44.75, minMs: 11.5, maxMs: 110.25 });
  expect(unmeasured?.times).toMatchObject({ timed: 0, averageMs: null, minMs: null, maxMs: null, curveMs: [], buckets: [] });
  expect(unmeasured?.fromSchedule).toBeNull();
  expect(total).toMatchObject({ name: 'Aggregated', requests: 6, failures: 1 });
  expect(total.fromSchedule?.percentilesMs[0]).toBe(fromSchedule?.percentileMs(fromSchedule.total, 50));
});

it('shows what the first request of each kind of failure looked like, where one was kept', () => {
  const result = exampleResult({ rows: [{ method: 'GET', name: '/a', timesMs: [1], failures: 1 }] });
  const error = { method: 'GET', name: '/a', error: 'refused', occurrences: 1, firstSeenSec: 1, lastSeenSec: 2 };
  const other = { ...error, error: 'reset' };
  const failureSample = ({ error: text }: { readonly error: string }): string | null => (text === 'refused' ? 'GET http://h/a\nrefused' : null);
  const { failures } = resultData({ ...result, stats: { ...result.stats, errors: [error, other], failureSample } });
  expect(failures).toEqual([{ ...error, sample: 'GET http://h/a\nrefused' }, { ...other, sample: null }]);
});

it('puts every sample into one bucket, that of its decade', () => {
  expect(logBuckets([[0, 1], [1, 2], [9, 1], [10, 4], [999, 1], [1000, 8], [10_000, 16]], 1)).toEqual([[0, 4], [1, 4], [2, 1], [3, 8], [4, 16]]);
  const buckets = logBuckets(histogramOf(spreadTimes(5000, 30, 2)).countsUs(), 20);
  expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(5000);
});

it('keeps each second of a short run', () => {
  const history = exampleHistory(30);
  expect(historyData(history)).toMatchObject({ pointSec: 1, users: history.map(({ userCount }) => userCount), atSec: history.map(({ atSec }) => atSec) });
});

it('thins a long run out without losing requests or the highest 95th percentile', () => {
  const history = exampleHistory(20_000).map((point, index) => ({ ...point, requestsPerSec: index % 10, p95Ms: index === 12_345 ? 9000 : point.p95Ms }));
  const { pointSec, requestsPerSec, p95Ms, atSec } = historyData(history);
  expect(pointSec).toBe(14);
  expect(requestsPerSec).toHaveLength(1429);
  expect(requestsPerSec.reduce((sum, perSec) => sum + perSec, 0) / requestsPerSec.length).toBeCloseTo(4.5, 2);
  expect(Math.max(...p95Ms.map((ms) => ms ?? 0))).toBe(9000);
  expect(atSec[0]).toBe(history[13]?.atSec);
  expect(atSec.at(-1)).toBe(history.at(-1)?.atSec);
});
