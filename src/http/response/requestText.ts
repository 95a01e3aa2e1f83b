/**
 * Requests and their answers as a person reads them, secrets taken out: parts of failure samples, and `--http-debug`.
 */
import { isSecret, redacted, redactText, redactUrl } from '../../util/redaction.ts';
import type { Target } from '../connection/connection.ts';
import { flatPairs, type FlatHeaders } from '../request/requestHeaders.ts';
import { decodeText, type Answer } from './answer.ts';
import type { ResultWatcher } from './endedRequest.ts';
import type { RequestResult } from './httpResponse.ts';
import { ResponseHeaders } from './responseHeaders.ts';

/** What is longer is cut. */
export type TextLimits = { readonly maxHeaderLetters: number; readonly maxBodyBytes: number };

/** `GET http://h/x`. */
export function requestLine({ origin, request }: Target): string {
  return `${request.method} ${redactUrl(origin + request.path)}`;
}

/** `200 OK`, or `no answer`. */
export function statusLine({ status, reason }: Answer): string {
  return status === 0 ? 'no answer' : redactText(`${status} ${reason}`.trim());
}

/** `> name: value` for each header of a request. */
export function requestHeaderLines({ request }: Target, limits: TextLimits): readonly string[] {
  const cookie: FlatHeaders = request.cookie === null ? [] : ['cookie', request.cookie];
  return headerLines('>', flatPairs([...request.headers, ...cookie]), limits);
}

/** `< name: value` for each header of an answer. */
export function answerHeaderLines({ rawHeaders }: Answer, limits: TextLimits): readonly string[] {
  return headerLines('<', new ResponseHeaders(rawHeaders), limits);
}

/** The body of a request behind an empty line; nothing for none. */
export function requestBodyLines({ request: { body, headers } }: Target, limits: TextLimits): readonly string[] {
  if (body === null || body === '') return [];
  const written = [...flatPairs(headers)].find(([name]) => name.toLowerCase() === 'content-type');
  const contentType = written === undefined ? null : String(written[1]);
  if (typeof body === 'string') return ['', bodyText(Buffer.from(body), contentType, limits)];
  if (body instanceof ArrayBuffer) return ['', bodyText(new Uint8Array(body), contentType, limits)];
  return ['', body instanceof Uint8Array ? bodyText(body, contentType, limits) : '(a stream)'];
}

/** The body of an answer behind an empty line; nothing for none. */
export function answerBodyLines(answer: Answer, limits: TextLimits): readonly string[] {
  if (answer.bytes === 0) return [];
  if (answer.isDiscarded) return ['', `(${answer.bytes} bytes, thrown away by discardBody)`];
  const body = answer.body();
  if (answer.encoding !== null) return ['', `(${body.byteLength} bytes, ${answer.encoding})`];
  return ['', bodyText(body, new ResponseHeaders(answer.rawHeaders).get('content-type'), limits)];
}

/** Of `--http-debug`. */
const debugLimits: TextLimits = { maxHeaderLetters: Infinity, maxBodyBytes: 4096 };

/** Shows each request that has ended, and its answer, as one text: heads, or heads and bodies. */
export function httpDebug(detail: 'heads' | 'full', show: (text: string) => void): ResultWatcher {
  return (result, error) => show(debugText(result, error, detail === 'full'));
}

function debugText(result: RequestResult, error: string | null, withBodies: boolean): string {
  const { method, name, elapsedMs } = result;
  const answer = result.partial ?? result.answer;
  return [
    `${method} ${redactUrl(name)}: ${elapsedMs.toFixed(1)} ms, ${answer.bytes} bytes of the body${error === null ? '' : `, ${redactText(error)}`}`,
    `> ${requestLine(result)}`,
    ...requestHeaderLines(result, debugLimits),
    ...(withBodies ? requestBodyLines(result, debugLimits) : []),
    `< ${statusLine(answer)}`,
    ...answerHeaderLines(answer, debugLimits),
    ...(withBodies ? answerBodyLines(answer, debugLimits) : []),
  ].join('\n');
}

function headerLines(mark: string, headers: Iterable<readonly [string, string | readonly string[]]>, { maxHeaderLetters }: TextLimits): readonly string[] {
  return Array.from(headers, ([name, value]) => `${mark} ${name}: ${isSecret(name) ? redacted : cut(redactText(String(value)), maxHeaderLetters)}`);
}

function bodyText(body: Uint8Array, contentType: string | null, { maxBodyBytes }: TextLimits): string {
  const start = body.subarray(0, maxBodyBytes);
  if (start.includes(0)) return `(${body.byteLength} bytes that are no text)`;
  const text = redactText(decodeText(start, contentType));
  return body.byteLength > maxBodyBytes ? `${text}… (${body.byteLength} bytes)` : text;
}

function cut(text: string, maxLetters: number): string {
  return text.length > maxLetters ? `${text.slice(0, maxLetters)}…` : text;
}
