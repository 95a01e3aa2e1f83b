import { bookScene, sceneStartSec } from '../outputs/bookScene.ts';

test('rows are sums of all reports, by name and then type as Python sorts', () => {
  const { book, recorder, tickAt } = bookScene();
  for (const name of ['/b', '/\u{1F600}', '/\uFFFD', '/a']) recorder.record('POST', name, 10, 5, null, 100);
  tickAt(1_000);
  const before = book.stats.rows;
  recorder.record('GET', '/b', 20, 5, null, 1_100);
  recorder.record('POST', '/b', 30, 5, 'e', 1_200);
  tickAt(2_000);
  expect(book.stats.rows.map(({ method, name, numRequests }) => [method, name, numRequests])).toEqual([
    ['POST', '/a', 1], ['GET', '/b', 1], ['POST', '/b', 2], ['POST', '/\uFFFD', 1], ['POST', '/\u{1F600}', 1],
  ]);
  expect(before).toHaveLength(4);
  expect(book.stats.total).toMatchObject({ numRequests: 6, numFailures: 1, totalResponseTimeMs: 90, startTimeSec: sceneStartSec, maxResponseTimeMs: 30 });
});

test('percentiles come from microseconds, stay within the extremes, and are equal until the next report', () => {
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', '/x', 0.4, 0, null, 0);
  recorder.record('GET', '/x', 300, 0, null, 0);
  recorder.record('GET', '/y', null, 0, null, 0);
  tickAt(1_000);
  const { rows, total, percentileMs, histogramUs } = book.stats;
  const [x, y] = rows;
  if (x === undefined || y === undefined) throw new Error('two rows were recorded');
  expect([percentileMs(x, 50), percentileMs(x, 99), percentileMs(total, 100), percentileMs(y, 50)]).toEqual([0.4, 300, 300, null]);
  expect(histogramUs(x).map(([, count]) => count)).toEqual([1, 1]);
  recorder.record('GET', '/x', 500, 0, null, 0);
  expect(percentileMs(x, 100)).toBe(300);
  tickAt(2_000);
  expect(percentileMs(x, 100)).toBe(500);
  expect(histogramUs(total).reduce((sum, [, count]) => sum + count, 0)).toBe(3);
});

test('errors merge over reports and stay in the order in which they were first seen', () => {
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', '/x', 1, 0, 'second row', 100);
  tickAt(1_000);
  recorder.record('GET', '/a', 1, 0, 'first row', 1_100);
  recorder.record('GET', '/x', 1, 0, 'second row', 1_200);
  tickAt(2_000);
  expect(book.stats.errors).toEqual([
    { method: 'GET', name: '/x', error: 'second row', occurrences: 2, firstSeenSec: sceneStartSec + 0.1, lastSeenSec: sceneStartSec + 1.2 },
    { method: 'GET', name: '/a', error: 'first row', occurrences: 1, firstSeenSec: sceneStartSec + 1.1, lastSeenSec: sceneStartSec + 1.1 },
  ]);
});

test('exceptions group by their trace, and endless new ones do not fill the memory', () => {
  const { book } = bookScene();
  for (let second = 0; second < 1_000; second++) {
    book.addException('same', 'at a', 3, second);
    book.addException(`id ${second}`, `id ${second} at b`, 1, second);
  }
  const { exceptions } = book.stats;
  expect(exceptions[0]).toEqual({ message: 'same', trace: 'at a', occurrences: 3_000, firstSeenSec: 0, lastSeenSec: 999 });
  expect(exceptions).toHaveLength(501);
  expect(exceptions.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(4_000);
});

test('a point has the rates of its own second and the times of the last ten', () => {
  const { book, recorder, tickAt } = bookScene();
  for (let second = 1; second <= 12; second++) {
    recorder.record('GET', '/x', second * 10, 0, second === 12 ? 'e' : null, second * 1_000 - 500);
    recorder.record('GET', '/x', null, 0, null, second * 1_000 - 500);
    tickAt(second * 1_000, second);
  }
  tickAt(30_000);
  expect(book.history[0]).toEqual({ atSec: sceneStartSec + 1, elapsedMs: 1_000, userCount: 1, requestsPerSec: 2, failuresPerSec: 0, p50Ms: 10, p95Ms: 10, averageMs: 10 });
  // 30 … 120 ms: Locust's percentile of ten values at 0.5 is the sixth.
  expect(book.history[11]).toMatchObject({ userCount: 12, requestsPerSec: 2, failuresPerSec: 1, p50Ms: 80, p95Ms: 120, averageMs: 75 });
  expect(book.history[12]).toMatchObject({ requestsPerSec: 0, p50Ms: null, p95Ms: null, averageMs: null });
});

test('the short tail of a run joins the point before it', () => {
  const { book, recorder, tickAt } = bookScene();
  for (let count = 0; count < 10; count++) recorder.record('GET', '/x', 1, 0, null, 0);
  tickAt(1_000);
  recorder.record('GET', '/x', 1, 0, null, 1_001);
  tickAt(1_002, 0);
  expect(book.history).toHaveLength(1);
  expect(book.history[0]).toMatchObject({ elapsedMs: 1_002, userCount: 0 });
  expect(book.history[0]?.requestsPerSec).toBeCloseTo(11 / 1.002, 9);
});
