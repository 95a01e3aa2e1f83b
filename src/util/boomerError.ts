/**
 * The one error class that crosses module borders.
 *
 * What a caller may branch on is `code`, a stable word; the message is for people: what was expected, what came,
 * what to do. A user task's failure is data and never one of these.
 */
export class BoomerError extends Error {
  override readonly name: string = 'BoomerError';

  /** Stable and kebab-case, e.g. `unencodable-message`. */
  readonly code: string;

  constructor(code: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
