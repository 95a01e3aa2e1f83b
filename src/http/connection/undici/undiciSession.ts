/**
 * What undici does with a server that wants an HTTP/2 connection to end (GOAWAY without an error, RFC 9113 §6.8), mended: it
 * would throw the connection away with all that is under way. Node itself lets the streams that the server has taken finish, and
 * refuses the others, which the server guarantees not to have looked at.
 */
import { constants } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';

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

/** For a connection just made; `onGoaway` gets the last stream that the server has taken. */
export function endGracefully(session: ClientHttp2Session, context: UndiciContext, onGoaway: (lastStreamId: number) => void): void {
  const listeners = session.listeners('goaway') as ((...goaway: unknown[]) => void)[];
  session.removeAllListeners('goaway').on('goaway', (errorCode: number, lastStreamId: number, ...rest: unknown[]) => {
    onGoaway(lastStreamId);
    if (errorCode !== constants.NGHTTP2_NO_ERROR) for (const listener of listeners) listener.call(session, errorCode, lastStreamId, ...rest);
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
