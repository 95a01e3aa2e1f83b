import { ThreadStats } from '../../../../src/engine/thread/hosting/threadEnvironment.ts';
import { noStats } from '../../../../src/stats/soFar.ts';

const told = { ...noStats, atSec: 1, requests: 5 };

test('the first look asks for numbers, once, and finds nothing yet', () => {
  const posted: string[] = [];
  const stats = new ThreadStats(({ kind }) => posted.push(kind));
  expect([stats.current.atSec, stats.current.requests]).toEqual([null, 0]);
  expect(posted).toEqual(['statsWanted']);
  stats.take(told);
  expect(stats.current).toBe(told);
});

test('where it is told, it need not ask', () => {
  const posted: string[] = [];
  const stats = new ThreadStats(({ kind }) => posted.push(kind));
  stats.take(told);
  expect([stats.current, posted]).toEqual([told, []]);
});

test('the end waits for the last numbers, where anybody wants some', async () => {
  const posted: string[] = [];
  const stats = new ThreadStats(({ kind }) => posted.push(kind));
  await stats.whenFinal();
  stats.take(told);
  let isOver = false;
  const over = stats.whenFinal().then(() => (isOver = true));
  stats.take({ ...told, requests: 6 });
  await Promise.resolve();
  expect(isOver).toBe(false);
  stats.take({ ...told, requests: 7, isFinal: true });
  await over;
  expect([stats.current.requests, posted]).toEqual([7, ['usersGone', 'usersGone']]);
});
