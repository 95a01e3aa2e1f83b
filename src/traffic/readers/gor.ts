/**
 * Captures of GoReplay (`--output-file`): messages between lines of three monkeys, each with a line of its own: kind (1 request, 2 answer,
 * 3 replayed answer), id, nanoseconds since 1970, and of answers how long they took.
 */
import { isUtf8 } from 'node:buffer';
import { contentText, unpacked } from './contentText.ts';
import { exchangeOf, headerOf, mimeType, unknownOrigin, unreadableTraffic, type Exchange, type Pair, type RecordedAnswer, type RecordedBody, type RecordedRequest, type StreamNotes } from '../recording.ts';
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
 * Requests in their order, each with its answer if that comes before a thousand others. What is neither a request nor an answer is counted; where most of
 * the messages are none, a BoomerError has the number of the first. A last one that breaks off is left out, and said.
 */
export async function* gorExchanges(chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes): AsyncGenerator<readonly UnreadExchange[]> {
  notes.kind = 'capture of GoReplay';
  const waiting = new WaitingRequests();
  let number = 0;
  let requests = 0;
  const wrong = { count: 0, first: 0 };
  for await (const found of records(chunks, separator, (long) => unreadableTraffic(source, `message ${long}`, 'it is longer than 128 MB'))) {
    for (const { bytes, isWhole } of found) {
      const line = lineOf(bytes);
      if (line === null && bytes.toString('latin1', 0, 20).trim() === '') continue;
      number += 1;
      const message: Message = { source, number, bytes: bytes.subarray(line?.length ?? 0) };
      if (!isWhole && (line === null || isCut(message, line.kind))) notes.remarks.push('the last message, which breaks off');
      else if (line === null || !isMessage(message.bytes, line.kind)) {
        if (wrong.count === 0) wrong.first = number;
        wrong.count += 1;
      } else if (line.kind === '1') {
        requests += 1;
        waiting.add(new CapturedExchange(line.id, line.startedMs, message));
      } else if (line.kind === '2') waiting.answer(line.id, { ...message, elapsedMs: line.elapsedMs });
    }
    yield waiting.ready();
  }
  if (wrong.count > number / 2) throw unreadableTraffic(source, `message ${wrong.first}`, 'this and most other messages are no requests and no answers in HTTP/1');
  if (requests === 0) throw unreadableTraffic(source, null, 'a capture without a request');
  if (wrong.count > 0) notes.remarks.push(`${wrong.count} of its messages, which are no requests and no answers in HTTP/1, the first being message ${wrong.first}`);
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

/** True for what begins as a request or an answer does, of which each is read. The public sees to it that anything comes to a port. */
function isMessage(bytes: Buffer, kind: string): boolean {
  const end = bytes.indexOf('\r\n');
  const firstLine = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  return kind === '1' ? targetIn(firstLine) !== null : statusIn(firstLine) !== null;
}

/** A file that was cut may end within a head, or a body in chunks, and half a request is none. */
function isCut({ bytes }: Message, kind: string): boolean {
  const message = httpMessage(bytes);
  return message?.isWhole !== true || (kind === '1' ? requestOf(message) === null : statusIn(message.firstLine) === null);
}

function requestIn(message: Message): RecordedRequest {
  const read = httpMessage(message.bytes);
  const request = read === null ? null : requestOf(read);
  if (request === null) throw isNone(message);
  return request;
}

function answerIn(message: Message): RecordedAnswer {
  const read = httpMessage(message.bytes);
  const status = read === null ? null : statusIn(read.firstLine);
  if (read === null || status === null) throw isNone(message);
  const { headers, body } = read;
  const type = headerOf(headers, 'content-type');
  let text: string | null | undefined;
  // A replay reads no contents, and most are packed.
  return {
    status,
    headers,
    type,
    get text() {
      return (text ??= answerText(body, headers));
    },
  };
}

function answerText(body: Buffer, headers: readonly Pair[]): string | null {
  const coding = headerOf(headers, 'content-encoding') ?? '';
  const plain = coding === '' || coding === 'identity' || body.length === 0 ? body : unpacked(body, coding);
  return plain === null ? null : contentText(plain, headerOf(headers, 'content-type'), Number(headerOf(headers, 'content-length') ?? 0) > body.length, true);
}

function isNone({ source, number }: Message): Error {
  return unreadableTraffic(source, `message ${number}`, 'expected a request or an answer in HTTP/1');
}

function requestOf({ firstLine, headers, body }: HttpMessage): RecordedRequest | null {
  const found = targetIn(firstLine);
  if (found === null) return null;
  const { method, target } = found;
  // `OPTIONS *` means no path of the server's.
  const url = /^https?:/u.test(target) ? target : `${originOf(headerOf(headers, 'host') ?? '')}${target.startsWith('/') ? '' : '/'}${target}`;
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

/** Null: it is no request. */
function targetIn(firstLine: string): { readonly method: string; readonly target: string } | null {
  const [, method, target = ''] = /^([A-Z][A-Z_-]*) (\S+)(?: HTTP\/\S+)?$/u.exec(firstLine) ?? [];
  return method === undefined || (/^https?:/u.test(target) && !URL.canParse(target)) ? null : { method, target };
}

/** An empty host is lawful, and any text may come as one. */
function originOf(host: string): string {
  return /^[^\s/?#@\\]+$/u.test(host) && URL.canParse(`http://${host}`) ? `http://${host}` : unknownOrigin;
}

/** Null: it is no answer. */
function statusIn(firstLine: string): number | null {
  const [, digits] = /^HTTP\/\S+ (\d{3})/u.exec(firstLine) ?? [];
  return digits === undefined ? null : Number(digits);
}
