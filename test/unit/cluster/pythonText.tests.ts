import { isPythonName, pythonList, pythonName, pythonValue } from '../../../src/cluster/pythonText.ts';

it.each([
  [null, 'None'],
  [[true, false], '[True, False]'],
  [{ a: 1, 'b c': [0.5, -2] }, '{"a": 1, "b c": [0.5, -2]}'],
  ['it\'s "so"\\\n\u0000', String.raw`"it's \"so\"\\\n\u0000"`],
  ['naïve 🦗', '"naïve 🦗"'],
  ['half \ud83e', '"half \ufffd"'],
])('%j is %s', (value, text) => {
  expect(pythonValue(value)).toBe(text);
});

it('writes lists with one item a line', () => {
  expect([pythonList([]), pythonList(['1', '(2, 3)'])]).toEqual(['[]', '[\n    1,\n    (2, 3),\n]']);
});

it.each([
  ['item', true], ['_x9', true], ['Größe', false], ['a b', false], ['$x', false], ['9', false], ['', false], ['class', false], ['None', false],
])('%j is a name: %s', (name, isName) => {
  expect(isPythonName(name)).toBe(isName);
});

it.each([
  ['a b', [], 'a_b'], ['a b', ['a_b', 'a_b_2'], 'a_b_3'], ['class', [], 'class_2'], ['9 lives', [], '_9_lives'], ['', [], '_'], ['Größe', [], 'Gr_e'], ['$x', [], '_x'],
])('%j beside %j becomes %s', (name, taken, near) => {
  expect(pythonName(name, new Set(taken))).toBe(near);
});
