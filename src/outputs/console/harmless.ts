/**
 * Text of others on a terminal: names and errors may hold anything, also what would move the cursor, ring the bell or turn
 * the writing around. It is shown, escaped, instead of obeyed.
 */

/** C0 and C1 controls, line and paragraph separators, what changes the direction of writing, halves of surrogate pairs. */
const dangerous = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** A colour or the end of one is left alone in a log line, as are its line breaks and tabs. */
const dangerousInLog = /\u001b\[[\d;]*m|[^\P{Cc}\n\t]/gu;

/** On one line and without effects: a newline reads `\n`, an escape `\x1b`. */
export function harmless(text: string): string {
  return text.replace(dangerous, escaped);
}

/** Like `harmless` for text of several lines that may have colours. */
export function harmlessLog(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(dangerousInLog, (found) => (found.length > 1 ? found : escaped(found)));
}

function escaped(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
