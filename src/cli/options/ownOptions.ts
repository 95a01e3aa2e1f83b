/** `--option`: what a team's own `parser.add_argument` would add with a master. */
import type { Answers } from './answers.ts';
import { expected, givenOf, isMap, typedPairs } from './readers.ts';

/** Typed values are JSON where they are JSON, else texts; throws a BoomerError for those of a configuration file that JSON cannot hold. */
export function ownOptionsOf(answers: Answers): Readonly<Record<string, unknown>> {
  const given = givenOf(answers, 'option');
  if (given === null) return {};
  if (!isMap(given.raw)) return Object.fromEntries(typedPairs(given).map(([name, text]) => [name, jsonOrText(text)]));
  // `undefined` is what an author writes who computes a value and has none.
  const entries = Object.entries(given.raw).filter(([, value]) => value !== undefined);
  const wrong = entries.find(([, value]) => !isJson(value));
  if (wrong !== undefined) throw expected({ raw: String(wrong[1]), where: `${wrong[0]} of ${given.where}` }, 'a value that JSON can hold');
  return Object.fromEntries(entries);
}

/** `3` and `true` are no texts, as little as with `type=int`; `007` is one, and so is a number that would not be written back as it was. */
function jsonOrText(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && String(value) !== text.trim() ? text : value;
  } catch {
    return text;
  }
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (isMap(value)) return Object.values(value).every(isJson);
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
