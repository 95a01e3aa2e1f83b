import { BoomerError } from '../../../../src/util/boomerError.ts';

test('an error keeps its code and its cause', () => {
  const cause = new TypeError('below');
  const error = new BoomerError('some-code', 'Expected a, came b.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.cause]).toEqual(['BoomerError', 'some-code', 'Expected a, came b.', cause]);
});

test('an error without a cause has none', () => {
  expect(Object.hasOwn(new BoomerError('some-code', 'text'), 'cause')).toBe(false);
});
