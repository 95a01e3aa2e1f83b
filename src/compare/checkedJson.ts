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

/** What is counted or timed comes nowhere near: above it sums of numbers end in infinity, and what is drawn from them never ends. */
const mostOfAnything = Number.MAX_SAFE_INTEGER;

/** A time, or another number that may have a fraction: 0 … 2^53. */
export function amount(value: unknown, where: string): number {
  if (typeof value === 'number' && value >= 0 && value <= mostOfAnything) return value;
  throw wrong(`a number from 0 to ${mostOfAnything}`, value, where);
}

/** A number of requests or the like: whole, 0 … 2^53. */
export function count(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && amount(value, where) >= 0) return amount(value, where);
  throw wrong(`a whole number from 0 to ${mostOfAnything}`, value, where);
}

function wrong(expected: string, value: unknown, where: string): BoomerError {
  return new BoomerError('unreadable-run', `${where}: expected ${expected}, got ${printed(value)}`);
}
