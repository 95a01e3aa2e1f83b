import { BoomerError } from '../../../../src/util/boomerError.ts';

test('an error keeps its code and its cause', () => {
  const cause = new TypeError('below');
  const error = new BoomerError('usage', 'Expected a, came b.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.cause]).toEqual(['BoomerError', 'usage', 'Expected a, came b.', cause]);
});

test('an error without a cause has none', () => {
  expect(Object.hasOwn(new BoomerError('usage', 'text'), 'cause')).toBe(false);
});
