/**
 * How a request ended, as plain data.
 */
import type { WireRequest } from '../connection/connection.ts';
import type { RequestContext } from '../request/requestContext.ts';
import type { Answer } from './answer.ts';
import { statusErrorText } from './errorText.ts';
import type { ResponseHeaders } from './responseHeaders.ts';

/** An answer that only said where to go on. */
export type Redirect = { readonly status: number; readonly url: string; readonly headers: ResponseHeaders };

/** Where a request goes, and as what. */
export type Target = { readonly origin: string; readonly request: WireRequest };

/** How a request ended; `name` and `error` change while it is judged, `origin` and `request` are where the answer came from, after redirects. */
export type RequestResult = Target & {
  /** The stretch of the user's life in which it began. */
  readonly phase: number;
  /** Of the row: as the scenario asked, before any redirect. */
  readonly method: string;
  name: string;
  /** Empty, with status 0, unless the answer is whole. */
  readonly answer: Answer;
  /** What had come of an answer that is not whole. */
  readonly partial: Answer | null;
  readonly elapsedMs: number;
  /** `performance.now()` at the last byte. */
  readonly endMs: number;
  error: string | null;
  /** What lies under `error`, where something does. */
  readonly cause: Error | null;
  /** The answers that led on to this one, in order; mostly none. */
  readonly history: readonly Redirect[];
  /** No row, no failure sample, no listener hears of it. */
  readonly isSilent: boolean;
  /** For listeners of `request`; null: nobody gave any. */
  readonly context: RequestContext | null;
};

/** Another row for it, before it is recorded; the text of a status that makes it a failure names the row. */
export function rename(result: RequestResult, name: string): void {
  const { status, reason } = result.answer;
  if (result.error !== null && result.error === statusErrorText(status, reason, result.name)) result.error = statusErrorText(status, reason, name);
  result.name = name;
}
