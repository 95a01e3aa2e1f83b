/**
 * What the scenario's listeners add to reports: gathered from the threads when they have loaded the scenario and shortly before
 * each report is due, merged, and handed over once.
 *
 * Threads are asked rather than left to post by a clock of their own, so that each answer belongs to one report: a
 * listener may count since the last one (Locust's examples/events.py does) and nothing is lost or sent twice.
 *
 * A report to which no listener had anything new to add (right after connecting, right after a test, while users end) has the same
 * keys, with nothing in them: a locustfile that adds up `data["content-length"]`, as that example does, would fail without.
 */
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';

/** Keys of the scenario's, to be added to a report. */
export type Extras = Readonly<Record<string, unknown>>;

export class ReportExtras {
  readonly #ask: () => void;
  readonly #askAfterMs: number;
  #gathered: Extras = {};
  /** Every key so far, with nothing in it. */
  #empty: Extras = {};
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

  /** All answers since the last call, under every key that there has ever been. */
  take(): Extras {
    const taken = merged(this.#empty, this.#gathered);
    this.#gathered = {};
    this.#empty = emptied(taken);
    this.#timer ??= setTimer(() => {
      this.#timer = null;
      this.#ask();
    }, this.#askAfterMs);
    return taken;
  }

  /** Asks for what there is now, beside the usual times. */
  askNow(): void {
    this.#ask();
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

/** Adds nothing to a sum, a list or a map; of anything else the last value says how things are. */
function emptied(extras: Extras): Extras {
  return Object.fromEntries(Object.entries(extras).map(([key, value]) => [key, nothingLike(value)]));
}

function nothingLike(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return [];
  if (!isPlain(value)) return value;
  // A map by user or by URL, which grows, has no keys of its own.
  return Object.keys(value).length <= maxFixedKeys ? emptied(value) : {};
}

const maxFixedKeys = 20;

function isPlain(value: unknown): value is Extras {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
