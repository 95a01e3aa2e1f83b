/**
 * A small seeded random stream: one per user, so that a run can be repeated user by user.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, four integers a user.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Any text is a seed; the same text gives the same stream, on any machine. */
  constructor(seed: string) {
    [this.#a, this.#b, this.#c] = hash96(seed);
    for (let round = 0; round < 12; round++) this.#next32();
  }

  /** A number in [0, 1), with 32 random bits. */
  next(): number {
    return this.#next32() / 0x1_0000_0000;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** A number in [min, max). */
  float(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** One element of a list that is not empty; throws a RangeError for an empty one. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('random.pick() needs a list with at least one element, got an empty one');
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** A new list with the same elements in random order (Fisher–Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }

  #next32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Three 32-bit words from a text: FNV-1a with three offsets; sfc32's first rounds do the mixing. */
function hash96(text: string): [number, number, number] {
  const words: [number, number, number] = [0x811c9dc5, 0x9747b28c, 0x1b873593];
  for (let position = 0; position < text.length; position++) {
    const unit = text.charCodeAt(position);
    words[0] = Math.imul(words[0] ^ unit, 0x01000193);
    words[1] = Math.imul(words[1] ^ unit, 0x85ebca6b);
    words[2] = Math.imul(words[2] ^ unit, 0xc2b2ae35);
  }
  return words;
}
