/**
 * Timeouts of all connections of a thread, for one timer: good to about half a second, and a request that ends in time
 * costs one assignment.
 *
 * A connection stands in the slot of the tick at which it was due when it was put there. When that tick comes it is looked
 * at: if its time has moved on meanwhile, so does it.
 *
 * Ticks are turns of the timer: while the event loop stands still no time passes, so that answers that have been lying in
 * the socket all the while are not called late.
 */
import { clearInterval, setInterval } from '../../../util/nodeTime.ts';

/** Milliseconds between two ticks. */
export const tickMs = 500;

/** `dueTick` of what has no deadline: later than any. The largest integer that V8 keeps within an object; Infinity would lie in memory of its own, one more place to look for each request. */
export const never: number = 2 ** 31 - 1;

/** Something with a deadline that it may move as it likes; after moving it nearer than `queuedTick` it must be queued. */
export type Timed = {
  dueTick: number;
  /** The slot it stands in; for the wheel alone. */
  queuedTick: number;
  readonly onDue: () => void;
};

/** Nothing stays longer in a slot without being looked at, so that what has ended is let go. */
const maxSlotTicks = 240;

/** A slot for each tick to come. */
export class TimeoutWheel {
  /** Ticks so far. */
  tick = 0;
  readonly #slots = new Map<number, Timed[]>();
  #memberCount = 0;
  #timer: NodeJS.Timeout | null = null;

  /** Ticks after which at least `delayMs` have passed. */
  static ticksOf(delayMs: number): number {
    return Math.min(never, Math.ceil(delayMs / tickMs) + 1);
  }

  /** The wheel turns while it has members. */
  join(): void {
    this.#memberCount += 1;
    this.#timer ??= setInterval(() => this.turn(), tickMs).unref();
  }

  leave(): void {
    this.#memberCount -= 1;
    if (this.#memberCount > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#slots.clear();
  }

  /** Puts it where it will be found in time. */
  queue(timed: Timed): void {
    timed.queuedTick = Math.min(timed.dueTick, this.tick + maxSlotTicks);
    const slot = this.#slots.get(timed.queuedTick);
    if (slot === undefined) this.#slots.set(timed.queuedTick, [timed]);
    else slot.push(timed);
  }

  /** One tick; for the timer, and for tests. */
  turn(): void {
    this.tick += 1;
    const slot = this.#slots.get(this.tick);
    if (slot === undefined) return;
    this.#slots.delete(this.tick);
    for (const timed of slot) {
      if (timed.queuedTick !== this.tick) continue; // it stands in a nearer slot as well
      timed.queuedTick = never;
      if (timed.dueTick <= this.tick) timed.onDue();
      else if (timed.dueTick !== never) this.queue(timed);
    }
  }
}
