import { formatClock, formatProgress, type MasterStats } from '../../../locust/demo/run.ts';

const stats: MasterStats = { state: 'running', users: 35, requests: 2431, failures: 4, requestsPerSec: 104.25, workers: 1 };
const run = { runTimeSec: 70, users: 50 };

test('a line says how far the run is and what it did', () => {
  expect(formatProgress({ stats, elapsedSec: 35.4, ...run })).toBe(
    '0:35 of 1:10 · running · 35/50 users · 104.3 requests/s · 2431 requests, 4 failed',
  );
});

test('the clock stops at the run time while the last users leave', () => {
  expect(formatProgress({ stats: { ...stats, state: 'stopping' }, elapsedSec: 73, ...run })).toMatch(/^1:10 of 1:10 · stopping/);
});

test('before the run it tells whether the worker is there', () => {
  expect(formatProgress({ stats: { ...stats, workers: 0 }, elapsedSec: null, ...run })).toBe('waiting for the worker');
  expect(formatProgress({ stats, elapsedSec: null, ...run })).toBe('the worker is there: about to start');
});

describe('formatClock', () => {
  test.each([
    [0, '0:00'],
    [9.99, '0:09'],
    [70, '1:10'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [-1, '0:00'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});
