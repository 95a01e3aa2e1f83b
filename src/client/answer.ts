/**
 * What a server answered, gathered piece by piece while it arrives.
 */
import { noHead } from './answerHead.ts';
import type { AnswerHead } from './answerHead.ts';
import { joinChunks } from './responseBody.ts';
import type { RawHeaders } from './responseHeaders.ts';

export class Answer {
  /** 0 until the headers are there. */
  status = 0;
  /** Length of the body so far. */
  bytes = 0;
  /** `content-encoding` that is to be undone; null for none. */
  encoding: string | null = null;
  #head = noHead;
  #isBehindHead = false;
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

  /** The whole body lies behind the head. */
  takeBehindHead(bodyBytes: number): void {
    this.bytes = bodyBytes;
    this.#isBehindHead = true;
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
    this.#isBehindHead = false;
    this.#firstChunk = body;
    this.#restChunks = null;
  }

  /** The body so far. */
  body(): Uint8Array {
    if (this.#isBehindHead) return this.#head.bodyBehind(this.bytes);
    return joinChunks(this.#firstChunk, this.#restChunks);
  }
}
