/**
 * Python's `repr()` of a str (CPython Objects/unicodeobject.c, `unicode_repr`).
 *
 * Which characters are printable is a matter of Unicode's version: Node and Python may disagree on a character that
 * was assigned between theirs, and then only as to whether it is escaped.
 */
import { wellFormed } from './wellFormed.ts';

/** Python's `str.isprintable`: not of the categories Other and Separator, but the space is. Quotes are added for us. */
const special = /['"\\\p{C}\p{Z}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', ' ': ' ' };

/** `text` as Python prints it, quotes included: double quotes only if it has single ones and no double ones. */
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
