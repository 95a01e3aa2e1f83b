/**
 * Answers of one connection, one after the other, from reads that may be cut anywhere.
 *
 *   idle ── expect ─► head ──┬── no body, or all of it is there ──► idle
 *    │ bytes: stray          ├── length ─────┐
 *    ▼                       ├── chunked ────┼── last byte ──► idle
 *   (refused)                └── to close ───┘ (end of the connection)
 *
 * Reads land in memory that the next read overwrites: a head is copied, of its body the receiver copies what it wants.
 */
import { sharedBlocks } from '../../response/bodyPieces.ts';
import { AnswerError, HeadersOverflowError, WireError } from '../connection.ts';
import { ChunkParser } from './chunkParser.ts';
import { FastHead, type HeadCache, type ReadHead } from './headCache.ts';
import { HeadParser, needsMore, noLength, refused } from './headParser.ts';

/** Takes what comes. `onWhole` and `onRefused` end an answer; after either the parser is idle. */
export type AnswerReceiver = {
  readonly onHead: (status: number, head: FastHead) => void;
  /** The next piece of the body, as a stretch of memory that is overwritten afterwards. */
  readonly onPiece: (bytes: Buffer, start: number, end: number) => void;
  /** The connection may serve another request if `isReusable`; `keepAliveMs` is what the server said, or 0. */
  readonly onWhole: (isReusable: boolean, keepAliveMs: number) => void;
  readonly onRefused: (error: Error) => void;
  /** Bytes that nobody has asked for. */
  readonly onStray: () => void;
};

type State = 'idle' | 'head' | 'length' | 'chunked' | 'to close';

const noBytes: Buffer = Buffer.alloc(0);

/** What one connection reads answers with. */
export class AnswerParser {
  readonly #receiver: AnswerReceiver;
  readonly #head = new HeadParser();
  #chunks: ChunkParser | null = null;
  #state: State = 'idle';
  #isToHead = false;
  /** Of answers to the same method, and (looked at after it) to the same request. */
  #answers: HeadCache | null = null;
  #ownAnswers: HeadCache | null = null;
  /** What the answer's head says; null while it is not whole. */
  #read: ReadHead | null = null;
  /** Bytes of the answer have come. */
  #hasBegun = false;
  /** What came of a head that is not whole; the memory may be larger. */
  #pending = noBytes;
  #pendingBytes = 0;
  /** Of a body of known length. */
  #leftBytes = 0;

  constructor(receiver: AnswerReceiver) {
    this.#receiver = receiver;
  }

  /** A request is on its way: an answer is due. One to a HEAD has no body; heads of `answers` (and `ownAnswers`) may be like its own. */
  expect(isToHead: boolean, answers: HeadCache | null, ownAnswers: HeadCache | null = null): void {
    this.#state = 'head';
    this.#isToHead = isToHead;
    this.#answers = answers;
    this.#ownAnswers = ownAnswers;
    this.#hasBegun = false;
  }

  /** Waits for no answer any more. */
  giveUp(): void {
    this.#state = 'idle';
    this.#pending = noBytes;
  }

  /** Takes the first `end` bytes of `bytes`, which may be overwritten afterwards. */
  feed(bytes: Buffer, end: number): void {
    switch (this.#state) {
      case 'idle':
        return this.#receiver.onStray();
      case 'head':
        return this.#hasBegun ? this.#goOn(bytes, end) : this.#readFirst(bytes, end);
      case 'length':
      case 'chunked':
      case 'to close':
        return this.#readBody(bytes, 0, end);
    }
  }

  /** The server has ended the connection. */
  end(): void {
    if (this.#state === 'idle') return;
    if (this.#state === 'to close') {
      this.#state = 'idle';
      this.#receiver.onWhole(false, 0);
    } else {
      this.#refuse(new WireError('boomer-closed', 'the server closed the connection'));
    }
  }

  #readFirst(bytes: Buffer, end: number): void {
    if (this.#useKnown(this.#answers, bytes, end) || this.#useKnown(this.#ownAnswers, bytes, end)) return;
    this.#hasBegun = true;
    this.#pendingBytes = 0;
    this.#head.start(0);
    this.#parseHead(bytes, 0, end);
  }

  /** True for an answer that begins as one before. */
  #useKnown(answers: HeadCache | null, bytes: Buffer, end: number): boolean {
    const read = answers === null ? null : answers.find(bytes, end);
    if (read === null || answers === null) return false;
    this.#useHead(read, bytes, answers.headBytes, end);
    return true;
  }

  #goOn(bytes: Buffer, end: number): void {
    if (this.#pendingBytes === 0) return this.#parseHead(bytes, 0, end);
    this.#append(bytes, 0, end);
    this.#parseHead(this.#pending, 0, this.#pendingBytes);
  }

