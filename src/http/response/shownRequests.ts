/**
 * Requests and their answers as a person reads them, secrets taken out: samples of what failures looked like, and `--http-debug`.
 */
import type { FailureSample } from '../../engine/shared/messages.ts';
import { reportedError } from '../../util/errorText.ts';
import { PerLoad } from '../../util/perLoad.ts';
import { isSecret, redacted, redactText, redactUrl } from '../../util/redaction.ts';
import type { Target } from '../connection/connection.ts';
import { flatPairs, type FlatHeaders } from '../request/requestHeaders.ts';
import { decodeText, type Answer } from './answer.ts';
import type { FailureSink, ResultWatcher } from './endedRequest.ts';
import type { RequestResult } from './httpResponse.ts';
import { ResponseHeaders } from './responseHeaders.ts';

/** What is longer is cut. */
type TextLimits = { readonly maxHeaderLetters: number; readonly maxBodyBytes: number };

const sampleLimits: TextLimits = { maxHeaderLetters: 200, maxBodyBytes: 1024 };
const debugLimits: TextLimits = { maxHeaderLetters: Infinity, maxBodyBytes: 4096 };
/** Kinds of failures that are told apart; a scenario that makes more has its own trouble. */
const maxKinds = 500;

/**
 * Takes the first failures of each kind, for the master's Exceptions tab: it makes a row of each traceback and keeps the message that came
 * first with it. So the traceback is what all threads and workers say alike (which sample of which row and error), and the message is
 * the one request that is shown.
 */
export class FailureSamples {
  readonly #perKind: number;
  readonly #post: (sample: FailureSample) => void;
  readonly #taken = new Map<string, number>();

  /** Posts the first `perKind` failures of each method, name and error. */
  constructor(perKind: number, post: (sample: FailureSample) => void) {
    this.#perKind = perKind;
    this.#post = post;
  }

  readonly record: FailureSink = (result, error) => {
    const { method, name } = result;
    const kind = `${method} ${name}\n${error}`;
    const taken = this.#taken.get(kind) ?? 0;
    if (taken >= this.#perKind || (taken === 0 && this.#taken.size >= maxKinds)) return;
    this.#taken.set(kind, taken + 1);
    // As the statistics have it, which find the sample by it.
    const reported = reportedError(error);
    this.#post({ method, name, error: reported, text: sampleText(result, reported), trace: `Failure sample ${taken + 1} of ${redactUrl(`${method} ${name}`)}: ${reported}` });
  };

  /** A new run has its own first failures. */
  reset(): void {
    this.#taken.clear();
  }
}

const installed = new PerLoad<FailureSink | null>(null);

/** The thread's entry says who takes the failures of all users. */
export function installFailureSink(sink: FailureSink | null): void {
  installed.set(sink);
}

/** Null when nobody wants samples. */
export function failureSink(): FailureSink | null {
  return installed.get();
}

/** One failed request as a person wants to see it. */
export function sampleText(result: RequestResult, error: string): string {
  const { method, name, request, elapsedMs } = result;
  const answer = result.partial ?? result.answer;
  return [
    requestLine(result),
    ...(request.method === method ? [] : [`(after a redirect of ${method} ${redactUrl(name)})`]),
    error,
    `${statusLine(answer)}, ${elapsedMs.toFixed(1)} ms, ${answer.bytes} bytes of the body`,
    '',
    ...requestHeaderLines(result, sampleLimits),
    ...answerHeaderLines(answer, sampleLimits),
    ...answerBodyLines(answer, sampleLimits),
  ].join('\n');
}

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

/** `GET http://h/x`. */
function requestLine({ origin, request }: Target): string {
  return `${request.method} ${redactUrl(origin + request.path)}`;
}

/** `200 OK`, or `no answer`. */
function statusLine({ status, reason }: Answer): string {
  return status === 0 ? 'no answer' : redactText(`${status} ${reason}`.trim());
}

/** `> name: value` for each header of a request. */
function requestHeaderLines({ request }: Target, limits: TextLimits): readonly string[] {
  const cookie: FlatHeaders = request.cookie === null ? [] : ['cookie', request.cookie];
  return headerLines('>', flatPairs([...request.headers, ...cookie]), limits);
}

/** `< name: value` for each header of an answer. */
function answerHeaderLines({ rawHeaders }: Answer, limits: TextLimits): readonly string[] {
  return headerLines('<', new ResponseHeaders(rawHeaders), limits);
}

/** The body of a request behind an empty line; nothing for none. */
function requestBodyLines({ request: { body, headers } }: Target, limits: TextLimits): readonly string[] {
  if (body === null || body === '') return [];
  const written = [...flatPairs(headers)].find(([name]) => name.toLowerCase() === 'content-type');
  const contentType = written === undefined ? null : String(written[1]);
  if (typeof body === 'string') return ['', bodyText(Buffer.from(body), contentType, limits)];
  if (body instanceof ArrayBuffer) return ['', bodyText(new Uint8Array(body), contentType, limits)];
  return ['', body instanceof Uint8Array ? bodyText(body, contentType, limits) : '(a stream)'];
}

/** The body of an answer behind an empty line; nothing for none. */
function answerBodyLines(answer: Answer, limits: TextLimits): readonly string[] {
  if (answer.bytes === 0) return [];
  if (answer.isDiscarded) return ['', `(${answer.bytes} bytes, thrown away by discardBody)`];
  const body = answer.body();
  if (answer.encoding !== null) return ['', `(${body.byteLength} bytes, ${answer.encoding})`];
  return ['', bodyText(body, new ResponseHeaders(answer.rawHeaders).get('content-type'), limits)];
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
