/**
 * What the scenario's listeners add to reports: gathered from the threads shortly before each report is due, merged,
 * and handed over once.
 *
 * Threads are asked rather than left to post by a clock of their own, so that each answer belongs to one report: a
 * listener may count since the last one (Locust's examples/events.py does) and nothing is lost or sent twice.
 */
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';
export type Extras = Readonly<Record<string, unknown>>;

export class ReportExtras {
  readonly #ask: () => void;
  readonly #askAfterMs: number;
  #gathered: Extras = {};
  #timer: Timer | null = null;

  /** `ask` is called `askAfterMs` after a report was taken: a little less than the time between two. */
  constructor(ask: () => void, askAfterMs: number) {
    this.#ask = ask;
    this.#askAfterMs = askAfterMs;
  }

  /** A thread's answer. */
  add(data: Extras): void {
    this.#gathered = merged(this.#gathered, data);
  }

  /** All answers since the last call. */
  take(): Extras {
    const taken = this.#gathered;
    this.#gathered = {};
    this.#timer ??= setTimer(() => {
      this.#timer = null;
      this.#ask();
    }, this.#askAfterMs);
    return taken;
  }

  /** May be called twice. */
  close(): void {
    clearTimer(this.#timer);
    this.#timer = null;
  }
}

/** Numbers are added, lists joined, plain objects merged in the same way; of anything else the later one stays. */
export function merged(earlier: Extras, later: Extras): Extras {
  const together = new Map(Object.entries(earlier));
  for (const [key, value] of Object.entries(later)) together.set(key, both(together.get(key), value));
  return Object.fromEntries(together);
}

function both(earlier: unknown, later: unknown): unknown {
  if (typeof earlier === 'number' && typeof later === 'number') return earlier + later;
  if (Array.isArray(earlier) && Array.isArray(later)) return [...(earlier as unknown[]), ...(later as unknown[])];
  if (isPlain(earlier) && isPlain(later)) return merged(earlier, later);
  return later;
}

function isPlain(value: unknown): value is Extras {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
