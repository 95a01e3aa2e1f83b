/**
 * What all HTTP here knows of a connection, whichever engine is below (undici, or our own): how it is made, that it takes one
 * request and hands on its answer, and what goes wrong on it.
 */
import type { SecureContext } from 'node:tls';
import type { RequestBody } from '../request/requestBody.ts';
import type { FlatHeaders } from '../request/requestHeaders.ts';
import type { AnswerHead } from '../response/responseHeaders.ts';
import type { AllowedHosts } from './allowedHosts.ts';

/** How long a server may take. */
export type ConnectionTimeouts = {
  /** Milliseconds, whole; undici's cheap timers keep the first two to about a second. */
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly connectMs: number;
};

/** What `tls.connect` is to know beyond the host; the context is made once for all users of a class. */
export type TlsSettings = {
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** A proxy, taken apart once. */
export type Proxy = {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** `Basic …` when its URL carries user and password. */
  readonly authorization: string | null;
};

/** How connections to one origin are made. */
export type Wiring = {
  readonly origin: string;
  readonly timeouts: ConnectionTimeouts;
  readonly tls: TlsSettings;
  readonly socketPath: string | null;
  readonly proxy: Proxy | null;
  /** What a name may stand for; null: for whatever it does. */
  readonly allowed: AllowedHosts | null;
  /** Offers HTTP/2 in the TLS handshake. */
  readonly http2: boolean;
};

/** Where an engine keeps what it has made of a request. */
export type RequestMemo = { head: object | null };

/** One request as it goes over the wire. */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: FlatHeaders;
  /** No later request has the same list of headers: what is worked out of it need not be kept. */
  readonly isOneOff: boolean;
  /** Of a request that is made again and again: what the engine has made of it; null for others. */
  readonly memo: RequestMemo | null;
  /** Of the user's jar, beside `headers` because it changes at each redirect; null for none. */
  readonly cookie: string | null;
  readonly body: RequestBody | null;
};

/** Where a request goes, and as what. */
export type Target = { readonly origin: string; readonly request: WireRequest };

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
  /** When it was asked for (`performance.now()`): at the call, or when the answer that leads here was whole. */
  readonly askedMs: number;
  /** Never for informational answers; `resume` lets a body go on that `onData` held back. */
  readonly onHead: (status: number, head: AnswerHead, resume: () => void) => void;
  /** The next piece of the body, as a stretch of memory that is overwritten afterwards; false holds the body back until `resume` is called. Comes in place of `onData`. */
  readonly onPiece: (bytes: Buffer, start: number, end: number) => boolean;
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

/** A connection, or a stream of one, that a request has for itself. */
export type Slot = {
  /** Its request has ended: the connection may serve another. */
  readonly free: () => void;
  /** Its request failed or was given up: nothing of it may come any more. */
  readonly drop: (reason: Error) => void;
};

/** A request that is to be sent, or under way: who made it, and who takes its answer. */
export type PendingRequest = AnswerHandler & {
  /** Where it goes at the moment; changes at redirects. */
  readonly origin: string;
  request: WireRequest;
  /** Whose request it is, by identity: the user's client. */
  readonly owner: object;
  slot: Slot | null;
  /** The pool gives it up; it must not free or drop its slot. */
  readonly abandon: (reason: Error) => void;
};

/**
 * `boomer-misuse`: nothing was sent, it is the scenario's doing. `boomer-closed`: the server ended the connection.
 * `boomer-…-timeout`: a limit of the class passed. errorText.ts has words for each.
 */
export type WireErrorCode = 'boomer-misuse' | 'boomer-closed' | 'boomer-upgrade' | 'boomer-connect-timeout' | 'boomer-headers-timeout' | 'boomer-body-timeout';

/** A request failed on a connection of ours. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer is not HTTP/1.1; named as undici names it, so that both clients' failures are one row. */
export class AnswerError extends Error {
  override readonly name: string = 'HTTPParserError';

  constructor(why: string) {
    super(`Response does not match the HTTP/1.1 protocol (${why})`);
  }
}

/** The headers of an answer are longer than anybody means them to be. */
export class HeadersOverflowError extends Error {
  override readonly name: string = 'HeadersOverflowError';

  constructor() {
    super('Headers Overflow');
  }
}
