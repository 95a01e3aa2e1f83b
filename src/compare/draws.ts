/**
 * Random numbers of other shapes than even, from a seeded stream.
 */
import type { Random } from '../util/random.ts';

/** Not looked up a million times. */
const { floor, log, sqrt } = Math;

export class Draws {
  readonly #random: Random;
  #spare: number | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + floor(this.#random.next() * (max - min + 1));
  }

  /** Of the standard normal distribution; Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#random.next() - 1;
      const y = 2 * this.#random.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = sqrt((-2 * log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** Of the gamma distribution of scale 1 and `shape` > 0 (NaN for what is no number); Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.#random.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - this.#random.next();
      // Asked this way round, a shape that is no number ends the loop too.
      if (!(log(u) >= 0.5 * x * x + d - d * v + d * log(v))) return d * v;
    }
  }
}
