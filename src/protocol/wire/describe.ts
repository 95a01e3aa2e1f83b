/**
 * What came, in words short enough for a log line: `nil`, `the number -1`, `a map`, `an array of 2`.
 */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Date) return 'a datetime';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value.toString()}`;
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
