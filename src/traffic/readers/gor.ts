/**
 * Captures of GoReplay (`--output-file`): messages between lines of three monkeys, each with a line of its own: kind (1 request, 2 answer,
 * 3 replayed answer), id, nanoseconds since 1970, and of answers how long they took.
 */
import { exchangeOf, headerOf, mimeType, unknownOrigin, unreadableTraffic, type Exchange, type RecordedAnswer, type RecordedBody, type RecordedRequest, type StreamNotes } from '../recording.ts';
import { httpMessage, type HttpMessage } from './httpMessage.ts';
import { multipartBody } from './multipart.ts';
import { records } from './records.ts';
import { sizeOf } from './window.ts';

const separator = Buffer.from('\n🐵🙈🙉\n');

/** True for what begins as a capture does. */
export function isGor(start: Buffer): boolean {
  return /^\s*[123] \w{6,} \d{8,}/u.test(start.toString('latin1', 0, 200));
}

/**
 * Requests in their order, each with its answer if that comes before a thousand others. Throws a BoomerError with the message's number for one that is
 * none; a last one that breaks off is left out, and said.
 */
export async function* gorExchanges(chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes): AsyncGenerator<Exchange> {
  notes.kind = 'capture of GoReplay';
  const waiting = new WaitingRequests();
  let number = 0;
  let requests = 0;
  for await (const found of records(chunks, separator, (long) => unreadableTraffic(source, `message ${long}`, 'it is longer than 128 MB'))) {
    for (const { bytes, isWhole } of found) {
      if (bytes.toString('latin1', 0, 20).trim() === '') continue;
      number += 1;
      const message = messageOf(bytes, `message ${number}`, isWhole);
      if (message === null) {
        if (isWhole) throw unreadableTraffic(source, `message ${number}`, 'expected a request or an answer in HTTP/1');
        notes.remarks.push('the last message, which breaks off');
      } else if (message.kind === 'request') {
        requests += 1;
        waiting.add(message.id, message.exchange);
      } else if (message.kind === 'answer') waiting.answer(message.id, message.answer, message.elapsedMs);
    }
    yield* waiting.ready();
  }
  if (requests === 0) throw unreadableTraffic(source, null, 'a capture without a request');
  yield* waiting.rest();
}

/** So many requests wait for their answers, of so many bytes. */
const maxWaiting = 1000;
const maxWaitingBytes = 32_000_000;

type WaitingRequest = { readonly id: string; exchange: Exchange };

/** Requests whose answers may still come; first in, first out. */
class WaitingRequests {
  readonly #queue = new Set<WaitingRequest>();
  readonly #byId = new Map<string, WaitingRequest>();
  #bytes = 0;

  add(id: string, exchange: Exchange): void {
    const waiting = { id, exchange };
    this.#queue.add(waiting);
    this.#byId.set(id, waiting);
    this.#bytes += sizeOf(exchange);
  }

  /** Of a request that has gone on, nothing is kept. */
  answer(id: string, answer: RecordedAnswer, elapsedMs: number | null): void {
    const waiting = this.#byId.get(id);
    if (waiting === undefined) return;
    waiting.exchange = { ...waiting.exchange, answer, elapsedMs };
    this.#byId.delete(id);
    this.#bytes += answer.text?.length ?? 0;
  }

  /** Those that wait for nothing any more, and the first ones when there are too many. */
  *ready(): Generator<Exchange> {
    for (const waiting of this.#queue) {
      const { id, exchange } = waiting;
      if (exchange.answer === null && this.#queue.size <= maxWaiting && this.#bytes <= maxWaitingBytes) return;
      this.#queue.delete(waiting);
      if (this.#byId.get(id) === waiting) this.#byId.delete(id);
      this.#bytes -= sizeOf(exchange);
      yield exchange;
    }
  }

  /** All: the file has ended. */
  *rest(): Generator<Exchange> {
    for (const { exchange } of this.#queue) yield exchange;
  }
}

type Message =
  | { readonly kind: 'request'; readonly id: string; readonly exchange: Exchange }
  | { readonly kind: 'answer'; readonly id: string; readonly answer: RecordedAnswer; readonly elapsedMs: number | null }
  /** What GoReplay's own replay was answered. */
  | { readonly kind: 'replayed' };

/** Null for what cannot be read. `isFollowed`: others come behind it; a file that was cut may end within a head, or a body in chunks, and half a request is none. */
function messageOf(payload: Buffer, place: string, isFollowed: boolean): Message | null {
  const lineEnd = payload.indexOf('\n');
  const [, kind, id = '', time = '', latency] = /^\s*([123]) (\w+) (\d+)(?: (-?\d+))?/u.exec(payload.toString('latin1', 0, Math.max(0, lineEnd))) ?? [];
  const message = httpMessage(payload.subarray(lineEnd + 1));
  if (kind === undefined || message === null || !(isFollowed || message.isWhole)) return null;
  if (kind === '1') {
    const request = requestOf(message);
    return request === null ? null : { kind: 'request', id, exchange: exchangeOf(place, request, { startedMs: millisecondsOf(time) }) };
  }
  const status = Number(/^HTTP\/\S+ (\d{3})/u.exec(message.firstLine)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return null;
  return kind === '2' ? { kind: 'answer', id, answer: answerOf(message, status), elapsedMs: latency === undefined ? null : Math.max(0, Number(latency) / 1e6) } : { kind: 'replayed' };
}

/** A double has no room for nanoseconds since 1970. */
function millisecondsOf(nanoseconds: string): number {
  return Number(nanoseconds.slice(0, -6)) + Number(nanoseconds.slice(-6)) / 1e6;
}

function requestOf({ firstLine, headers, body }: HttpMessage): RecordedRequest | null {
  const [, method, target = ''] = /^([A-Z]+) (\S+)(?: HTTP\/\S+)?$/u.exec(firstLine) ?? [];
  const host = headerOf(headers, 'host');
  const url = /^https?:/u.test(target) ? target : `${host === null ? unknownOrigin : `http://${host}`}${target}`;
  if (method === undefined || !URL.canParse(url)) return null;
  // GoReplay cuts long ones, and so does our own recorder.
  const declared = Number(headerOf(headers, 'content-length') ?? 0);
  if (declared > body.length) return { method, url, headers, body: { kind: 'missing', bytes: declared, what: null } };
  return { method, url, headers, body: body.length === 0 ? null : bodyOf(body, headerOf(headers, 'content-type')) };
}

function bodyOf(body: Buffer, contentType: string | null): RecordedBody {
  const text = body.toString();
  if (!body.equals(Buffer.from(text))) return { kind: 'bytes', bytes: Buffer.from(body) };
  return mimeType(contentType) === 'multipart/form-data' ? multipartBody(text, contentType) : { kind: 'text', text };
}

function answerOf({ headers, body }: HttpMessage, status: number): RecordedAnswer {
  const text = body.toString();
  return { status, headers, text: body.equals(Buffer.from(text)) ? text : null, type: headerOf(headers, 'content-type') };
}
