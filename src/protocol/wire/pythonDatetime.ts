/**
 * Python datetimes on Locust's wire: `{ __datetime__: true, as_str: 'YYYYMMDDTHH:MM:SS.ffffff' }`
 * (Locust rpc/protocol.py, `encode` and `decode`).
 *
 * Such a datetime carries no zone. Both ways it is taken as UTC, so that a `Date` sent and echoed is the same instant.
 * A `Date` has milliseconds: microseconds that come in are cut off, and go out as zeros.
 */

/** Marks a map that the master turns into a datetime; without a valid `as_str` that kills the master's receive loop. */
export const datetimeKey = '__datetime__';

/** The same for a MongoDB ObjectId; the master needs the `bson` package to read one. */
export const objectIdKey = '__ObjectId__';

/** `date` in Python's `%Y%m%dT%H:%M:%S.%f`; null when invalid or outside the years 1 … 9999 that Python knows. */
export function datetimeTextOf(date: Date): string | null {
  if (Number.isNaN(date.getTime())) return null;
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9999) return null;
  // 2026-08-22T10:11:12.345Z → 20260822T10:11:12.345000
  return date.toISOString().replaceAll('-', '').replace('Z', '000');
}

/** Reads Python's `%Y%m%dT%H:%M:%S.%f`; null when the text is anything else, or no day of the calendar. */
export function dateOfText(text: unknown): Date | null {
  if (typeof text !== 'string') return null;
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d:\d\d:\d\d)\.(\d{1,6})$/.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', time = '', fraction = ''] = match;
  if (year === '0000') return null;
  const date = new Date(`${year}-${month}-${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // `Date` takes 30 February for 1 March, and 24:00:00 for the next day: only what reads back the same was meant.
  return datetimeTextOf(date)?.startsWith(`${year}${month}${day}T${time}.`) === true ? date : null;
}

/** True when the master can decode a map with these keys: without a reserved key, or with a valid `as_str` beside it. */
export function isDecodableMap(has: (key: string) => boolean, get: (key: string) => unknown): boolean {
  if (has(datetimeKey)) return dateOfText(get('as_str')) !== null;
  if (has(objectIdKey)) return isObjectIdText(get('as_str'));
  return true;
}

function isObjectIdText(text: unknown): boolean {
  return typeof text === 'string' && /^[0-9a-f]{24}$/i.test(text);
}
