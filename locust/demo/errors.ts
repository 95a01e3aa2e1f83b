/** What goes wrong in the demo, and system errors. */

/** Something that a person can mend: its message says what was expected, what came and what to do. */
export class DemoError extends Error {
  override readonly name: string = 'DemoError';
}

/** `ENOENT`, `ESRCH`, …; null for anything without one. Looks at the shape: an error may come from another realm. */
export function errorCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
