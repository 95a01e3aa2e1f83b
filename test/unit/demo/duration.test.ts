import { formatClock, parseDurationSec } from '../../../src/demo/duration.ts';

describe('parseDurationSec', () => {
  test.each([
    ['20', 20],
    ['20s', 20],
    ['3m', 180],
    ['2h', 7200],
    ['1m30s', 90],
    ['1h20m', 4800],
    ['3h30m10s', 12_610],
    ['1m30', 90],
    ['0', 0],
    [' 5s ', 5],
  ])('%s is %d s', (text, seconds) => {
    expect(parseDurationSec(text)).toBe(seconds);
  });

  test.each(['', 's', '1x', '1.5m', '-3', '30s1m', '1m1m', 'm', '1 m', '0x10', '9'.repeat(30)])('refuses "%s"', (text) => {
    expect(parseDurationSec(text)).toBeNull();
  });
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
