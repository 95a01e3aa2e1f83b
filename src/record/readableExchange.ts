/** An exchange as people and readers of recordings want it: headers as text, bodies unpacked, text where they are text. */
import { isUtf8 } from 'node:buffer';
import * as zlib from 'node:zlib';
import { headerOf, mimeType, type Pair } from '../traffic/recording.ts';
import type { Headers, KeptBody, PassedExchange } from './passedExchange.ts';

/** A body; `text` and `bytes` are what was kept of it. */
export type ReadableBody = { readonly content: { readonly text: string } | { readonly bytes: Buffer }; readonly totalBytes: number; readonly isCut: boolean };

/** The same, readable. */
export type ReadableExchange = Omit<PassedExchange, 'body' | 'answer'> & { readonly body: ReadableBody; readonly answer: ReadableAnswer | null };

/** What came back; its body is unpacked. */
export type ReadableAnswer = { readonly status: number; readonly statusText: string; readonly httpVersion: string; readonly headers: readonly Pair[]; readonly body: ReadableBody };

/** What cannot be unpacked or is no text stays bytes, as they went over the wire. */
export function readable(exchange: PassedExchange): ReadableExchange {
  const { answer, body } = exchange;
  const headers = asText(exchange.headers);
  const answerHeaders = asText(answer?.headers ?? []);
  return {
    ...exchange,
    headers,
    body: bodyOf(body, headers, false),
    answer: answer === null ? null : { ...answer, headers: answerHeaders, body: bodyOf(answer.body, answerHeaders, true) },
  };
}

/** Bytes beyond ASCII are UTF-8, if they can be. */
function asText(headers: Headers): readonly Pair[] {
  return headers.map(([name, value]) => {
    const bytes = Buffer.from(value, 'latin1');
    return [name, isUtf8(bytes) ? bytes.toString() : value];
  });
}

/** A body of a request that is packed, or in another charset, stays as it is: it is sent so again. */
function bodyOf({ bytes, totalBytes }: KeptBody, headers: readonly Pair[], isAnswer: boolean): ReadableBody {
  const isCut = bytes.length < totalBytes;
  const coding = headerOf(headers, 'content-encoding') ?? '';
  const isPacked = coding !== '' && coding !== 'identity' && bytes.length > 0;
  const plain = !isPacked ? bytes : isAnswer ? unpacked(bytes, coding) : null;
  const text = plain === null ? null : textOf(plain, headerOf(headers, 'content-type'), isCut, isAnswer);
  return { content: text === null ? { bytes: plain ?? bytes } : { text }, totalBytes, isCut };
}

/** Of a bomb nothing is unpacked. */
const maxUnpackedBytes = 64_000_000;

function unpacked(bytes: Buffer, coding: string): Buffer | null {
  try {
    return coding
      .split(',')
      .toReversed()
      .reduce((packed, name) => unpack(packed, name.trim().toLowerCase()), bytes);
  } catch {
    // Of another kind than it says, or too much: recorded as it came.
    return null;
  }
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
/** What was cut off is unpacked as far as it goes. */
const asFarAsItGoes = { finishFlush: Z_SYNC_FLUSH, maxOutputLength: maxUnpackedBytes };

function unpack(bytes: Buffer, coding: string): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzipSync(bytes, asFarAsItGoes);
    case 'deflate':
      // With zlib's head, as the standard says, or without, as some servers do.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(bytes, asFarAsItGoes) : zlib.inflateRawSync(bytes, asFarAsItGoes);
    case 'br':
      return zlib.brotliDecompressSync(bytes, { finishFlush: BROTLI_OPERATION_FLUSH, maxOutputLength: maxUnpackedBytes });
    case 'zstd':
      return zstd(bytes);
    default:
      throw new TypeError(`no way to unpack ${coding}`);
  }
}

/** Node has it from 22.15 on. */
const library: object = zlib;

function zstd(bytes: Buffer): Buffer {
  const { zstdDecompressSync }: { readonly zstdDecompressSync?: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer } = library;
  if (zstdDecompressSync === undefined) throw new TypeError('this Node cannot unpack zstd');
  return zstdDecompressSync(bytes, { maxOutputLength: maxUnpackedBytes });
}

/** Null for what is no text. A cut may go through the middle of a character. */
function textOf(bytes: Buffer, contentType: string | null, isCut: boolean, inAnyCharset: boolean): string | null {
  const charset = /charset\s*=\s*"?([\w.:-]+)/iu.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  const isNamedText = /^text\/|json|xml|javascript|x-www-form-urlencoded/u.test(mimeType(contentType));
  if (charset === 'utf-8' || charset === 'utf8') {
    const end = isCut ? lastCharacterEnd(bytes) : bytes.length;
    const whole = bytes.subarray(0, end);
    return isUtf8(whole) && (isNamedText || !whole.includes(0)) ? whole.toString() : null;
  }
  if (!isNamedText || !inAnyCharset) return null;
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Without the first bytes of a character of which the others are missing. */
function lastCharacterEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
