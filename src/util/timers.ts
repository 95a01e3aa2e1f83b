/**
 * `setTimeout` for any number of milliseconds. Node's own takes 2^31 − 1 (24.8 days) and makes 1 ms of a longer delay: a stop
 * timeout of 30 days would be over at once (Node timers, "TimeoutOverflowWarning"). The only file of the project that may
 * call it with a delay that is not a small constant; `test/types/timers.test.ts` looks after that.
 */
import { clearInterval, clearTimeout, now, setInterval, setTimeout } from './nodeTime.ts';

/** The longest delay that Node's timers take, in milliseconds. */
const maxNodeDelayMs = 2 ** 31 - 1;

/** A timer that was set and can be cleared. */
export type Timer = NodeJS.Timeout | LongTimer;

/** Calls `work` once after `delayMs`; below 1, at the next turn, as Node does; `Infinity`: never, though it keeps the process alive until cleared. */
export function setTimer(work: () => void, delayMs: number): Timer {
  // What is no number is 1 ms, as for Node.
  return delayMs > maxNodeDelayMs ? new LongTimer(work, delayMs) : setTimeout(work, delayMs);
}

/** Nothing to a timer that has rung or was cleared, and to none. */
export function clearTimer(timer: Timer | null | undefined): void {
  if (timer === null || timer === undefined) return;
  if (timer instanceof LongTimer) timer.clear();
  else clearTimeout(timer);
}

/** As `setTimer`; returns how to call it off. */
export function callLater(work: () => void, delayMs: number): () => void {
  const timer = setTimer(work, delayMs);
  return () => clearTimer(timer);
}

/** Milliseconds between two beats. */
const beatMs = 1000;
const beatWorks = new Set<() => void>();
let beat: NodeJS.Timeout | null = null;

/**
 * Calls `work` about each second, with all else that is called so: a process that has nothing else to do wakes up once for all of it. What throws is not
 * caught. Returns how to call it off.
 */
export function onBeat(work: () => void): () => void {
  const own = (): void => work(); // of two that give the same function, each has its own end
  beatWorks.add(own);
  beat ??= setInterval(() => {
    for (const each of [...beatWorks]) if (beatWorks.has(each)) each();
  }, beatMs);
  return () => {
    beatWorks.delete(own);
    if (beatWorks.size > 0 || beat === null) return;
    clearInterval(beat);
    beat = null;
  };
}

/** Resolves after `delayMs`. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => void setTimer(resolve, delayMs));
}

/** As many of Node's timers, one after the other, as the delay is long. */
class LongTimer {
  readonly #work: () => void;
  readonly #dueMs: number;
  #timer: NodeJS.Timeout;

  constructor(work: () => void, delayMs: number) {
    this.#work = work;
    this.#dueMs = now() + delayMs;
    this.#timer = this.#next();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #next(): NodeJS.Timeout {
    const leftMs = this.#dueMs - now();
    if (leftMs <= maxNodeDelayMs) return setTimeout(this.#work, leftMs);
    return setTimeout(() => (this.#timer = this.#next()), maxNodeDelayMs);
  }
}
