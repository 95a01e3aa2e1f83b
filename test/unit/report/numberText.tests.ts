import { clockText, countText, responseTimeText, shareText } from '../../../src/report/numberText.ts';

it.each([
  [null, '0'],
  [0, '0'],
  [0.0004, '0'],
  [0.001, '0.001'],
  [0.0426, '0.043'],
  [0.4, '0.4'],
  [0.999, '1'],
  [4, '4'],
  [4.249, '4.2'],
  [9.94, '9.9'],
  [9.96, '10'],
  [10.4, '10'],
  [1234.5, '1235'],
])('a response time of %p ms reads %s', (ms, text) => {
  expect(responseTimeText(ms)).toBe(text);
});

it.each([
  [0, 0, '0.0 %'],
  [1, 100_000, '<0.1 %'],
  [1, 500, '0.2 %'],
  [99_999, 100_000, '>99.9 %'],
  [5, 5, '100.0 %'],
])('%d of %d are %s', (part, whole, text) => {
  expect(shareText(part, whole)).toBe(text);
});

it.each([
  [-1, '0m00.0s'],
  [5000, '0m05.0s'],
  [59_960, '1m00.0s'],
  [3_723_400, '1h02m03.4s'],
])('%d ms on the clock are %s', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});

it('groups thousands', () => {
  expect([7, 999, 1000, 1_234_567].map(countText)).toEqual(['7', '999', '1 000', '1 234 567']);
});
