/**
 * What failures looked like: the first few of each kind go to the master's Exceptions tab.
 *
 * The master makes a row of each traceback and keeps the message that came first with it. So the traceback is what all
 * threads and workers say alike (which sample of which row and error), and the message is the one request that is shown.
 */
import { reportedError } from '../../util/errorText.ts';
import type { Answer } from './answer.ts';
import type { FailureSink, Outcome } from './outcome.ts';
import { isSecret, redacted, redactText, redactUrl } from '../../util/redaction.ts';
import type { FlatHeaders } from '../request/requestHeaders.ts';
import { decodeText } from './responseBody.ts';
import { ResponseHeaders } from './responseHeaders.ts';

/** As it goes up (see engine/shared/messages.ts). */
export type Sample = { readonly method: string; readonly name: string; readonly error: string; readonly text: string; readonly trace: string };
export type PostSample = (sample: Sample) => void;

const mostBodyBytes = 1024;
const mostHeaderLetters = 200;
/** Kinds of failures that are told apart; a scenario that makes more has its own trouble. */
const mostKinds = 500;

export class FailureSamples {
  readonly #perKind: number;
  readonly #post: PostSample;
  readonly #taken = new Map<string, number>();

  /** Posts the first `perKind` failures of each method, name and error. */
  constructor(perKind: number, post: PostSample) {
    this.#perKind = perKind;
    this.#post = post;
  }

  readonly take: FailureSink = (outcome, error) => {
    const { method, name } = outcome;
    const kind = `${method} ${name}\n${error}`;
    const taken = this.#taken.get(kind) ?? 0;
    if (taken >= this.#perKind || (taken === 0 && this.#taken.size >= mostKinds)) return;
    this.#taken.set(kind, taken + 1);
    // As the statistics have it, which find the sample by it.
    const reported = reportedError(error);
    this.#post({ method, name, error: reported, text: sampleText(outcome, reported), trace: `Failure sample ${taken + 1} of ${redactUrl(`${method} ${name}`)}: ${reported}` });
  };

  /** A new run has its own first failures. */
  reset(): void {
    this.#taken.clear();
  }
}

let installed: FailureSink | null = null;

/** The thread's entry says who takes the failures of all users. */
export function installFailureSink(sink: FailureSink | null): void {
  installed = sink;
}

/** Null when nobody wants samples. */
export function failureSink(): FailureSink | null {
  return installed;
}

/** One failed request as a person wants to see it. */
export function sampleText({ answer, partial, elapsedMs, origin, request, method, name }: Outcome, error: string): string {
  const shown = partial ?? answer;
  const cookie: FlatHeaders = request.cookie === null ? [] : ['cookie', request.cookie];
  const lines = [
    `${request.method} ${redactUrl(origin + request.path)}`,
    ...(request.method === method ? [] : [`(after a redirect of ${method} ${redactUrl(name)})`]),
    error,
    `${statusLine(shown)}, ${elapsedMs.toFixed(1)} ms, ${shown.bytes} bytes of the body`,
    '',
    ...headerLines('>', pairsOf([...request.headers, ...cookie])),
    ...headerLines('<', new ResponseHeaders(shown.rawHeaders)),
  ];
  const body = bodyText(shown);
  return body === '' ? lines.join('\n') : [...lines, '', body].join('\n');
}

function statusLine({ status, reason }: Answer): string {
  return status === 0 ? 'no answer' : redactText(`${status} ${reason}`.trim());
}

function headerLines(mark: string, headers: Iterable<readonly [string, string]>): string[] {
  return Array.from(headers, ([name, value]) => `${mark} ${name}: ${isSecret(name) ? redacted : cut(redactText(value), mostHeaderLetters)}`);
}

function* pairsOf(headers: FlatHeaders): Generator<readonly [string, string], void, undefined> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [String(headers[at]), String(headers[at + 1])];
}

function bodyText(answer: Answer): string {
  const body = answer.body();
  if (body.byteLength === 0) return '';
  const headers = new ResponseHeaders(answer.rawHeaders);
  const start = body.subarray(0, mostBodyBytes);
  if (answer.encoding !== null || start.includes(0)) return `(${body.byteLength} bytes that are no text)`;
  const text = redactText(decodeText(start, headers.get('content-type')));
  return body.byteLength > mostBodyBytes ? `${text}… (${body.byteLength} bytes)` : text;
}

function cut(text: string, mostLetters: number): string {
  return text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text;
}
