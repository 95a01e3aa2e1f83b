import { gzipSync } from 'node:zlib';
import { clientSettings } from '../../../src/http/clientSettings.ts';
import type { Target } from '../../../src/http/connection/connection.ts';
import { undiciEngine } from '../../../src/http/connection/undici/undiciEngine.ts';
import { HttpRequest } from '../../../src/http/httpRequest.ts';
import type { RequestPlan } from '../../../src/http/request/requestPlan.ts';
import { bodyLimits, BodyMemory } from '../../../src/http/response/bodyLimits.ts';
import { encodingMark } from '../../../src/http/response/responseHeaders.ts';
import { recordingSink } from '../../support/recordingSink.ts';
import { resultOf } from './response/resultOf.ts';

/** Long enough to be decoded beside the event loop. */
const body = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at).join());
const compressed = gzipSync(body);

const plain = clientSettings('http://h:1', {}, undiciEngine).plainPlans.of('GET', '/x');

function planOf(target: Target): RequestPlan {
  return { ...plain, ...target };
}

function begin(): { readonly pending: HttpRequest; readonly sink: ReturnType<typeof recordingSink>; readonly freed: () => boolean } {
  const sink = recordingSink();
  const { services: own, origin, request } = resultOf({ services: { sink, actedOn: encodingMark } });
  const pending = new HttpRequest(own, planOf({ origin, request }), '/x', performance.now(), null);
  let isFree = false;
  pending.slot = { free: () => (isFree = true), drop: () => (isFree = true) };
  pending.onHeaders(200, [Buffer.from('content-encoding'), Buffer.from('gzip')], () => undefined, 'OK');
  pending.onData(compressed);
  return { pending, sink, freed: () => isFree };
}

describe('a body that is decoded beside the event loop', () => {
  it('keeps the connection and the promise until it is decoded, but not the time', async () => {
    const { pending, sink, freed } = begin();
    const beforeMs = performance.now();
    pending.onComplete();
    const afterMs = performance.now();
    expect(freed()).toBe(false);
    const response = await pending.promise;
    expect(freed()).toBe(true);
    expect(response.bytes).toBe(body.byteLength);
    expect(sink.rows).toHaveLength(1);
    expect(sink.rows[0]?.endMs).toBeGreaterThanOrEqual(beforeMs);
    expect(sink.rows[0]?.endMs).toBeLessThanOrEqual(afterMs);
  });

  it('is not recorded when its user is stopped meanwhile', async () => {
    const { pending, sink } = begin();
    const reason = new Error('stopped');
    pending.onComplete();
    pending.abandon(reason);
    await expect(pending.promise).rejects.toBe(reason);
    const { pending: next } = begin();
    next.onComplete();
    await next.promise; // the same work, begun later
    expect(sink.rows).toEqual([]);
  });
});

it('is asked for anew when an answer leads on, and takes its time from the call on', async () => {
  const askedMs: number[] = [];
  const sink = recordingSink();
  const { services, origin, request } = resultOf({ services: { sink, maxRedirects: 1, send: () => askedMs.push(pending.askedMs) } });
  const pending = new HttpRequest(services, planOf({ origin, request }), '/x', 1, null);
  askedMs.push(pending.askedMs);
  pending.onHeaders(302, [Buffer.from('location'), Buffer.from('/y')], () => undefined, 'Found');
  pending.onEnd(7);
  pending.onHeaders(200, [], () => undefined, 'OK');
  pending.onEnd(9);
  await pending.promise;
  expect([askedMs, sink.rows[0]?.elapsedMs]).toEqual([[1, 7], 8]);
});

describe('the memory of the thread', () => {
  const pieceBytes = 100_000;

  function reading(memory: BodyMemory, maxBytes = 1024 * 1024): HttpRequest {
    const { services, origin, request } = resultOf({ services: { bodyLimits: bodyLimits(maxBytes, memory) } });
    const pending = new HttpRequest(services, planOf({ origin, request }), '/x', 1, null);
    pending.onHeaders(200, [], () => undefined, 'OK');
    return pending;
  }

  it('is for the bodies of all that are under way: who finds none fails, and the others go on', async () => {
    const memory = new BodyMemory(3 * pieceBytes);
    const [first, second] = [reading(memory), reading(memory)];
    for (const pending of [first, second, first, second]) pending.onData(Buffer.alloc(pieceBytes));
    expect((await second.promise).error).toMatch(/^BodyTooLarge: the bodies under way are longer than this load thread has memory for/u);
    first.onData(Buffer.alloc(pieceBytes));
    first.onEnd(2);
    expect((await first.promise).bytes).toBe(3 * pieceBytes);
    expect(memory.take(3 * pieceBytes)).toBe(true);
  });

  it('is given back by what fails, is given up, or leads on', async () => {
    const memory = new BodyMemory(2 * pieceBytes);
    const [failing, stopped, leading] = [reading(memory), reading(memory), reading(memory)];
    failing.onData(Buffer.alloc(pieceBytes));
    failing.onError(new Error('reset'));
    stopped.onData(Buffer.alloc(pieceBytes));
    stopped.abandon(new Error('stopped'));
    leading.onHeaders(302, [Buffer.from('location'), Buffer.from('/y')], () => undefined, 'Found');
    leading.onData(Buffer.alloc(2 * pieceBytes));
    leading.onEnd(2);
    expect(memory.take(2 * pieceBytes)).toBe(true);
    expect((await failing.promise).error).toBe('Error: reset');
  });
});
