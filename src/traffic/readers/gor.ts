/**
 * Captures of GoReplay (`--output-file`): messages between lines of three monkeys, each with a line of its own: kind (1 request, 2 answer,
 * 3 replayed answer), id, nanoseconds since 1970, and of answers how long they took.
 */
import { isUtf8 } from 'node:buffer';
import { exchangeOf, headerOf, mimeType, unknownOrigin, unreadableTraffic, type Exchange, type RecordedAnswer, type RecordedBody, type RecordedRequest, type StreamNotes } from '../recording.ts';
import { httpMessage, type HttpMessage } from './httpMessage.ts';
import { multipartBody } from './multipart.ts';
import { records } from './records.ts';
import type { UnreadExchange, UnreadRequest } from './window.ts';

const separator = Buffer.from('\n🐵🙈🙉\n');

/** True for what begins as a capture does. */
export function isGor(start: Buffer): boolean {
  return /^\s*[123] \w{6,} \d{8,}/u.test(start.toString('latin1', 0, 200));
}

/**
 * Requests in their order, each with its answer if that comes before a thousand others. Throws a BoomerError with the message's number for one that is
 * none, here or where it is read; a last one that breaks off is left out, and said.
 */
export async function* gorExchanges(chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes): AsyncGenerator<readonly UnreadExchange[]> {
  notes.kind = 'capture of GoReplay';
  const waiting = new WaitingRequests();
  let number = 0;
  let requests = 0;
  for await (const found of records(chunks, separator, (long) => unreadableTraffic(source, `message ${long}`, 'it is longer than 128 MB'))) {
    for (const { bytes, isWhole } of found) {
      const line = lineOf(bytes);
      if (line === null && bytes.toString('latin1', 0, 20).trim() === '') continue;
      number += 1;
      const message: Message = { source, number, bytes: bytes.subarray(line?.length ?? 0) };
      if (!isWhole && (line === null || isCut(message, line.kind))) notes.remarks.push('the last message, which breaks off');
      else if (line === null) throw isNone(message);
      else if (line.kind === '1') {
        requests += 1;
        waiting.add(new CapturedExchange(line.id, line.startedMs, message));
      } else if (line.kind === '2') waiting.answer(line.id, { ...message, elapsedMs: line.elapsedMs });
    }
    yield waiting.ready();
  }
  if (requests === 0) throw unreadableTraffic(source, null, 'a capture without a request');
  yield waiting.rest();
}

/** So many requests wait for their answers, of so many bytes. */
const maxWaiting = 1000;
const maxWaitingBytes = 32_000_000;

/** Requests whose answers may still come; first in, first out. Where none has come to the first ones, none is waited for until one comes: few captures have any. */
class WaitingRequests {
  readonly #queue = new Set<CapturedExchange>();
  readonly #byId = new Map<string, CapturedExchange>();
  #bytes = 0;
  /** Null: it is too early to tell. */
  #hasAnswers: boolean | null = null;

  add(exchange: CapturedExchange): void {
    this.#queue.add(exchange);
    this.#byId.set(exchange.id, exchange);
    this.#bytes += exchange.bytes;
  }

  /** Of a request that has gone on, nothing is kept. */
  answer(id: string, answer: AnswerMessage): void {
    this.#hasAnswers = true;
    const exchange = this.#byId.get(id);
    if (exchange === undefined) return;
    this.#bytes -= exchange.bytes;
    exchange.answer = answer;
    this.#bytes += exchange.bytes;
    this.#byId.delete(id);
  }