  #parseHead(bytes: Buffer, start: number, end: number): void {
    const head = this.#head;
    let headStart = start;
    let bodyStart = head.read(bytes, end);
    // Informational answers, `100 Continue` too, may come unasked (RFC 9110 §15.2). A loop: one read may hold thousands of them.
    while (bodyStart >= 0 && head.status < 200) {
      if (head.status === 101) return this.#refuse(new WireError('boomer-upgrade', 'bad upgrade')); // it has to be asked for
      this.#pendingBytes = 0;
      headStart = bodyStart;
      if (headStart === end) return head.start(0);
      head.start(headStart);
      bodyStart = head.read(bytes, end);
    }
    if (bodyStart === needsMore) return this.#keepPending(bytes, headStart, end);
    if (bodyStart === refused) return this.#refuse(head.error === 'overflow' ? new HeadersOverflowError() : new AnswerError(head.error));
    const cache = this.#cacheFor(bodyStart - headStart);
    const copy = cache === null ? null : Buffer.from(bytes.subarray(headStart, bodyStart));
    const by = copy === null ? sharedBlocks.copy(bytes, headStart, bodyStart) - headStart : -headStart;
    const read: ReadHead = {
      head: new FastHead(copy ?? sharedBlocks.block, by + head.reasonStart, by + head.reasonEnd, by + head.fieldsStart, head.marks),
      status: head.status,
      contentLength: head.contentLength,
      isChunked: head.isChunked,
      // A transfer coding in HTTP/1.0 is not to be trusted beyond this answer (RFC 9112 §6.1).
      isKept: head.isHttp10 ? head.keepsAlive && !head.closes && !head.hasTransferCoding : !head.closes,
      keepAliveMs: head.keepAliveMs,
    };
    if (copy !== null) cache?.keep(copy, read);
    this.#useHead(read, bytes, bodyStart, end);
  }

  /** Where the head of an answer is worth keeping; null: nowhere. */
  #cacheFor(headBytes: number): HeadCache | null {
    if (this.#answers?.wants(headBytes) === true) return this.#answers;
    return this.#ownAnswers?.wants(headBytes) === true ? this.#ownAnswers : null;
  }

  #useHead(read: ReadHead, bytes: Buffer, bodyStart: number, end: number): void {
    const { status, contentLength } = read;
    this.#read = read;
    this.#receiver.onHead(status, read.head);
    if (this.#isToHead || status === 204 || status === 304 || contentLength === 0) return this.#finish(bodyStart === end);
    const bodyEnd = bodyStart + contentLength;
    if (contentLength > 0 && bodyEnd <= end) {
      this.#receiver.onPiece(bytes, bodyStart, bodyEnd);
      return this.#finish(bodyEnd === end);
    }
    if (read.isChunked) {
      this.#state = 'chunked';
      this.#chunks ??= new ChunkParser();
      this.#chunks.start();
    } else if (contentLength === noLength) {
      this.#state = 'to close';
    } else {
      this.#state = 'length';
      this.#leftBytes = contentLength;
    }
    if (bodyStart < end) this.#readBody(bytes, bodyStart, end);
  }

  /** A head that is cut is gathered from its beginning, at which the parser's places count from 0. */
  #keepPending(bytes: Buffer, headStart: number, end: number): void {
    if (bytes === this.#pending && headStart === 0) return;
    this.#pendingBytes = 0;
    this.#append(bytes, headStart, end);
    if (headStart === 0) return;
    this.#head.start(0);
    this.#head.read(this.#pending, this.#pendingBytes); // to the same place as before
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const needed = this.#pendingBytes + end - start;
    if (needed > this.#pending.byteLength || bytes === this.#pending) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * needed));
      this.#pending.copy(larger, 0, 0, this.#pendingBytes);
      bytes.copy(larger, this.#pendingBytes, start, end);
      this.#pending = larger;
    } else {
      bytes.copy(this.#pending, this.#pendingBytes, start, end);
    }
    this.#pendingBytes = needed;
  }

  #readBody(bytes: Buffer, start: number, end: number): void {
    if (this.#state === 'chunked' && this.#chunks !== null) return this.#readChunks(this.#chunks, bytes, start, end);
    const dataEnd = this.#state === 'length' ? Math.min(end, start + this.#leftBytes) : end;
    this.#receiver.onPiece(bytes, start, dataEnd);
    if (this.#state !== 'length') return;
    this.#leftBytes -= dataEnd - start;
    if (this.#leftBytes === 0) this.#finish(dataEnd === end);
  }

  #readChunks(chunks: ChunkParser, bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end && this.#state === 'chunked'; ) {
      at = chunks.next(bytes, at, end);
      if (chunks.dataEnd > chunks.dataStart) this.#receiver.onPiece(bytes, chunks.dataStart, chunks.dataEnd);
      if (chunks.error !== '') return this.#refuse(chunks.error === 'overflow' ? new HeadersOverflowError() : new AnswerError(chunks.error));
      if (chunks.isWhole) return this.#finish(at === end);
    }
  }

  /** After it nothing of this answer may be touched: the receiver may begin the next at once. */
  #finish(isAllRead: boolean): void {
    const read = this.#read;
    this.#state = 'idle';
    this.#read = null;
    if (this.#pending !== noBytes) this.#pending = noBytes;
    this.#receiver.onWhole(isAllRead && read?.isKept === true, read === null ? 0 : read.keepAliveMs);
  }

  #refuse(error: Error): void {
    this.giveUp();
    this.#receiver.onRefused(error);
  }
}
