/**
 * Under which key an error travels (Locust stats.py, `StatsError.create_key`): equal errors of all workers, Python's
 * own included, become one row of the master.
 */
import { createHash } from 'node:crypto';
import { pythonRepr } from './pythonRepr.ts';
import { wellFormed } from './wellFormed.ts';

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
