/**
 * When recorded requests are due: milliseconds from the beginning of a replay, by the moments at which they were recorded.
 *
 *   recorded   ┼──a────b──────────c┼              due = (recorded − first) ÷ speed
 *   at 2x      ┼─a──b─────c┼─a──b─────c┼          the next round begins where the last request was, and a mean pause later
 */

/** `2`, `2x`, `200%`: how many times as fast as it was recorded; null for anything else, and for what is not above 0. */
export function speedOf(text: string): number | null {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([x×%]?)\s*$/iu.exec(text) ?? [];
  const speed = Number(digits) / (unit === '%' ? 100 : 1);
  return speed > 0 && Number.isFinite(speed) ? speed : null;
}

/** Milliseconds of a moment that was noted to the second. */
const secondMs = 1000;
/** Before another round of a capture of one request. */
const roundPauseMs = 1000;

export class ReplayClock {
  readonly #speed: number;
  #roundMs = 0;
  #firstMs: number | null = null;
  #lastMs = 0;
  #count = 0;

  /** `speed`: 2 is twice as fast as it was recorded. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Of this round, so far. */
  get count(): number {
    return this.#count;
  }

  /** When the next request is due. `recordedMs`: since 1970. Never before the one in front of it: what was noted late was sent no later. */
  dueMs(recordedMs: number): number {
    this.#firstMs ??= recordedMs;
    this.#count += 1;
    this.#lastMs = Math.max(this.#lastMs, recordedMs - this.#firstMs);
    return this.#roundMs + this.#lastMs / this.#speed;
  }

  /** The capture begins anew. */
  nextRound(): void {
    const pauseMs = this.#count > 1 && this.#lastMs > 0 ? this.#lastMs / (this.#count - 1) : roundPauseMs;
    this.#roundMs += (this.#lastMs + pauseMs) / this.#speed;
    this.#firstMs = null;
    this.#lastMs = 0;
    this.#count = 0;
  }
}

/** Something that was recorded, and when. */
export type Timed<Item> = { readonly item: Item; readonly recordedMs: number };

/** Of one second so many are held back at a time; the next half of what is left of it is theirs, as nobody knows how many more there are. */
const maxOfOneSecond = 20_000;

/** Spreads what was noted to the second over that second: sent at once it would be a blow that nobody has recorded. Goes by in order. */
export class SecondSpreader<Item> {
  #held: Item[] = [];
  #heldMs = 0;
  /** Of that second, what went on before. */
  #spreadMs = 0;
  /** Something finer was noted: that several stand at a whole second says nothing. */
  #isFiner = false;

  /** What may go on, now that this one has come. */
  add(item: Item, recordedMs: number): readonly Timed<Item>[] {
    this.#isFiner ||= recordedMs % secondMs !== 0;
    if (this.#isFiner) return [...this.rest(), { item, recordedMs }];
    const isSame = recordedMs === this.#heldMs;
    const isFull = this.#held.length >= maxOfOneSecond;
    const before = isSame && !isFull ? [] : this.#spread(isSame ? (secondMs - this.#spreadMs) / 2 : secondMs - this.#spreadMs);
    if (!isSame) this.#spreadMs = 0;
    this.#held.push(item);
    this.#heldMs = recordedMs;
    return before;
  }

  /** Nothing comes behind these. */
  rest(): readonly Timed<Item>[] {
    return this.#spread(secondMs - this.#spreadMs);
  }

  /** Over so many milliseconds. */
  #spread(lengthMs: number): readonly Timed<Item>[] {
    if (this.#held.length === 0) return [];
    const stepMs = this.#isFiner ? 0 : lengthMs / this.#held.length;
    const spread = this.#held.map((item, index) => ({ item, recordedMs: this.#heldMs + this.#spreadMs + index * stepMs }));
    this.#held = [];
    this.#spreadMs += this.#isFiner ? 0 : lengthMs;
    return spread;
  }
}
