/**
 * Under which key an error travels (Locust stats.py, `StatsError.create_key`): equal errors of all workers, Python's
 * own included, become one row of the master.
 */
import { createHash } from 'node:crypto';
import { wellFormed } from './encoder.ts';

/** Lower-case hex SHA-256 of `METHOD.NAME.repr(error)`, addresses masked. */
export function errorKeyOf(method: string, name: string, error: string): string {
  const key = `${wellFormed(method)}.${wellFormed(name)}.${pythonRepr(maskAddresses(error))}`;
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/**
 * Replaces the address in `<Thing object at 0x7f…>` by `0x....` wherever it occurs (stats.py, `parse_error`). Like
 * Locust, it goes by the first such address alone: a second, different one stays.
 */
export function maskAddresses(error: string): string {
  const mark = 'object at 0x';
  const markIndex = error.indexOf(mark);
  if (markIndex < 0) return error;
  const addressIndex = markIndex + mark.length - '0x'.length;
  const endIndex = error.indexOf('>', addressIndex);
  if (endIndex < 0) return error;
  return error.replaceAll(error.slice(addressIndex, endIndex), '0x....');
}

/** Python's `str.isprintable`: not of the categories Other and Separator, but the space is. Quotes are added for us. */
const special = /['"\\\p{C}\p{Z}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', ' ': ' ' };

/**
 * Python's `repr()` of a str (CPython Objects/unicodeobject.c, `unicode_repr`), quotes included: double quotes only if it has single ones
 * and no double ones. Node and Python may disagree on whether a character is escaped that was assigned between their versions of Unicode.
 */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = wellFormed(text).replace(special, (character) => escapeOf(character, quote));
  return `${quote}${escaped}${quote}`;
}

function escapeOf(character: string, quote: string): string {
  if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint <= 0xff) return `\\x${hex(codePoint, 2)}`;
  return codePoint <= 0xffff ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

function hex(codePoint: number, digits: number): string {
  return codePoint.toString(16).padStart(digits, '0');
}
