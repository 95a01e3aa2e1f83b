/**
 * Heads of answers as stretches of memory, and the last one of an origin and method (or request) kept: a server's answers mostly begin
 * alike for a second (then `date` moves on), and comparing costs a fifth of parsing.
 */
import { rawHeader, type AnswerHead, type RawHeaders } from '../../response/responseHeaders.ts';
import { carriageReturn, colon, latin1, space, tab } from './bytes.ts';

/** A head whose headers are looked up in its memory when they are asked for. */
export class FastHead implements AnswerHead {
  readonly marks: number;
  readonly #bytes: Uint8Array;
  readonly #reasonStart: number;
  readonly #reasonEnd: number;
  readonly #fieldsStart: number;
  #raw: RawHeaders | null = null;
  #contentType: string | null | undefined = undefined;

  /** All places count from the start of `bytes`. */
  constructor(bytes: Uint8Array, reasonStart: number, reasonEnd: number, fieldsStart: number, marks: number) {
    this.#bytes = bytes;
    this.#reasonStart = reasonStart;
    this.#reasonEnd = reasonEnd;
    this.#fieldsStart = fieldsStart;
    this.marks = marks;
  }

  get reason(): string {
    return latin1(this.#bytes, this.#reasonStart, this.#reasonEnd);
  }

  /** Found at the first look, and kept: answers that begin alike share their head. */
  get raw(): RawHeaders {
    return (this.#raw ??= this.#fields());
  }

  get contentType(): string | null {
    if (this.#contentType === undefined) this.#contentType = rawHeader(this.raw, 'content-type');
    return this.#contentType;
  }

  #fields(): RawHeaders {
    const bytes = this.#bytes;
    const raw: Uint8Array[] = [];
    let at = this.#fieldsStart;
    while (bytes[at] !== carriageReturn) {
      const nameStart = at;
      while (bytes[at] !== colon) at += 1;
      raw.push(bytes.subarray(nameStart, at));
      at += 1;
      while (bytes[at] === space || bytes[at] === tab) at += 1;
      const valueStart = at;
      while (bytes[at] !== carriageReturn) at += 1;
      let valueEnd = at;
      while (valueEnd > valueStart && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab)) valueEnd -= 1;
      raw.push(bytes.subarray(valueStart, valueEnd));
      at += 2;
    }
    return raw;
  }
}

/** What a head says about the answer. */
export type ReadHead = {
  readonly head: FastHead;
  readonly status: number;
  readonly contentLength: number;
  readonly isChunked: boolean;
  readonly isKept: boolean;
  readonly keepAliveMs: number;
};

/** Heads that were seen once only, beyond one in four, before it is given up for a while. */
const maxMisses = 32;
const missWeight = 4;
/** Answers that pass by before it is tried again. */
const maxPassed = 1000;
/** Longer heads are not worth their memory. */
const maxHeadBytes = 2048;

/** The last head of an answer to like requests, byte for byte, with what was read out of it. */
export class HeadCache {
  #bytes: Pattern | null = null;
  #read: ReadHead | null = null;
  #misses = 0;

  /** What was read out of the same head before, if `bytes` begin with it; null otherwise. */
  find(bytes: Buffer, end: number): ReadHead | null {
    const known = this.#bytes;
    if (known === null || !known.begins(bytes, end)) return null;
    if (this.#misses > 0) this.#misses -= 1;
    return this.#read;
  }

  /** Length of the head that `find` found. */
  get headBytes(): number {
    return this.#bytes === null ? 0 : this.#bytes.byteLength;
  }

  /** True when the head that was parsed is worth keeping. */
  wants(headBytes: number): boolean {
    this.#misses += this.#misses <= maxMisses ? missWeight : 1;
    if (this.#misses <= maxMisses) return headBytes <= maxHeadBytes;
    this.#bytes = this.#read = null;
    if (this.#misses > maxMisses + maxPassed) this.#misses = 0;
    return false;
  }

  /** `bytes` must not change. */
  keep(bytes: Buffer, read: ReadHead): void {
    this.#bytes = new Pattern(bytes);
    this.#read = read;
  }
}

/** Bytes seen as words of four, where stretches that are mostly equal are compared: a loop over a few dozen words costs a third of a call to `Buffer.compare`. */
const wordBytes = 4;
/** Reads land in one and the same buffer, so its view is kept. */
let lastBytes: Uint8Array | null = null;
let lastWords = new Int32Array(0);

/** The whole words of `bytes`; none where they do not begin at a word of their memory. */
function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array<ArrayBuffer> {
  const isAligned = byteOffset % wordBytes === 0 && buffer instanceof ArrayBuffer;
  return isAligned ? new Int32Array(buffer, byteOffset, Math.floor(byteLength / wordBytes)) : new Int32Array(0);
}

/** What others are compared with. */
export class Pattern {
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;

  /** `bytes` must not change. */
  constructor(bytes: Uint8Array) {
    this.byteLength = bytes.byteLength;
    this.#bytes = bytes;
    this.#words = wordsOf(bytes);
  }

  /** True when `bytes` begin with the pattern; of `bytes` only the first `end` are looked at. */
  begins(bytes: Uint8Array, end: number): boolean {
    if (end < this.byteLength) return false;
    const mine = this.#words;
    if (bytes !== lastBytes) {
      lastBytes = bytes;
      lastWords = wordsOf(bytes);
    }
    const theirs = lastWords;
    const wordCount = Math.min(mine.length, theirs.length);
    for (let at = 0; at < wordCount; at += 1) if (mine[at] !== theirs[at]) return false;
    for (let at = wordCount * wordBytes; at < this.byteLength; at += 1) if (this.#bytes[at] !== bytes[at]) return false;
    return true;
  }
}
