import { BoomerError } from '../../../src/util/boomerError.ts';
import { parseDurationMs } from '../../../src/util/duration.ts';

describe('parseDurationMs', () => {
  it.each([
    ['20', 20_000],
    ['0', 0],
    ['0.5', 500],
    ['20s', 20_000],
    ['3m', 180_000],
    ['2h', 7_200_000],
    ['1h20m', 4_800_000],
    ['1h30m10s', 5_410_000],
    ['300ms', 300],
    ['1.5m', 90_000],
    ['1m500ms', 60_500],
    ['1d', 86_400_000],
    [' 20s ', 20_000],
  ])('takes %j as %d ms', (text, ms) => {
    expect(parseDurationMs(text, '--run-time')).toBe(ms);
  });

  it.each(['', ' ', 'abc', '-5', '+5', '5x', 's', '1 h', '1h 20m', '1,5s', '.5s', '5.', '1e3', 'Infinity', 'NaN', '20S', '0x10', '10s!'])(
    'refuses %j and lists the forms',
    (text) => {
      expect(() => parseDurationMs(text, '--run-time')).toThrow(
        new BoomerError('bad-duration', `--run-time expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "${text}"`),
      );
    },
  );
});
