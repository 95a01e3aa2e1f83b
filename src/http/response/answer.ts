/**
 * What a server answered, gathered piece by piece while it arrives.
 */
import { noHead } from './answerHead.ts';
import type { AnswerHead } from './answerHead.ts';
import { decodeStretch, decodeText, joinChunks } from './responseBody.ts';
import type { RawHeaders } from './responseHeaders.ts';

/** Pieces shorter than this are put together. */
const gatheredBytes = 1024;
const gatheringBytes = 16 * 1024;

const none = new Uint8Array(0);

type Gathering = { readonly block: Uint8Array; usedBytes: number };

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
  /** Short pieces behind them. */
  #gathering: Gathering | null = null;

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
    else if (chunk.byteLength < gatheredBytes) this.#gather(chunk);
    else this.#append(chunk);
  }

  /** Puts the decoded body in the place of the one that came. */
  decoded(pieces: readonly Uint8Array[]): void {
    const [first, ...rest] = pieces;
    this.bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.encoding = null;
    this.#block = null;
    this.#firstChunk = first ?? null;
    this.#restChunks = rest.length === 0 ? null : rest;
  }

  /** Keeps no more than the first `keptBytes` of the body, for people who want to see how it began; `bytes` stays. */
  forgetRest(keptBytes: number): void {
    this.#flush();
    if (this.#block !== null) this.#firstChunk = this.body();
    this.#block = null;
    const kept: Uint8Array[] = [];
    let leftBytes = keptBytes;
    for (const piece of [this.#firstChunk ?? none, ...(this.#restChunks ?? [])]) {
      if (leftBytes === 0) break;
      kept.push(piece.subarray(0, leftBytes));
      leftBytes -= kept.at(-1)?.byteLength ?? 0;
    }
    this.#firstChunk = Buffer.concat(kept);
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
    this.#flush();
    if (this.#block !== null) return this.#block.subarray(this.#start, this.#start + this.bytes);
    return joinChunks(this.#firstChunk, this.#restChunks);
  }
  #append(chunk: Uint8Array): void {
    this.#flush();
    if (this.#restChunks === null) this.#restChunks = [chunk];
    else this.#restChunks.push(chunk);
  }

  /** An object a piece would be a hundred times the bytes of a body that comes byte by byte, and each holds the memory that was read into. */
  #gather(chunk: Uint8Array): void {
    let gathering = this.#gathering;
    if (gathering === null || gathering.usedBytes + chunk.byteLength > gatheringBytes) {
      this.#flush();
      this.#gathering = gathering = { block: new Uint8Array(gatheringBytes), usedBytes: 0 };
    }
    gathering.block.set(chunk, gathering.usedBytes);
    gathering.usedBytes += chunk.byteLength;
  }

  #flush(): void {
    const gathering = this.#gathering;
    if (gathering === null) return;
    this.#gathering = null;
    this.#append(gathering.block.subarray(0, gathering.usedBytes));
  }
}
