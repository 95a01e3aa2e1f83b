/**
 * The order of rows for `shuffle`: round after round of all rows, each round in an order of its own that follows from
 * the seed alone, so that all threads agree on it without a word.
 */
import { Random } from '../../util/random.ts';

/** One round is kept, 4 bytes a row: tickets only grow, so a thread never comes back to an earlier one. */
export class ShuffledRounds {
  readonly #seed: string;
  readonly #order: Uint32Array;
  #round = -1;

  constructor(seed: string, rowCount: number) {
    this.#seed = seed;
    this.#order = new Uint32Array(rowCount);
  }

  row(ticket: number): number {
    const rowCount = this.#order.length;
    const round = Math.floor(ticket / rowCount);
    if (round !== this.#round) this.#shuffle(round);
    return this.#order[ticket - round * rowCount] as number;
  }

  /** Fisher–Yates. */
  #shuffle(round: number): void {
    const order = this.#order;
    const random = new Random(`${this.#seed}/${round}`);
    for (let place = 0; place < order.length; place++) {
      const other = random.int(0, place);
      order[place] = order[other] as number;
      order[other] = place;
    }
    this.#round = round;
  }
}
