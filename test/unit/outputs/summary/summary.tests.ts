import { summaryOf } from '../../../../src/outputs/summary.ts';
import { histogramCodec } from '../../../../src/stats/histogram.ts';
import { bookScene, sceneStartSec } from '../bookScene.ts';
import { aResult } from '../runExamples.ts';

test('a row has its figures, its histogram, its seconds, and the same requests measured from their schedule', async () => {
  const codec = await histogramCodec();
  const measured = bookScene();
  const scheduled = bookScene();
  for (const [elapsedMs, lateMs, endMs] of [[10, 0, 500], [20, 5, 1_500], [30, 2_000, 1_600]] as const) {
    measured.recorder.record('GET', '/x', elapsedMs, 100, elapsedMs === 30 ? 'e' : null, endMs);
    scheduled.recorder.record('GET', '/x', elapsedMs + lateMs, 100, null, endMs);
  }
  measured.recorder.record('ws', 'untimed', null, 0, null, 0);
  for (const { tickAt } of [measured, scheduled]) tickAt(2_000);
  const { rows, total, meta } = summaryOf(aResult({ stats: measured.book.stats, fromSchedule: scheduled.book.stats, countedMs: 2_000 }), codec);
  expect(meta).toMatchObject({ files: ['shop.ts'], countedMs: 2_000, ended: { kind: 'runTime' } });
  expect(rows[0]).toMatchObject({
    method: 'GET', name: '/x', numRequests: 3, numNoneRequests: 0, numFailures: 1, requestsPerSec: 1.5, failuresPerSec: 0.5, averageMs: 20, minMs: 10, maxMs: 30, contentBytes: 300,
    perSecond: [[sceneStartSec, 1, 0], [sceneStartSec + 1, 2, 1]],
    fromSchedule: { averageMs: 2_065 / 3, maxMs: 2_030 },
  });
  expect(codec.decoded(rows[0]?.histogram ?? '')?.map(([, count]) => count)).toEqual([1, 1, 1]);
  expect(rows[0]?.percentilesMs['99.9']).toBe(30);
  expect(rows[0]?.fromSchedule?.percentilesMs['100']).toBe(2_030);
  expect(rows[1]).toMatchObject({ averageMs: null, minMs: null, maxMs: null, percentilesMs: {}, fromSchedule: null });
  expect(codec.decoded(rows[1]?.histogram ?? '')).toEqual([]);
  expect(total).toMatchObject({ numRequests: 4, fromSchedule: { maxMs: 2_030 } });
});
