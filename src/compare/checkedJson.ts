/**
 * Parts of a JSON file that somebody may have changed: each is checked before it is used. Errors are BoomerErrors that say
 * where in the file they are.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function object(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrong('an object', value, where);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong('a list', value, where);
}

export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw wrong('a text', value, where);
}

/** Finite and not negative. */
export function amount(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw wrong('a number of 0 or more', value, where);
}

function wrong(expected: string, value: unknown, where: string): BoomerError {
  return new BoomerError('unreadable-run', `${where}: expected ${expected}, got ${printed(value)}`);
}
