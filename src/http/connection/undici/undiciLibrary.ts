/**
 * undici as it is used here: three of its files, and what is mended of them at run time. The only file that imports it.
 */
import type { ClientHttp2Session } from 'node:http2';
import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import { AnswerError, WireError } from '../connection.ts';

export type { buildConnector, Client, Dispatcher } from 'undici';

/** Where undici keeps what there is mended of it; absent when undici is another. */
type Symbols = Partial<Readonly<Record<'kParser' | 'kHTTP2Session' | 'kHTTPContext', symbol>>>;
type Parts = Pick<typeof Undici, 'Client' | 'buildConnector'> & { readonly symbols: Symbols };

let parts: Parts | null = null;

/**
 * Its client, its TLS connector, and the names under which it keeps what `mendParser` and `endGracefully` mend. Loaded when it is first
 * asked for: 3 MB and 20 ms a load thread, which users without it do not need.
 */
export function undici(): Parts {
  return (parts ??= loadParts(createRequire(import.meta.url)));
}

/** Three of undici's files, where they are still in their places: all of it costs a load thread 60 ms and 4 MB more. */
function loadParts(require: NodeJS.Require): Parts {
  try {
    const Client: unknown = require('undici/lib/dispatcher/client.js');
    const buildConnector: unknown = require('undici/lib/core/connect.js');
    const symbols: unknown = require('undici/lib/core/symbols.js');
    if (typeof Client === 'function' && typeof buildConnector === 'function') return { Client, buildConnector, symbols } as Parts;
  } catch {
    // they have moved
  }
  return { ...(require('undici') as typeof Undici), symbols: {} };
}

/** As much of the parser as is touched; null and absent when undici is another than the one this was written for. */
export type UndiciParser = {
  timeout?: unknown;
  readonly socket?: { readonly destroy: (error: Error) => unknown };
  onHeadersComplete?: (status: number, isUpgrade: boolean, keepsAlive: boolean) => number;
};

const mended = new WeakSet<object>();
/** llhttp's word for "stop". */
const stopParsing = -1;

/**
 * What undici's HTTP/1.1 parser does with informational answers, mended: it breaks off at a `100 Continue` that nobody asked
 * for (RFC 9110 §15.2: a client must be able to read on), begins the wait for an answer anew with each one, so that a server
 * that sends one a second is waited for without end, and trips over its own assertions at a 101 and a status below 100.
 * Mends the class of `parser`, once; leaves alone what it does not know.
 */
export function mendParser(parser: UndiciParser | null | undefined): void {
  const shared = parser === null || parser === undefined ? null : (Object.getPrototypeOf(parser) as UndiciParser);
  if (shared === null || mended.has(shared)) return;
  mended.add(shared);
  const complete = shared.onHeadersComplete;
  if (complete === undefined) return;
  shared.onHeadersComplete = function (this: UndiciParser, status, isUpgrade, keepsAlive): number {
    if (status >= 200) return complete.call(this, status, isUpgrade, keepsAlive);
    if (status < 100 || status === 101) {
      this.socket?.destroy(status === 101 ? new WireError('boomer-upgrade', 'bad upgrade') : new AnswerError('Invalid status code'));
      return stopParsing;
    }
    const { timeout } = this;
    this.timeout = null; // else it would begin anew
    const word = complete.call(this, 102, isUpgrade, keepsAlive);
    this.timeout = timeout;
    return word;
  };
}

/** As much of undici's own object for a connection as is touched. */
export type UndiciContext = {
  write: (request: { readonly onError: (error: Error) => void }) => boolean;
  busy: (request: unknown) => boolean;
};

/** The request was not sent: as if the server had refused it. */
class NotSentError extends Error {
  override readonly name: string = 'NotSentError';
  readonly code = 'ERR_HTTP2_STREAM_ERROR';
}

/** `NO_ERROR` (RFC 9113 §7). */
const noError = 0;

/**
 * What undici does with a server that wants an HTTP/2 connection to end (GOAWAY without an error, RFC 9113 §6.8), mended: it
 * would throw the connection away with all that is under way. Node itself lets the streams that the server has taken finish, and
 * refuses the others, which the server guarantees not to have looked at.
 * For a connection just made; `onGoaway` gets the last stream that the server has taken.
 */
export function endGracefully(session: ClientHttp2Session, context: UndiciContext, onGoaway: (lastStreamId: number) => void): void {
  const listeners = session.listeners('goaway') as ((...goaway: unknown[]) => void)[];
  session.removeAllListeners('goaway').on('goaway', (errorCode: number, lastStreamId: number, ...rest: unknown[]) => {
    onGoaway(lastStreamId);
    if (errorCode !== noError) for (const listener of listeners) listener.call(session, errorCode, lastStreamId, ...rest);
  });
  const write = context.write.bind(context);
  context.write = (request) => {
    if (!session.closed) return write(request);
    request.onError(new NotSentError('Stream closed with error code NGHTTP2_REFUSED_STREAM'));
    return false;
  };
  // undici would let a streamed body wait until the connection is empty; what is not written when the server says GOAWAY would be stuck.
  context.busy = () => false;
}

/** True for what Node says of a stream that a server with a GOAWAY has not looked at: refused, or never begun. */
export function isUnseen(error: Error): boolean {
  return /NGHTTP2_REFUSED_STREAM|"frameError" received - type 1\b|ERR_HTTP2_GOAWAY_SESSION/u.test(error.message);
}
