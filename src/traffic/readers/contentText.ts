/** Contents of messages as text: unpacked, in whatever charset they are. */
import { isUtf8 } from 'node:buffer';
import * as zlib from 'node:zlib';
import { mimeType } from '../recording.ts';

/** Of a bomb nothing is unpacked. */
const maxUnpackedBytes = 64_000_000;

/** As it was before it was packed for its way; `coding`: the header `content-encoding`. What was cut off is unpacked as far as it goes. Null: it is of another kind than it says, or too much. */
export function unpacked(bytes: Buffer, coding: string): Buffer | null {
  try {
    return coding
      .split(',')
      .toReversed()
      .reduce((packed, name) => unpack(packed, name.trim().toLowerCase()), bytes);
  } catch {
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

/** Null for what is no text. A cut may go through the middle of a character. `inAnyCharset`: not in UTF-8 alone. */
export function contentText(bytes: Buffer, contentType: string | null, isCut: boolean, inAnyCharset: boolean): string | null {
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
