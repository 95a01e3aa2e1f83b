/**
 * Captures of GoReplay (`--output-file`): messages between lines of three monkeys, each with a line of its own: kind (1 request, 2 answer,
 * 3 replayed answer), id, nanoseconds since 1970, and of answers how long they took.
 */
import { headerOf, mimeType, unknownOrigin, unreadableTraffic, type Exchange, type RecordedAnswer, type RecordedBody, type Recording } from '../recording.ts';
import { SampledExchanges } from '../sampledExchanges.ts';
import { httpMessage, type HttpMessage } from './httpMessage.ts';
import { multipartBody } from './multipart.ts';

const separator = Buffer.from('\n🐵🙈🙉\n');

/** True for what begins as a capture does. */
export function isGor(bytes: Buffer): boolean {
  return /^\s*[123] \w{6,} \d{8,}/u.test(bytes.subarray(0, 200).toString('latin1'));
}

/** Throws a BoomerError with the message's number for one that is none; a last one that breaks off is left out, and said. */
export function readGor(bytes: Buffer, source: string): Recording {
  const exchanges = new SampledExchanges();
  let number = 0;
  let cut = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(separator, at);
    const payload = bytes.subarray(at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + separator.length;
    if (payload.toString('latin1', 0, 20).trim() === '') continue;
    number += 1;
    if (!take(payload, number, exchanges)) {
      if (end >= 0) throw unreadableTraffic(source, `message ${number}`, 'expected a request or an answer in HTTP/1');
      cut += 1;
    }
  }
  if (exchanges.all.length === 0) throw unreadableTraffic(source, null, 'a capture without a request');
  return { source, kind: 'capture of GoReplay', isWalk: false, isChosen: false, exchanges: exchanges.all, remarks: cut === 0 ? [] : ['the last message, which breaks off'] };
}

/** False for what cannot be read. */
function take(payload: Buffer, number: number, exchanges: SampledExchanges): boolean {
  const lineEnd = payload.indexOf('\n');
  const [, kind, id = '', time = '', latency] = /^\s*([123]) (\w+) (\d+)(?: (\d+))?/u.exec(payload.subarray(0, Math.max(0, lineEnd)).toString('latin1')) ?? [];
  const message = httpMessage(payload.subarray(lineEnd + 1));
  if (kind === undefined || message === null) return false;
  if (kind === '1') {
    const request = requestOf(message);
    if (request === null) return false;
    exchanges.add({ place: `message ${number}`, request, answer: null, startedMs: Number(time) / 1e6, elapsedMs: null, group: null, title: null, times: 1, names: null, resource: null }, id);
    return true;
  }
  const status = Number(/^HTTP\/\S+ (\d{3})/u.exec(message.firstLine)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return false;
  if (kind === '2') exchanges.answer(id, answerOf(message, status), latency === undefined ? null : Number(latency) / 1e6);
  return true;
}

function requestOf({ firstLine, headers, body }: HttpMessage): Exchange['request'] | null {
  const [, method, target = ''] = /^([A-Z]+) (\S+)(?: HTTP\/\S+)?$/u.exec(firstLine) ?? [];
  const host = headerOf(headers, 'host');
  const url = /^https?:/u.test(target) ? target : `${host === null ? unknownOrigin : `http://${host}`}${target}`;
  if (method === undefined || !URL.canParse(url)) return null;
  return { method, url, headers, body: body.length === 0 ? null : bodyOf(body, headerOf(headers, 'content-type')) };
}

function bodyOf(body: Buffer, contentType: string | null): RecordedBody {
  const text = body.toString();
  if (!body.equals(Buffer.from(text))) return { kind: 'bytes', bytes: body };
  return mimeType(contentType) === 'multipart/form-data' ? multipartBody(text, contentType) : { kind: 'text', text };
}

function answerOf({ headers, body }: HttpMessage, status: number): RecordedAnswer {
  const text = body.toString();
  return { status, headers, text: body.equals(Buffer.from(text)) ? text : null, type: headerOf(headers, 'content-type') };
}
