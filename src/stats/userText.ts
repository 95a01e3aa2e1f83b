/**
 * Makes text of whatever a scenario hands over as a name or an error: it must reach the master as valid UTF-8 and of
 * bounded size, and must never throw.
 */

/** Longer texts are cut, in UTF-16 units. */
export const maxTextLength = 10_000;

/** `value` as a well-formed string of at most `maxTextLength` units; a string that is so already comes back as it is. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : shown(value);
  return wellFormed(text.length > maxTextLength ? text.slice(0, maxTextLength) : text);
}

/** A short form for messages to a person, on one line; strings in quotes. */
export function briefly(value: unknown): string {
  const text = typeof value === 'string' ? value : shown(value);
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return typeof value === 'string' ? JSON.stringify(short) : wellFormed(short);
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    // A user's toString may throw anything; an object without prototype has none.
    return `(${typeof value} without text)`;
  }
}

/** A lone surrogate cannot be written as UTF-8, and the master answers an invalid frame with a reconnect. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
