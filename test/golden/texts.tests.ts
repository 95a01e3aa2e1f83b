import { errorKeyOf, maskAddresses, pythonRepr } from '../../src/protocol/wire/errorKey.ts';
import { readGolden } from './goldenFile.ts';

type ErrorCase = { method: string; name: string; error: string; masked: string; key: string };
type ReprGolden = { runs: [first: number, last: number, printable: boolean][]; texts: [text: string, repr: string][] };

const { cases } = readGolden('errorKeys.json') as { cases: ErrorCase[] };
const { runs, texts } = readGolden('pythonRepr.json') as ReprGolden;

test.each(cases)('error key of $method $name $error', ({ method, name, error, masked, key }) => {
  expect(maskAddresses(error)).toBe(masked);
  expect(errorKeyOf(method, name, error)).toBe(key);
});

test('keys of the same text under different names differ', () => {
  const keys = cases.filter(({ error }) => error === 'boom').map(({ key }) => key);
  expect(keys).toHaveLength(5);
  // "a.b" + "c" and "a" + "b.c" are one key in Locust too: it joins with dots.
  expect(new Set(keys).size).toBe(4);
});

test.each(texts)('repr of %j', (text, repr) => {
  expect(pythonRepr(text)).toBe(repr);
});

test('every character of Unicode 3.2 is printed or escaped as Python does', () => {
  const wrong: string[] = [];
  let tried = 0;
  for (const [first, last, isPrintable] of runs) {
    const characters = Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).filter((character) => character !== "'" && character !== '\\');
    tried += characters.length;
    // A run at a time, and one by one where that is not as it should be: an escaped character has nothing but ASCII.
    const text = pythonRepr(characters.join('')).slice(1, -1);
    if (isPrintable ? text === characters.join('') : /^(?:\\(?:[nrt]|x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}))*$/u.test(text) && text.split('\\').length - 1 === characters.length) continue;
    wrong.push(...characters.filter((character) => (pythonRepr(character) === `'${character}'`) !== isPrintable));
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(90_000);
});
