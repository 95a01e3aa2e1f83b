/**
 * Hands something to an object while it is being constructed, without a constructor parameter: a scenario's classes need
 * no constructors, and their field initialisers may already use what was handed over.
 */
import { BoomerError, type ErrorCode } from '../util/boomerError.ts';

export class Birth<Context> {
  #unborn: Context | null = null;

  /** Runs `make`; the first object constructed in it takes `context`. */
  give<T>(context: Context, make: () => T): T {
    this.#unborn = context;
    try {
      return make();
    } finally {
      this.#unborn = null;
    }
  }

  /** The context meant for the object under construction; throws a BoomerError when there is none. */
  take(code: ErrorCode, message: string): Context {
    if (this.#unborn === null) throw new BoomerError(code, message);
    const context = this.#unborn;
    this.#unborn = null;
    return context;
  }
}
