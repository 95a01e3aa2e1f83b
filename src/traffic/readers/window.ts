/** Programs write requests when they have been answered, and servers log them so: those that stand near each other are put in order. */
import type { Exchange, RecordedBody } from '../recording.ts';

/** So many are held back at a time, of so many bytes. */
const maxHeld = 1000;
const maxHeldBytes = 32_000_000;

/** In the order in which they began, as far as a thousand of them, or 32 MB, are out of it; those without a time stay where they are. */
export async function* inOrder(exchanges: AsyncIterable<Exchange>): AsyncGenerator<Exchange> {
  const held: Exchange[] = [];
  let bytes = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for await (const exchange of exchanges) {
    const startedMs = exchange.startedMs ?? lastMs;
    lastMs = Math.max(lastMs, startedMs);
    held.splice(placeFor(startedMs, held), 0, exchange);
    bytes += sizeOf(exchange);
    while (held.length > maxHeld || (bytes > maxHeldBytes && held.length > 1)) {
      const first = held.shift();
      if (first === undefined) break;
      bytes -= sizeOf(first);
      yield first;
    }
  }
  yield* held;
}

/** Behind all that began no later. */
function placeFor(startedMs: number, held: readonly Exchange[]): number {
  let place = held.length;
  while (place > 0 && (held[place - 1]?.startedMs ?? Number.NEGATIVE_INFINITY) > startedMs) place -= 1;
  return place;
}

/** What an exchange takes in memory, about. */
export function sizeOf({ request, answer }: Pick<Exchange, 'request' | 'answer'>): number {
  return 500 + request.url.length + bodySize(request.body) + (answer?.text?.length ?? 0);
}

function bodySize(body: RecordedBody | null): number {
  switch (body?.kind) {
    case 'text':
      return body.text.length;
    case 'bytes':
      return body.bytes.length;
    case 'parts':
      return body.parts.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
    case 'fields':
      return body.fields.reduce((sum, [, value]) => sum + value.length, 0);
    case 'missing':
    case undefined:
      return 0;
  }
}
