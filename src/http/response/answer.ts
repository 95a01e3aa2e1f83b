/**
 * What a server answered, gathered piece by piece while it arrives; the pieces of its body are joined, and decoded, when somebody asks.
 */
import { TextDecoder } from 'node:util';
import { BoomerError } from '../../util/boomerError.ts';
import { BodyShare, type BodyLimits } from './bodyLimits.ts';
import { asciiText, bytesOf, joinPieces, maxSharedBytes, pieceOf, sharedBlocks, type Piece } from './bodyPieces.ts';
import { decodeBody, decodersOf } from './contentCoding.ts';
import { noHead, type AnswerHead, type RawHeaders } from './responseHeaders.ts';

/** Pieces shorter than this are put together. */
const gatheredBytes = 1024;
const gatheringBytes = 16 * 1024;

type Gathering = { readonly block: Uint8Array; usedBytes: number };

/** One answer: its status and headers, and as much of its body as has come. */
export class Answer {
  /** 0 while there are no headers. */
  readonly status: number;
  /** Its body is thrown away as it comes. */
  readonly isDiscarded: boolean;
  /** Length of the body so far. */
  bytes = 0;
  /** `content-encoding` that is to be undone; null for none. */
  encoding: string | null = null;
  readonly #head: AnswerHead;
  /** Memory that holds the whole body from `#start` on; null when it came in pieces. */
  #block: Buffer | null = null;
  #start = 0;
  #firstChunk: Piece | null = null;
  #restChunks: Piece[] | null = null;
  /** Short pieces behind them. */
  #gathering: Gathering | null = null;
  /** Memory of the thread that the body has taken; null for one that is too short to be counted. */
  #share: BodyShare | null = null;

  /** `status` is 0 for one that has not come. */
  constructor(status: number = 0, head: AnswerHead = noHead, isDiscarded: boolean = false) {
    this.status = status;
    this.#head = head;
    this.isDiscarded = isDiscarded;
  }

  /** The words after the status, as the server wrote them. */
  get reason(): string {
    return this.#head.reason;
  }

  get rawHeaders(): RawHeaders {
    return this.#head.raw;
  }

  /** The next piece of the body, from memory that is overwritten afterwards; of a short body it costs no object before somebody asks. */
  copy(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.isDiscarded) return this.#count(length);
    if (this.bytes > 0 && length < gatheredBytes) return this.append(bytes.subarray(start, end));
    if (this.bytes > 0 || length > maxSharedBytes) return this.#add(pieceOf(bytes, start, end), length);
    this.bytes = length;
    this.#start = sharedBlocks.copy(bytes, start, end);
    this.#block = sharedBlocks.block;
  }

  /** The next piece of the body, which nobody changes any more; a short one that is not the first is copied. */
  append(chunk: Uint8Array): void {
    if (this.isDiscarded) this.#count(chunk.byteLength);
    else this.#add(chunk, chunk.byteLength);
  }

  #count(bytes: number): void {
    this.bytes += bytes;
  }

  /** Most bodies are one piece, and cost no list. */
  #add(piece: Piece, bytes: number): void {
    if (this.#block !== null) {
      this.#firstChunk = this.body();
      this.#block = null;
    }
    this.bytes += bytes;
    if (this.#firstChunk === null) this.#firstChunk = piece;
    else if (bytes < gatheredBytes && typeof piece !== 'string') this.#gather(piece);
    else this.#push(piece);
  }

  /** Takes memory for what has come of the body; false when there is none, or it is longer than wanted. */
  hasRoom(limits: BodyLimits): boolean {
    if (this.bytes <= limits.uncountedBytes || this.isDiscarded) return true;
    const share = (this.#share ??= new BodyShare(limits));
    return this.bytes <= limits.maxBytes && share.take(this.bytes - share.takenBytes);
  }

  /** Gives back the memory that was taken: from here on the body is the scenario's, or nobody's. */
  release(): void {
    if (this.#share !== null) this.#share.close();
  }

  /** Undoes `encoding`, as far as anybody here knows it; calls back once, at once for what is short. */
  decode(encoding: string, limits: BodyLimits, callback: (error: Error | null) => void): void {
    const body = this.body();
    const decoders = decodersOf(encoding, body);
    if (decoders === null) return callback(null);
    decodeBody(decoders, body, (this.#share ??= new BodyShare(limits)), (error, decoded) => {
      if (error === null) this.#setDecoded(decoded);
      callback(error);
    });
  }

  #setDecoded(pieces: readonly Uint8Array[]): void {
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
    for (const piece of [this.#firstChunk ?? '', ...(this.#restChunks ?? [])]) {
      if (leftBytes === 0) break;
      const part = bytesOf(piece, leftBytes);
      kept.push(part);
      leftBytes -= part.byteLength;
    }
    this.#firstChunk = Buffer.concat(kept);
    this.#restChunks = null;
  }

  /** The body so far as text, by the charset of its content type. */
  text(): string {
    this.#mustBeKept();
    const { contentType } = this.#head;
    if (this.#block !== null) return decodeStretch(this.#block, this.#start, this.#start + this.bytes, contentType);
    this.#flush();
    return (charsetOf(contentType) === null ? asciiText(this.#firstChunk, this.#restChunks) : null) ?? decodeText(this.body(), contentType);
  }

  /** The body so far. */
  body(): Uint8Array {
    this.#mustBeKept();
    this.#flush();
    if (this.#block !== null) return this.#block.subarray(this.#start, this.#start + this.bytes);
    return joinPieces(this.#firstChunk, this.#restChunks);
  }

  #mustBeKept(): void {
    if (this.isDiscarded) throw new BoomerError('body-discarded', 'the body was thrown away as it came: leave discardBody out (or false) for a request whose body is looked at');
  }

  #push(chunk: Piece): void {
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
    this.#push(gathering.block.subarray(0, gathering.usedBytes));
  }
}

/** Decodes by the `charset` of the content type; UTF-8 when it names none, or none that is known. A BOM is dropped. */
export function decodeText(body: Uint8Array, contentType: string | null): string {
  const charset = charsetOf(contentType);
  return (charset === null ? null : decoderOf(charset)?.decode(body)) ?? decodeUtf8(body);
}

/** The same of a stretch of memory; UTF-8, as nearly always, without an object for the stretch. */
export function decodeStretch(block: Buffer, start: number, end: number, contentType: string | null): string {
  if (contentType?.includes('=') === true) return decodeText(block.subarray(start, end), contentType);
  const text = block.toString('utf8', start, end);
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

const charsetParameter = /;\s*charset\s*=\s*"?([^\s";]+)/iu;

/** What the content type names; null for none, and for UTF-8. */
function charsetOf(contentType: string | null): string | null {
  const charset = contentType?.includes('=') === true ? charsetParameter.exec(contentType)?.[1] : undefined;
  return charset === undefined || /^utf-?8$/iu.test(charset) ? null : charset;
}

const byteOrderMark = 0xfeff;

/** By Buffer: a third of TextDecoder's price for a short text. */
function decodeUtf8(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

/** null for a charset that nobody knows: the server's slip must not end the user's task. */
function decoderOf(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}
