/**
 * The waits of all users of a thread in buckets of a millisecond, with one timer for the next bucket: a hundred thousand
 * sleepers cost an entry in a list each, and those that are due together wake together.
 *
 *   near: a ring of 4096 buckets, one for each millisecond ahead
 *   far:  everything later, by blocks of 4096 ms; a block moves into the ring when the ring turns to it
 *
 * (Varghese & Lauck, Hashed and Hierarchical Timing Wheels, 1987.) Nobody is woken early. Whoever no longer waits stays
 * in its bucket of the ring until then and is passed over: ending a wait costs nothing. The blocks, which may be hours away, are swept when most of
 * their sleepers have left.
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { now, setImmediate } from '../../../util/nodeTime.ts';

/** Whoever sleeps. */
export type Sleeper = {
  /** The tick in which it is to be woken; −1 while it does not sleep. */
  readonly dueTick: number;
  /** Ends its sleep, and `dueTick` with it. */
  readonly ring: () => void;
};

/** Who sleeps in a block, and how many of them have left, at most: who has left and sleeps anew in the same block counts as well. */
type FarBlock = { sleepers: Sleeper[]; left: number };

const ringSize = 4096;
/** Sockets and messages get their turn after so many. */
const maxAtOnce = 1_000;

export class SleepWheel {
  /** Ticks are whole milliseconds since then: small integers, which cost no memory of their own. */
  readonly #beganMs: number = now();
  readonly #ring: (Sleeper[] | null)[] = new Array<Sleeper[] | null>(ringSize).fill(null);
  #inRing = 0;
  readonly #far = new Map<number, FarBlock>();
  #inFar = 0;
  /** Of all blocks. */
  #leftFar = 0;
  /** No bucket before it has anybody; the ring reaches from here to 4095 ms on. */
  #cursor = 0;
  #timer: Timer | null = null;
  /** When the timer, or the immediate, looks at the ring again. */
  #nextLook = Number.POSITIVE_INFINITY;

  /** The tick in which a wait of `waitMs` from now is over: what `dueTick` must be when `add` is called. */
  tickAfter(waitMs: number): number {
    return Math.ceil(now() - this.#beganMs + waitMs);
  }

  /** Rings `sleeper` in the tick in which it is due. */
  add(sleeper: Sleeper): void {
    if (this.#inRing === 0 && this.#far.size === 0) this.#cursor = Math.min(sleeper.dueTick, this.#nowTick());
    const tick = Math.max(sleeper.dueTick, this.#cursor);
    if (tick - this.#cursor < ringSize) this.#place(sleeper, tick);
    else this.#placeFar(sleeper, tick);
    if (tick < this.#nextLook) this.#lookAt(tick);
  }

  /** Somebody who was to be woken in `tick` sleeps no longer, and is not rung: it is not held until then. */
  leave(tick: number): void {
    if (tick - this.#cursor < ringSize) return;
    const block = this.#far.get(blockOf(tick));
    if (block === undefined) return;
    block.left++;
    this.#leftFar++;
    this.#sweepWhenMostLeft();
  }

  #sweepWhenMostLeft(): void {
    if (2 * this.#leftFar <= this.#inFar) return;
    this.#inFar = this.#leftFar = 0;
    for (const [place, block] of this.#far) {
      block.sleepers = block.sleepers.filter((sleeper) => blockOf(sleeper.dueTick) === place);
      block.left = 0;
      this.#inFar += block.sleepers.length;
      if (block.sleepers.length === 0) this.#far.delete(place);
    }
  }

  #place(sleeper: Sleeper, tick: number): void {
    const slot = tick % ringSize;
    const bucket = this.#ring[slot] ?? null;
    if (bucket === null) this.#ring[slot] = [sleeper];
    else bucket.push(sleeper);
    this.#inRing++;
  }

  #placeFar(sleeper: Sleeper, tick: number): void {
    const block = blockOf(tick);
    this.#inFar++;
    const known = this.#far.get(block);
    if (known === undefined) this.#far.set(block, { sleepers: [sleeper], left: 0 });
    else known.sleepers.push(sleeper);
  }

  readonly #look = (): void => {
    this.#timer = null;
    // Whoever is added by those that wake waits for the end of this.
    this.#nextLook = Number.NEGATIVE_INFINITY;
    const nowTick = this.#nowTick();
    if (this.#inRing === 0) this.#leap(nowTick);
    for (let woken = 0; this.#cursor <= nowTick && woken < maxAtOnce; this.#advance()) woken += this.#wakeBucket(this.#cursor);
    this.#nextLook = Number.POSITIVE_INFINITY;
    const nextTick = this.#nextTick();
    if (nextTick < Number.POSITIVE_INFINITY) this.#lookAt(nextTick);
  };

  /** Over the time in which there was nothing in the ring. */
  #leap(nowTick: number): void {
    const farTick = this.#firstFarTick();
    this.#cursor = Math.max(this.#cursor, Math.min(nowTick, farTick));
    if (this.#cursor === farTick) this.#bringBlock(farTick / ringSize);
  }

  #wakeBucket(tick: number): number {
    const slot = tick % ringSize;
    const bucket = this.#ring[slot] ?? null;
    if (bucket === null) return 0;
    this.#ring[slot] = null;
    this.#inRing -= bucket.length;
    // An older entry of somebody who sleeps anew is due later, or has been rung by its newer one.
    for (const sleeper of bucket) if (sleeper.dueTick >= 0 && sleeper.dueTick <= tick) sleeper.ring();
    return bucket.length;
  }

  #advance(): void {
    this.#cursor++;
    if (this.#cursor % ringSize === 0) this.#bringBlock(this.#cursor / ringSize);
  }

  #bringBlock(place: number): void {
    const block = this.#far.get(place);
    if (block === undefined) return;
    this.#far.delete(place);
    this.#inFar -= block.sleepers.length;
    this.#leftFar -= block.left;
    for (const sleeper of block.sleepers) if (blockOf(sleeper.dueTick) === place) this.#place(sleeper, sleeper.dueTick);
    this.#sweepWhenMostLeft();
  }

  /** The first bucket with somebody in it, or the end of this turn of the ring, where the next block comes in; Infinity: nobody sleeps. */
  #nextTick(): number {
    if (this.#inRing === 0) return this.#firstFarTick();
    let tick = this.#cursor;
    while (this.#ring[tick % ringSize] === null && (tick + 1) % ringSize !== 0) tick++;
    return tick;
  }

  /** Where the first block begins that is not in the ring. */
  #firstFarTick(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const block of this.#far.keys()) if (block < first) first = block;
    return first * ringSize;
  }

  #lookAt(tick: number): void {
    clearTimer(this.#timer);
    this.#timer = null;
    this.#nextLook = tick;
    const delayMs = tick - (now() - this.#beganMs);
    if (delayMs > 0) this.#timer = setTimer(this.#look, Math.ceil(delayMs));
    // Late already: a timer would wait a millisecond more.
    else setImmediate(this.#look);
  }

  #nowTick(): number {
    return Math.floor(now() - this.#beganMs);
  }
}

/** Where a far tick is kept; of a wait without an end, Infinity. */
function blockOf(tick: number): number {
  return Math.floor(tick / ringSize);
}
