/**
 * Turns whatever was thrown into text. A scenario may throw anything: undefined, a number, an object whose `toString`
 * throws; none of that may throw again here.
 */

/** One line or more that names the error, e.g. `TypeError: fetch failed`; a non-Error is shown as it prints. */
export function errorLine(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return withCause(thrown);
  } catch {
    return unprintable;
  }
}

/**
 * The stack trace, which groups equal errors: no addresses, no timings. A thrown value without a stack gets a text
 * that says what was thrown.
 */
export function errorTrace(thrown: unknown): string {
  try {
    if (thrown instanceof Error && typeof thrown.stack === 'string' && thrown.stack !== '') return withoutOurFrames(thrown.stack);
    return `${withCause(thrown)}\n    (thrown value of type ${thrown === null ? 'null' : typeof thrown}: it has no stack; throw an Error to see the line)`;
  } catch {
    return unprintable;
  }
}

const unprintable = 'a thrown value that cannot be printed';

/** `fetch failed` alone says nothing: the cause's text is added (undici and node wrap the socket's error). */
function withCause(thrown: unknown): string {
  const own = String(thrown);
  if (!(thrown instanceof Error) || !(thrown.cause instanceof Error)) return own;
  return `${own} (${String(thrown.cause)})`;
}

/** Frames of the user loop are the same below every task and would only push the user's line out of sight. */
function withoutOurFrames(stack: string): string {
  const lines = stack.split('\n');
  const firstOurs = lines.findIndex((line) => /^\s+at .*\/thread\/userLife\.[jt]s/u.test(line));
  return (firstOurs > 1 ? lines.slice(0, firstOurs) : lines).join('\n');
}
