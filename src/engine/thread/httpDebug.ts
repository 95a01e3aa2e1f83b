/**
 * Requests and answers as a person reads them (`--http-debug`): heads, or heads and bodies; secrets taken out as in the
 * samples of failures.
 */
import type { Answer } from '../../http/response/answer.ts';
import type { Outcome, OutcomeWatcher } from '../../http/response/outcome.ts';
import { isSecret, redacted, redactText, redactUrl } from '../../util/redaction.ts';
import type { FlatHeaders } from '../../http/request/requestHeaders.ts';
import { decodeText } from '../../http/response/responseBody.ts';
import { ResponseHeaders } from '../../http/response/responseHeaders.ts';

const mostBodyBytes = 4096;

/** Shows each request that has ended, and its answer, as one text. */
export function httpDebug(detail: 'heads' | 'full', show: (text: string) => void): OutcomeWatcher {
  return (outcome, error) => show(exchangeText(outcome, error, detail === 'full'));
}

function exchangeText({ method, name, request, origin, answer, partial, elapsedMs }: Outcome, error: string | null, withBodies: boolean): string {
  const shown = partial ?? answer;
  const cookie: FlatHeaders = request.cookie === null ? [] : ['cookie', request.cookie];
  const lines = [
    `${method} ${redactUrl(name)}: ${elapsedMs.toFixed(1)} ms, ${shown.bytes} bytes of the body${error === null ? '' : `, ${redactText(error)}`}`,
    `> ${request.method} ${redactUrl(origin + request.path)}`,
    ...headerLines('>', pairsOf([...request.headers, ...cookie])),
  ];
  if (withBodies) lines.push(...requestBody(request.body, headerOf(request.headers, 'content-type')));
  lines.push(`< ${shown.status === 0 ? 'no answer' : redactText(`${shown.status} ${shown.reason}`.trim())}`);
  const headers = new ResponseHeaders(shown.rawHeaders);
  lines.push(...headerLines('<', headers));
  if (withBodies) lines.push(...answerBody(shown, headers.get('content-type')));
  return lines.join('\n');
}

function headerLines(mark: string, headers: Iterable<readonly [string, string]>): string[] {
  return Array.from(headers, ([name, value]) => `${mark} ${name}: ${isSecret(name) ? redacted : redactText(value)}`);
}

function* pairsOf(headers: FlatHeaders): Generator<readonly [string, string], void, undefined> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [String(headers[at]), String(headers[at + 1])];
}

function headerOf(headers: FlatHeaders, wanted: string): string | null {
  for (const [name, value] of pairsOf(headers)) if (name.toLowerCase() === wanted) return value;
  return null;
}

function requestBody(body: unknown, contentType: string | null): string[] {
  if (body === null || body === undefined || body === '') return [];
  if (typeof body === 'string') return ['', bodyText(Buffer.from(body), contentType)];
  if (body instanceof ArrayBuffer) return ['', bodyText(new Uint8Array(body), contentType)];
  return ['', body instanceof Uint8Array ? bodyText(body, contentType) : '(a stream)'];
}

function answerBody(answer: Answer, contentType: string | null): string[] {
  const body = answer.body();
  if (body.byteLength === 0) return [];
  return ['', answer.encoding === null ? bodyText(body, contentType) : `(${body.byteLength} bytes, ${answer.encoding})`];
}

function bodyText(body: Uint8Array, contentType: string | null): string {
  const start = body.subarray(0, mostBodyBytes);
  if (start.includes(0)) return `(${body.byteLength} bytes that are no text)`;
  const text = redactText(decodeText(start, contentType));
  return body.byteLength > mostBodyBytes ? `${text}… (${body.byteLength} bytes)` : text;
}