  /** Those that wait for nothing any more, and the first ones when there are too many. */
  ready(): readonly CapturedExchange[] {
    const ready: CapturedExchange[] = [];
    for (const exchange of this.#queue) {
      const isFull = this.#queue.size > maxWaiting || this.#bytes > maxWaitingBytes;
      if (isFull) this.#hasAnswers ??= false;
      if (exchange.answer === null && this.#hasAnswers !== false && !isFull) break;
      this.#queue.delete(exchange);
      if (this.#byId.get(exchange.id) === exchange) this.#byId.delete(exchange.id);
      this.#bytes -= exchange.bytes;
      ready.push(exchange);
    }
    return ready;
  }

  /** All: the file has ended. */
  rest(): readonly CapturedExchange[] {
    return [...this.#queue];
  }
}

/** Behind its line; `number` from 1. */
type Message = { readonly source: string; readonly number: number; readonly bytes: Buffer };
type AnswerMessage = Message & { readonly elapsedMs: number | null };

/** Of the objects that hold a message. */
const overheadBytes = 300;

class CapturedExchange implements UnreadExchange {
  readonly id: string;
  readonly startedMs: number;
  /** Null: none has come. */
  answer: AnswerMessage | null = null;
  readonly #request: Message;

  constructor(id: string, startedMs: number, request: Message) {
    this.id = id;
    this.startedMs = startedMs;
    this.#request = request;
  }

  get bytes(): number {
    return overheadBytes + this.#request.bytes.length + (this.answer?.bytes.length ?? 0);
  }

  read(): Exchange {
    const { answer, startedMs } = this;
    const known = answer === null ? { startedMs } : { startedMs, answer: answerIn(answer), elapsedMs: answer.elapsedMs };
    return exchangeOf(`message ${this.#request.number}`, requestIn(this.#request), known);
  }

  request(): UnreadRequest {
    // A copy: what stands around it in the file would be kept too.
    const message: Message = { ...this.#request, bytes: Buffer.from(this.#request.bytes) };
    return { bytes: overheadBytes + message.bytes.length, read: () => requestIn(message) };
  }
}

/** The line before a message, with its length; null for what is none. */
function lineOf(payload: Buffer): { readonly length: number; readonly kind: string; readonly id: string; readonly startedMs: number; readonly elapsedMs: number | null } | null {
  const length = payload.indexOf(lineFeed) + 1;
  const [, kind, id = '', time = '', latency] = /^\s*([123]) (\w+) (\d+)(?: (-?\d+))?/u.exec(payload.toString('latin1', 0, length)) ?? [];
  return kind === undefined ? null : { length, kind, id, startedMs: millisecondsOf(time), elapsedMs: latency === undefined ? null : Math.max(0, Number(latency) / 1e6) };
}

const lineFeed = 10;

/** A double has no room for nanoseconds since 1970. */
function millisecondsOf(nanoseconds: string): number {
  return Number(nanoseconds.slice(0, -6)) + Number(nanoseconds.slice(-6)) / 1e6;
}

/** A file that was cut may end within a head, or a body in chunks, and half a request is none. */
function isCut({ bytes }: Message, kind: string): boolean {
  const message = httpMessage(bytes);
  return message?.isWhole !== true || (kind === '1' ? requestOf(message) === null : statusOf(message) === null);
}

function requestIn(message: Message): RecordedRequest {
  const read = httpMessage(message.bytes);
  const request = read === null ? null : requestOf(read);
  if (request === null) throw isNone(message);
  return request;
}

function answerIn(message: Message): RecordedAnswer {
  const read = httpMessage(message.bytes);
  const status = read === null ? null : statusOf(read);
  if (read === null || status === null) throw isNone(message);
  const { headers, body } = read;
  return { status, headers, text: isUtf8(body) ? body.toString() : null, type: headerOf(headers, 'content-type') };
}

function isNone({ source, number }: Message): Error {
  return unreadableTraffic(source, `message ${number}`, 'expected a request or an answer in HTTP/1');
}

function requestOf({ firstLine, headers, body }: HttpMessage): RecordedRequest | null {
  const [, method, target = ''] = /^([A-Z]+) (\S+)(?: HTTP\/\S+)?$/u.exec(firstLine) ?? [];
  const host = headerOf(headers, 'host');
  // `OPTIONS *` means no path of the server's.
  const url = /^https?:/u.test(target) ? target : `${host === null ? unknownOrigin : `http://${host}`}${target.startsWith('/') ? '' : '/'}${target}`;
  if (method === undefined || !URL.canParse(url)) return null;
  // GoReplay cuts long ones, and so does our own recorder.
  const declared = Number(headerOf(headers, 'content-length') ?? 0);
  if (declared > body.length) return { method, url, headers, body: { kind: 'missing', bytes: declared, what: null } };
  return { method, url, headers, body: body.length === 0 ? null : bodyOf(body, headerOf(headers, 'content-type')) };
}

function bodyOf(body: Buffer, contentType: string | null): RecordedBody {
  if (!isUtf8(body)) return { kind: 'bytes', bytes: Buffer.from(body) };
  const text = body.toString();
  if (mimeType(contentType) !== 'multipart/form-data') return { kind: 'text', text };
  const form = multipartBody(text, contentType);
  return form.kind === 'parts' ? { ...form, whole: text } : form;
}

/** Null: it is no answer. */
function statusOf({ firstLine }: HttpMessage): number | null {
  const [, digits] = /^HTTP\/\S+ (\d{3})/u.exec(firstLine) ?? [];
  return digits === undefined ? null : Number(digits);
}
