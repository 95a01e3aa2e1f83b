/** The code of a system error. */

/** `ENOENT`, `ESRCH`, …; null for anything without one. Looks at the shape: an error may come from another realm. */
export function errorCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
