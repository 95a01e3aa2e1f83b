/**
 * What the pools know of a connection, whichever client is below: it takes one request and hands on its answer.
 */
import type { AnswerHead } from '../response/answerHead.ts';
import type { RequestBody } from '../request/bodyStream.ts';
import type { FlatHeaders } from '../request/requestHeaders.ts';

/** One request as it goes over the wire. */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: FlatHeaders;
  /** Of the user's jar, beside `headers` because it changes at each redirect; null for none. */
  readonly cookie: string | null;
  readonly body: RequestBody | null;
};

/** Called while an answer arrives; either `onComplete` or `onError` ends a request. None of them may throw. */
export type WireHandler = {
  /** The request is about to be written; `abort` ends it, over HTTP/2 without its connection. */
  readonly onConnect: (abort: (reason: Error) => void) => void;
  /** Also called for informational answers (status below 200). */
  readonly onHeaders: (status: number, headers: Buffer[], resume: () => void, reason: string) => boolean;
  /** False holds the body back until `resume` is called. */
  readonly onData: (chunk: Uint8Array) => boolean;
  readonly onComplete: () => void;
  readonly onError: (error: Error) => void;
};

/** Takes answers in either form: with headers in pieces (`onHeaders`), or as one stretch of memory (`onHead`). */
export type AnswerHandler = WireHandler & {
  /** When this hop was asked for (`performance.now()`): at the call, or when the answer that leads here was whole. */
  readonly askedMs: number;
  /** Never for informational answers; `resume` lets a body go on that `onData` held back. */
  readonly onHead: (status: number, head: AnswerHead, resume: () => void) => void;
  /** The whole body as a stretch of `block`, which nobody changes any more; comes at most once, and then `onData` does not. */
  readonly onSmallBody: (block: Buffer, start: number, bodyBytes: number) => void;
  /** `onComplete` for one who has looked at the clock: the last byte came at this `performance.now()`. */
  readonly onEnd: (endMs: number) => void;
};

/** A connection to one origin, made when first needed and again whenever the server has closed it. */
export type Connection = {
  /** Sends one request; the caller waits for its end before the next. */
  readonly send: (request: WireRequest, handler: AnswerHandler) => void;
  /** Ends the connection for good. The handler of what was under way hears no more, or of an error that it is to ignore. */
  readonly destroy: (reason: Error) => void;
};
