/**
 * A chunked body, byte by byte where it is syntax and piece by piece where it is data (RFC 9112 §7.1), as strict as
 * llhttp.
 *
 *   size ─► extension ─► line end ─► data ─► its line end ─► size …
 *     └── 0 ──► trailer lines ──► whole
 */
import { backslash, carriageReturn, colon, equalsSign, hexValue, isTokenByte, isValueByte, lineFeed, quote, semicolon } from './bytes.ts';
import { maxHeaderBytes } from './headParser.ts';

type State =
  | 'size start'
  | 'size'
  | 'extension start'
  | 'extension name'
  | 'extension value'
  | 'quoted'
  | 'escaped'
  | 'after quoted'
  | 'size line feed'
  | 'data'
  | 'data return'
  | 'data line feed'
  | 'trailer start'
  | 'trailer name'
  | 'trailer value'
  | 'trailer line feed'
  | 'last line feed'
  | 'whole'
  | 'refused';

/** Hexadecimal digits of a size that a number holds exactly. */
const maxSizeDigits = 13;

/** Reads one body after the other. */
export class ChunkParser {
  /** Why the body was refused; empty otherwise. */
  error = '';
  /** Where the data of the last `next` begins and ends. */
  dataStart = 0;
  dataEnd = 0;
  #state: State = 'size start';
  /** Left of the chunk. */
  #leftBytes = 0;
  #sizeDigits = 0;
  /** Extensions of the chunk, or trailers, so far. */
  #extraBytes = 0;

  /** A new body begins. */
  start(): void {
    this.error = '';
    this.#state = 'size start';
    this.#leftBytes = 0;
    this.#sizeDigits = 0;
    this.#extraBytes = 0;
  }

  get isWhole(): boolean {
    return this.#state === 'whole';
  }

  /**
   * Reads from `at` up to the end of the next piece of data, which `dataStart` and `dataEnd` enclose (empty for none), to
   * the end of the body or to `end`. Returns where it stopped; `error` tells when the body is refused.
   */
  next(bytes: Uint8Array, at: number, end: number): number {
    this.dataStart = this.dataEnd = at;
    while (at < end) {
      if (this.#state === 'data') {
        this.dataStart = at;
        this.dataEnd = Math.min(end, at + this.#leftBytes);
        this.#leftBytes -= this.dataEnd - at;
        if (this.#leftBytes === 0) this.#state = 'data return';
        return this.dataEnd;
      }
      this.#state = this.#after(bytes[at] ?? 0);
      at += 1;
      if (this.#state === 'whole' || this.#state === 'refused') return at;
    }
    return at;
  }

  #after(byte: number): State {
    const state = this.#state;
    switch (state) {
      case 'size start':
      case 'size':
        return this.#afterSize(state, byte);
      case 'extension start':
      case 'extension name':
      case 'extension value':
      case 'quoted':
      case 'escaped':
      case 'after quoted':
        return this.#afterExtension(state, byte);
      case 'size line feed':
        if (byte !== lineFeed) return this.#refuse('Expected LF after chunk size');
        return this.#leftBytes === 0 ? 'trailer start' : 'data';
      case 'data return':
        return byte === carriageReturn ? 'data line feed' : this.#refuse('Expected CR after chunk data');
      case 'data line feed':
        this.#sizeDigits = 0;
        this.#extraBytes = 0;
        return byte === lineFeed ? 'size start' : this.#refuse('Expected LF after chunk data');
      case 'trailer start':
      case 'trailer name':
      case 'trailer value':
      case 'trailer line feed':
        return this.#afterTrailer(state, byte);
      case 'last line feed':
        return byte === lineFeed ? 'whole' : this.#refuse('Expected LF after trailers');
      case 'data':
      case 'whole':
      case 'refused':
        return state;
    }
  }

  #afterSize(state: 'size start' | 'size', byte: number): State {
    const digit = hexValue[byte] ?? 255;
    if (digit < 16) {
      this.#leftBytes = this.#leftBytes * 16 + digit;
      if (this.#leftBytes > 0) this.#sizeDigits += 1; // zeros in front mean nothing
      return this.#sizeDigits > maxSizeDigits ? this.#refuse('Chunk size overflow') : 'size';
    }
    if (state === 'size') {
      if (byte === carriageReturn) return 'size line feed';
      if (byte === semicolon) return 'extension start';
    }
    return this.#refuse('Invalid character in chunk size');
  }

  #afterExtension(state: 'extension start' | 'extension name' | 'extension value' | 'quoted' | 'escaped' | 'after quoted', byte: number): State {
    if (++this.#extraBytes >= maxHeaderBytes) return this.#overflow();
    if (state === 'escaped') return isValueByte[byte] === 1 ? 'quoted' : this.#refuse('Invalid quoted-pair in chunk extensions');
    if (state === 'quoted') {
      if (byte === quote) return 'after quoted';
      if (byte === backslash) return 'escaped';
      return isValueByte[byte] === 1 ? 'quoted' : this.#refuse('Invalid character in chunk extensions quoted value');
    }
    if (byte === carriageReturn && state !== 'extension start') return 'size line feed';
    if (byte === semicolon) return 'extension start';
    if ((state === 'extension start' || state === 'extension name') && byte === equalsSign) return 'extension value';
    if (state === 'extension value' && byte === quote) return 'quoted';
    return state !== 'after quoted' && isTokenByte[byte] === 1 ? (state === 'extension start' ? 'extension name' : state) : this.#refuse('Invalid character in chunk extensions');
  }

  /** Trailers are checked and dropped: nothing that frames or decides anything may stand there (RFC 9110 §6.5.1). */
  #afterTrailer(state: 'trailer start' | 'trailer name' | 'trailer value' | 'trailer line feed', byte: number): State {
    if (++this.#extraBytes >= maxHeaderBytes) return this.#overflow();
    switch (state) {
      case 'trailer start':
        if (byte === carriageReturn) return 'last line feed';
        return isTokenByte[byte] === 1 ? 'trailer name' : this.#refuse('Invalid header token');
      case 'trailer name':
        if (byte === colon) return 'trailer value';
        return isTokenByte[byte] === 1 ? state : this.#refuse('Invalid header token');
      case 'trailer value':
        if (byte === carriageReturn) return 'trailer line feed';
        return isValueByte[byte] === 1 ? state : this.#refuse('Invalid header value char');
      case 'trailer line feed':
        return byte === lineFeed ? 'trailer start' : this.#refuse('Missing expected LF after header value');
    }
  }

  #overflow(): State {
    return this.#refuse('overflow');
  }

  #refuse(why: string): State {
    this.error = why;
    return 'refused';
  }
}
