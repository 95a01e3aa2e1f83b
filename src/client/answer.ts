/**
 * What a server answered, gathered piece by piece while it arrives.
 */
import { joinChunks } from './responseBody.ts';
import type { RawHeaders } from './responseHeaders.ts';

const noHeaders: RawHeaders = [];

export class Answer {
  /** 0 until the headers are there. */
  status = 0;
  /** The words after the status, as the server wrote them. */
  reason = '';
  rawHeaders: RawHeaders = noHeaders;
  /** Length of the body so far. */
  bytes = 0;
  /** `content-encoding` that is to be undone; null for none. */
  encoding: string | null = null;
  #firstChunk: Uint8Array | null = null;
  #restChunks: Uint8Array[] | null = null;

  begin(status: number, reason: string, rawHeaders: RawHeaders): void {
    this.status = status;
    this.reason = reason;
    this.rawHeaders = rawHeaders;
  }

  /** Takes the next piece of the body; most bodies are one piece, and cost no list. */
  take(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    if (this.#firstChunk === null) this.#firstChunk = chunk;
    else if (this.#restChunks === null) this.#restChunks = [chunk];
    else this.#restChunks.push(chunk);
  }

  /** Puts the decoded body in the place of the one that came. */
  decoded(body: Uint8Array): void {
    this.bytes = body.byteLength;
    this.encoding = null;
    this.#firstChunk = body;
    this.#restChunks = null;
  }

  /** The body so far. */
  body(): Uint8Array {
    return joinChunks(this.#firstChunk, this.#restChunks);
  }
}
