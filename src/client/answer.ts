/**
 * What a server answered, gathered piece by piece while it arrives.
 */
import { noHead } from './answerHead.ts';
import type { AnswerHead } from './answerHead.ts';
import { decodeStretch, decodeText, joinChunks } from './responseBody.ts';
import type { RawHeaders } from './responseHeaders.ts';

export class Answer {
  /** 0 until the headers are there. */
  status = 0;
  /** Length of the body so far. */
  bytes = 0;
  /** `content-encoding` that is to be undone; null for none. */
  encoding: string | null = null;
  #head = noHead;
  /** Memory that holds the whole body from `#start` on; null when it came in pieces. */
  #block: Buffer | null = null;
  #start = 0;
  #firstChunk: Uint8Array | null = null;
  #restChunks: Uint8Array[] | null = null;

  begin(status: number, head: AnswerHead): void {
    this.status = status;
    this.#head = head;
  }

  /** The words after the status, as the server wrote them. */
  get reason(): string {
    return this.#head.reason;
  }

  get rawHeaders(): RawHeaders {
    return this.#head.raw;
  }

  /** The whole body is a stretch of `block`, which costs no object before somebody asks. */
  takeStretch(block: Buffer, start: number, bodyBytes: number): void {
    this.bytes = bodyBytes;
    this.#block = block;
    this.#start = start;
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
    this.#block = null;
    this.#firstChunk = body;
    this.#restChunks = null;
  }

  /** The body so far as text, by the charset of its content type. */
  text(): string {
    const { contentType } = this.#head;
    if (this.#block !== null) return decodeStretch(this.#block, this.#start, this.#start + this.bytes, contentType);
    return decodeText(this.body(), contentType);
  }

  /** The body so far. */
  body(): Uint8Array {
    if (this.#block !== null) return this.#block.subarray(this.#start, this.#start + this.bytes);
    return joinChunks(this.#firstChunk, this.#restChunks);
  }
}
