/**
 * Any value in a sentence for a person: `expects a number, got "3"`. Scenarios may be plain JavaScript, so anything may
 * come where something else was expected, also an object that cannot be turned into a string.
 */
import { inspect, types } from 'node:util';

/** At most about 100 characters on one line; strings in quotes, a function without its source. Never throws. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (typeof value === 'function') return 'a function';
  // Its insides hold numbers of Node's own, different for each one.
  if (types.isPromise(value)) return 'a promise';
  return cut(inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 5, maxStringLength: 40, customInspect: false }));
}

function cut(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
