/**
 * What goes over the wire as the body of a request.
 */

import { Readable } from 'node:stream';

/** A body that is sent while it is read, and can be read once: Node's and the web's streams are such. */
export type BodyStream = AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>;

/** Text as UTF-8, bytes, or a stream. */
export type RequestBody = string | Uint8Array | ArrayBuffer | BodyStream;

export type EncodedBody = {
  readonly body: RequestBody | null;
  /** Of what is sent, unless the request's own headers name another; null to add none. */
  readonly contentType: string | null;
  /** Of a stream whose length is known; null for all else. */
  readonly contentLength: number | null;
};

/** True for a body that cannot be sent a second time. */
export function isOnce(body: RequestBody | null): boolean {
  return body !== null && isStream(body);
}

/** Lets go of what a stream holds (a file, mostly) when its request has ended: of one that was never read as well. */
export function letGo(body: RequestBody | null): void {
  if (body === null || !isStream(body)) return;
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked) body.cancel().catch(ignore);
}

/** Before anybody reads a stream it may already break: that is heard of at the first read. */
export function keepQuiet(body: BodyStream): void {
  if (body instanceof Readable) body.on('error', ignore);
}

function ignore(): void {
  // whoever reads the stream hears of it
}

/** Node's streams, the web's, and whatever else can be read with `for await`. */
export function isStream(value: unknown): value is BodyStream {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
