import { isNewEnough, readPythonAnswer } from '../../../src/cluster/python.ts';

test.each([
  [[3, 9, 18], false],
  [[3, 10, 0], true],
  [[3, 13, 0], true],
  [[2, 7, 18], false],
  [[4, 0, 0], true],
] as const)('Python %j is new enough: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test("an interpreter's answer is read", () => {
  expect(readPythonAnswer('["/usr/bin/python3", 3, 12, 1]')).toEqual({ path: '/usr/bin/python3', version: [3, 12, 1] });
});

test.each(['', 'pyenv: python3.12: command not found', '[]', '["", 3, 12, 1]', '["/usr/bin/python3", "3", 12, 1]', '{}'])(
  '%s is no answer of an interpreter',
  (text) => {
    expect(readPythonAnswer(text)).toBeNull();
  },
);
