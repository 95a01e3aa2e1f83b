/**
 * The body of an answer: gathered piece by piece, joined only when there is more than one piece and somebody asks.
 */
import { TextDecoder } from 'node:util';

const empty = new Uint8Array(0);

/** The pieces as one: the piece itself when there is one. */
export function joinChunks(first: Uint8Array | null, rest: readonly Uint8Array[] | null): Uint8Array {
  if (first === null) return empty;
  return rest === null ? first : Buffer.concat([first, ...rest]);
}

/** Decodes by the `charset` of the content type; UTF-8 when it names none, or none that is known. A BOM is dropped. */
export function decodeText(body: Uint8Array, contentType: string | null): string {
  const charset = contentType?.includes('=') === true ? charsetOf.exec(contentType)?.[1] : undefined;
  if (charset === undefined || /^utf-?8$/iu.test(charset)) return decodeUtf8(body);
  return decoderOf(charset)?.decode(body) ?? decodeUtf8(body);
}

/** The same of a stretch of memory; UTF-8, as nearly always, without an object for the stretch. */
export function decodeStretch(block: Buffer, start: number, end: number, contentType: string | null): string {
  if (contentType?.includes('=') === true) return decodeText(block.subarray(start, end), contentType);
  const text = block.toString('utf8', start, end);
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

const charsetOf = /;\s*charset\s*=\s*"?([^\s";]+)/iu;
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
