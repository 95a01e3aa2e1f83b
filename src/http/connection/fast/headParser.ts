/**
 * Status line and headers of an answer, read in place and line by line, with what frames the body picked out.
 *
 * As strict as llhttp, which undici uses: CRLF only, no folded lines, no space before a colon, no control characters; a
 * length that is doubled, no number, or beside a transfer coding is refused (RFC 9112 §6.3).
 */
import { encodingMark, setCookieMark } from '../../response/responseHeaders.ts';
import { carriageReturn, colon, comma, digit0, digit9, isTokenByte, isValueByte, isWord, latin1, lineFeed, space, tab } from './bytes.ts';

/** No length in the head. */
export const noLength: number = -1;
/** The head goes on beyond the bytes that are there. */
export const needsMore = -1;
/** `error` says why. */
export const refused = -2;

/** Names and values together, as undici (and Node) limit them. */
export const maxHeaderBytes: number = 16 * 1024;
/** Digits of a length that a number holds exactly. */
const maxLengthDigits = 15;

/** Reads one head after the other. */
export class HeadParser {
  status = 0;
  isHttp10 = false;
  /** Of the body, in bytes; `noLength` when the head names none. */
  contentLength: number = noLength;
  hasTransferCoding = false;
  /** The last transfer coding is `chunked`. */
  isChunked = false;
  closes = false;
  keepsAlive = false;
  /** Milliseconds that the server keeps an idle connection; 0 when it does not say. */
  keepAliveMs = 0;
  /** Marks of responseHeaders.ts. */
  marks = 0;
  /** Where the words after the status begin and end. */
  reasonStart = 0;
  reasonEnd = 0;
  /** Where the first header begins. */
  fieldsStart = 0;
  /** Why the head was refused; `overflow` for its length. */
  error = '';
  #lineStart = 0;
  #headerBytes = 0;

  /** A new head begins at `start`. */
  start(start: number): void {
    this.status = 0;
    this.isHttp10 = false;
    this.contentLength = noLength;
    this.hasTransferCoding = false;
    this.isChunked = false;
    this.closes = false;
    this.keepsAlive = false;
    this.keepAliveMs = 0;
    this.marks = 0;
    this.#lineStart = start;
    this.#headerBytes = 0;
  }

  /**
   * Reads on up to `end`. Returns where the body begins, `needsMore` or `refused`. When it is called again, the bytes
   * that were there before must stand at the same places.
   */
  read(bytes: Uint8Array, end: number): number {
    let lineStart = this.#lineStart;
    if (this.status === 0) {
      lineStart = this.#readStatusLine(bytes, lineStart, end);
      if (lineStart < 0) return lineStart;
    }
    for (;;) {
      this.#lineStart = lineStart;
      if (lineStart >= end) return needsMore;
      if (bytes[lineStart] === carriageReturn) {
        if (lineStart + 1 >= end) return needsMore;
        return bytes[lineStart + 1] === lineFeed ? lineStart + 2 : this.#refuse('Expected LF after headers');
      }
      lineStart = this.#readField(bytes, lineStart, end);
      if (lineStart < 0) return lineStart;
    }
  }

