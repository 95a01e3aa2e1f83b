/**
 * Text of others where people and machines read it: names, errors, traces and answers may hold anything, also what would
 * move the cursor, ring the bell, turn the writing around, pass for a line of ours, or give orders to the CI that reads
 * along. It is shown, escaped, instead of obeyed.
 *
 * Orders of CI: GitHub takes a line for one that begins with `::`, spaces before it or not, and what follows `##[` anywhere
 * in a line (actions/runner, ActionCommand.cs); Azure Pipelines `##vso[`, TeamCity `##teamcity[`.
 */

/** C0 and C1 controls, line and paragraph separators, what changes the direction of writing, halves of surrogate pairs. */
const dangerous = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** A colour or the end of one is left alone in a log line, as are its line breaks and tabs. */
const dangerousInLog = /\u001b\[[\d;]*m|[^\P{Cc}\n\t]|[\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Colours before it do not count, lest a CI takes them off before it looks. */
const orderAtStart = /^((?:[^\S\n]|\u001b\[[\d;]*m)*):(?=:)/gmu;
const orderAnywhere = /#(?=#\w*\[)/gu;

/** On one line and without effects: a newline reads `\n`, an escape `\x1b`. */
export function harmless(text: string): string {
  return withoutOrders(text.replace(dangerous, escaped));
}

/** Like `harmless` for text of several lines that may have colours. */
export function harmlessLog(text: string): string {
  return withoutOrders(text.replaceAll('\r\n', '\n').replace(dangerousInLog, (found) => (found.startsWith('\u001b[') ? found : escaped(found))));
}

/** Only what CI would obey is escaped: the first character of `::` at the start of a line reads `\x3a`, that of `##[` `\x23`. */
export function withoutOrders(text: string): string {
  return text.replace(orderAtStart, '$1\\x3a').replace(orderAnywhere, '\\x23');
}

function escaped(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
