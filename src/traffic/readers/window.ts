/**
 * Exchanges on their way out of a file. Programs write requests when they have been answered, and servers log them so: those that stand near each other are put
 * in order. So thousands wait at a time, as the bytes that they are where they can: what a message says is ten times as many objects, each of which
 * the garbage collector would move twice, and a replay would stand still for it.
 */
import { bodyLength, type Exchange, type RecordedRequest } from '../recording.ts';

/** A request as it stands in a file. */
export type UnreadRequest = {
  /** What it takes in memory, about. */
  readonly bytes: number;
  /** Anew at each call. */
  readonly read: () => RecordedRequest;
};

/** An exchange as it stands in a file. */
export type UnreadExchange = {
  /** Milliseconds since 1970; null: no times were recorded. */
  readonly startedMs: number | null;
  /** What it takes in memory, about. */
  readonly bytes: number;
  /** Anew at each call. Throws a BoomerError with its place for what is none. */
  readonly read: () => Exchange;
  /** To be kept: it holds on to nothing of the file but its own bytes. */
  readonly request: () => UnreadRequest;
};

/** One that had to be read to be found. */
export class ReadExchange implements UnreadExchange {
  readonly bytes: number;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.bytes = sizeOf(exchange);
  }

  get startedMs(): number | null {
    return this.#exchange.startedMs;
  }

  read(): Exchange {
    return this.#exchange;
  }

  request(): UnreadRequest {
    const { request } = this.#exchange;
    return { bytes: sizeOf({ request, answer: null }), read: () => request };
  }
}

/** So many are held back at a time, of so many bytes. */
const maxHeld = 1000;
const maxHeldBytes = 32_000_000;

/** In the order in which they began, as far as a thousand of them, or 32 MB, are out of it; those without a time stay where they are. */
export async function* inOrder(batches: AsyncIterable<readonly UnreadExchange[]>): AsyncGenerator<readonly UnreadExchange[]> {
  const held = new HeldBack();
  let hasBegun = false;
  try {
    for await (const batch of batches) {
      const ready = held.add(batch);
      if (ready.length === 0) continue;
      hasBegun = true;
      yield ready;
    }
  } catch (error) {
    // Who has begun goes on to where the file breaks off.
    if (hasBegun) yield held.rest;
    throw error;
  }
  yield held.rest;
}

class HeldBack {
  readonly #held: UnreadExchange[] = [];
  #bytes = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  get rest(): readonly UnreadExchange[] {
    return this.#held;
  }

  /** Those that may go on, now that these have come. */
  add(batch: readonly UnreadExchange[]): readonly UnreadExchange[] {
    const ready: UnreadExchange[] = [];
    for (const exchange of batch) {
      const startedMs = exchange.startedMs ?? this.#lastMs;
      this.#lastMs = Math.max(this.#lastMs, startedMs);
      this.#held.splice(placeFor(startedMs, this.#held), 0, exchange);
      this.#bytes += exchange.bytes;
      while (this.#held.length > maxHeld || (this.#bytes > maxHeldBytes && this.#held.length > 1)) {
        const first = this.#held.shift();
        if (first === undefined) break;
        this.#bytes -= first.bytes;
        ready.push(first);
      }
    }
    return ready;
  }
}

/** Behind all that began no later. */
function placeFor(startedMs: number, held: readonly UnreadExchange[]): number {
  let place = held.length;
  while (place > 0 && (held[place - 1]?.startedMs ?? Number.NEGATIVE_INFINITY) > startedMs) place -= 1;
  return place;
}

function sizeOf({ request, answer }: Pick<Exchange, 'request' | 'answer'>): number {
  return 500 + request.url.length + bodyLength(request.body) + (answer?.text?.length ?? 0);
}
