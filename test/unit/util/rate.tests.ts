import { parseRate, ratePerSec } from '../../../src/util/rate.ts';

test.each([
  ['100', { count: 100, periodMs: 1_000 }, 100],
  ['100/s', { count: 100, periodMs: 1_000 }, 100],
  [' 2.5 / m ', { count: 2.5, periodMs: 60_000 }, 2.5 / 60],
  ['30/1m', { count: 30, periodMs: 60_000 }, 0.5],
  ['5/500ms', { count: 5, periodMs: 500 }, 10],
  ['7200/1h', { count: 7_200, periodMs: 3_600_000 }, 2],
  ['6/30', { count: 6, periodMs: 30_000 }, 0.2],
])('reads %j', (text, rate, perSec) => {
  expect(parseRate(text, '--rate')).toEqual(rate);
  expect(ratePerSec(rate)).toBeCloseTo(perSec, 12);
});

test.each(['', '0', '-1', 'x', '10/', '10/0s', '10/x', '10/s/s', '1e3'])('rejects %j and shows the forms', (text) => {
  expect(() => parseRate(text, '--max-rps')).toThrow(`--max-rps expects a rate above 0 such as 100, 100/s, 30/1m or 5/500ms, got "${text}"`);
});
