import { maxPoints } from '../../../src/report/history.ts';
import { bookScene } from '../../unit/outputs/bookScene.ts';

test('the history of a long run is bounded, evenly spaced, and still adds up', () => {
  const { book, recorder, tickAt } = bookScene();
  const seconds = 3 * maxPoints;
  for (let second = 1; second <= seconds; second++) {
    for (let count = 0; count < second % 7; count++) recorder.record('GET', '/x', 1, 0, null, second * 1_000 - 1);
    tickAt(second * 1_000);
  }
  const { history } = book;
  expect(history.length).toBeGreaterThan(maxPoints / 2);
  expect(history.length).toBeLessThanOrEqual(maxPoints);
  const spansMs = history.map(({ elapsedMs }, index) => elapsedMs - (history[index - 1]?.elapsedMs ?? 0));
  expect(new Set(spansMs.slice(0, -1))).toEqual(new Set([4_000]));
  const requests = history.reduce((sum, { requestsPerSec }, index) => sum + (requestsPerSec * (spansMs[index] ?? 0)) / 1_000, 0);
  expect(requests).toBeCloseTo(book.stats.total.numRequests, 3);
});