  #readStatusLine(bytes: Uint8Array, start: number, end: number): number {
    // Empty lines before an answer are passed over (as RFC 9112 §2.2 has it for servers).
    while (start < end && (bytes[start] === carriageReturn || bytes[start] === lineFeed)) {
      start += 1;
      if (++this.#headerBytes >= maxHeaderBytes) return this.#overflow();
    }
    this.#lineStart = start;
    for (let at = 0; at < startOfAnswer.length; at += 1) {
      if (start + at >= end) return needsMore;
      if (bytes[start + at] !== startOfAnswer.charCodeAt(at)) return this.#refuse('Expected HTTP/1.0 or HTTP/1.1');
    }
    if (end - start < minStatusLineBytes) return end - start < maxHeaderBytes ? needsMore : this.#overflow();
    const minor = bytes[start + 7];
    if (minor !== digit0 && minor !== digit0 + 1) return this.#refuse('Expected HTTP/1.0 or HTTP/1.1');
    if (bytes[start + 8] !== space) return this.#refuse('Expected space after version');
    let status = 0;
    for (let at = start + 9; at < start + 12; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < digit0 || byte > digit9) return this.#refuse('Invalid status code');
      status = status * 10 + byte - digit0;
    }
    let at = start + 12;
    if (bytes[at] === space) at += 1;
    else if (bytes[at] !== carriageReturn) return this.#refuse('Invalid response status');
    const reasonStart = at;
    while (at < end && bytes[at] !== carriageReturn) {
      if (bytes[at] === lineFeed) return this.#refuse('Missing expected CR after response line');
      at += 1;
    }
    if (at - start >= maxHeaderBytes) return this.#overflow();
    if (at + 1 >= end) return needsMore;
    if (bytes[at + 1] !== lineFeed) return this.#refuse('Expected LF after CR');
    if (status < 100) return this.#refuse('Invalid status code');
    this.status = status;
    this.isHttp10 = minor === digit0;
    this.reasonStart = reasonStart;
    this.reasonEnd = at;
    this.fieldsStart = at + 2;
    return at + 2;
  }

  /** Returns where the next line begins. */
  #readField(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && isTokenByte[bytes[at] ?? 0] === 1) at += 1;
    const nameEnd = at;
    if (at >= end) return this.#more(end - start);
    if (bytes[at] !== colon || at === start) return this.#refuse('Invalid header token');
    at += 1;
    while (at < end && (bytes[at] === space || bytes[at] === tab)) at += 1;
    const valueStart = at;
    while (at < end && isValueByte[bytes[at] ?? 0] === 1) at += 1;
    if (at + 1 >= end) return at < end && bytes[at] !== carriageReturn ? this.#refuse('Invalid header value char') : this.#more(end - start);
    if (bytes[at] !== carriageReturn) return this.#refuse(bytes[at] === lineFeed ? 'Missing expected CR after header value' : 'Invalid header value char');
    if (bytes[at + 1] !== lineFeed) return this.#refuse('Missing expected LF after header value');
    this.#headerBytes += nameEnd - start + at - valueStart;
    if (this.#headerBytes >= maxHeaderBytes) return this.#overflow();
    const next = at + 2;
    switch (nameEnd - start) {
      case 10:
      case 14:
      case 16:
      case 17:
        return this.#actOn(bytes, start, nameEnd, valueStart, at) ? next : refused;
      default:
        return next;
    }
  }

  /** Looks at headers that mean something to the client; false when one is refused. */
  #actOn(bytes: Uint8Array, start: number, nameEnd: number, valueStart: number, lineEnd: number): boolean {
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab)) valueEnd -= 1;
    switch (nameEnd - start) {
      case 10:
        if (isWord(bytes, start, 'connection')) this.#readConnection(bytes, valueStart, valueEnd);
        else if (isWord(bytes, start, 'set-cookie')) this.marks |= setCookieMark;
        else if (isWord(bytes, start, 'keep-alive')) this.#readKeepAlive(bytes, valueStart, valueEnd);
        return true;
      case 14:
        return !isWord(bytes, start, 'content-length') || this.#readLength(bytes, valueStart, valueEnd);
      case 16:
        if (isWord(bytes, start, 'content-encoding')) this.marks |= encodingMark;
        return true;
      default:
        return !isWord(bytes, start, 'transfer-encoding') || this.#readCoding(bytes, valueStart, valueEnd);
    }
  }

  #readLength(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.contentLength !== noLength) return this.#refused('Content-Length already present');
    if (this.hasTransferCoding) return this.#refused('Content-Length beside Transfer-Encoding');
    let first = start;
    while (first < end - 1 && bytes[first] === digit0) first += 1;
    if (start === end || end - first > maxLengthDigits) return this.#refused('Invalid Content-Length');
    let length = 0;
    for (let at = first; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < digit0 || byte > digit9) return this.#refused('Invalid character in Content-Length');
      length = length * 10 + byte - digit0;
    }
    this.contentLength = length;
    return true;
  }

  /** The last coding says how the body ends; of several lines the last one. */
  #readCoding(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.contentLength !== noLength) return this.#refused('Transfer-Encoding beside Content-Length');
    this.hasTransferCoding = true;
    let lastStart = end;
    while (lastStart > start && bytes[lastStart - 1] !== comma) lastStart -= 1;
    while (lastStart < end && (bytes[lastStart] === space || bytes[lastStart] === tab)) lastStart += 1;
    this.isChunked = end - lastStart === 7 && isWord(bytes, lastStart, 'chunked');
    return true;
  }

  #readConnection(bytes: Uint8Array, start: number, end: number): void {
    if (end - start === 10 && isWord(bytes, start, 'keep-alive')) {
      this.keepsAlive = true;
      return;
    }
    for (const option of latin1(bytes, start, end).toLowerCase().split(',')) {
      if (option.trim() === 'close') this.closes = true;
      else if (option.trim() === 'keep-alive') this.keepsAlive = true;
    }
  }

  #readKeepAlive(bytes: Uint8Array, start: number, end: number): void {
    const seconds = /(?:^|[\s,])timeout=(\d{1,9})/iu.exec(latin1(bytes, start, end))?.[1];
    if (seconds === undefined) return;
    this.keepAliveMs = Number(seconds) * 1000;
    if (this.keepAliveMs === 0) this.closes = true;
  }

  /** A line that is not there whole counts as well. */
  #more(lineBytes: number): number {
    return this.#headerBytes + lineBytes >= maxHeaderBytes + maxLineSyntaxBytes ? this.#overflow() : needsMore;
  }

  #overflow(): number {
    this.error = 'overflow';
    return refused;
  }

  #refuse(why: string): typeof refused {
    this.error = why;
    return refused;
  }

  #refused(why: string): false {
    this.error = why;
    return false;
  }
}

const startOfAnswer = 'HTTP/1.';
/** `HTTP/1.1 200` and a carriage return. */
const minStatusLineBytes = 13;
/** Colon, line end, and some white space. */
const maxLineSyntaxBytes = 64;
