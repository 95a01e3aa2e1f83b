/**
 * Compressed answers: what to ask for, and how to undo it (RFC 9110 §8.4).
 */
import * as zlib from 'node:zlib';
import { BoomerError } from '../util/boomerError.ts';

export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd';

type Options = { readonly maxOutputLength: number };
type Callback = (error: Error | null, decoded: Uint8Array) => void;
type Decoder = {
  readonly now: (body: Uint8Array, options: Options) => Uint8Array;
  readonly later: (body: Uint8Array, options: Options, callback: Callback) => void;
};

/** From Node 22.15 on. */
const { zstdDecompress, zstdDecompressSync } = zlib as { readonly zstdDecompress?: Decoder['later']; readonly zstdDecompressSync?: Decoder['now'] };

const gunzip: Decoder = { now: zlib.gunzipSync, later: zlib.gunzip };
const inflate: Decoder = { now: zlib.inflateSync, later: zlib.inflate };
const inflateRaw: Decoder = { now: zlib.inflateRawSync, later: zlib.inflateRaw };
const brotli: Decoder = { now: zlib.brotliDecompressSync, later: zlib.brotliDecompress };
const zstd: Decoder | null = zstdDecompress === undefined || zstdDecompressSync === undefined ? null : { now: zstdDecompressSync, later: zstdDecompress };

/** In the order in which requests ask for them. */
export const knownCodings: readonly ContentCoding[] = zstd === null ? ['gzip', 'deflate', 'br'] : ['gzip', 'deflate', 'br', 'zstd'];

/** Up to here decoding at once is cheaper than the way to another thread and back (measured: 13 against 106 µs CPU for 1 KB, 0.5 against 1.3 ms for 300 KB). */
const decodedAtOnceBytes = 64 * 1024;
/** A small answer may claim to become the whole memory. */
const longestBody: Options = { maxOutputLength: 1024 * 1024 * 1024 };
const mostCodings = 5;

/** Value of `accept-encoding`; null to send none. Throws a BoomerError for a coding that this Node cannot decode. */
export function acceptEncoding(compression: boolean | readonly ContentCoding[] | undefined): string | null {
  if (compression === undefined || compression === false) return null;
  if (compression === true) return knownCodings.join(', ');
  const unknown = [...compression].find((coding) => !knownCodings.includes(coding));
  if (unknown === undefined) return compression.join(', ');
  throw new BoomerError('bad-compression', `compression '${unknown}' cannot be decoded by Node ${process.versions.node}: there are ${knownCodings.join(', ')}`);
}

/** What an answer's coding calls for, last applied first; null: nothing that anybody here knows, so the body stays as it came. */
export function decodersOf(contentEncoding: string, body: Uint8Array): readonly Decoder[] | null {
  const codings = contentEncoding.toLowerCase().split(',').map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > mostCodings) return null;
  const decoders = codings.reverse().map((coding, at) => decoderOf(coding, at === 0 ? body : null));
  return decoders.includes(null) ? null : (decoders as readonly Decoder[]);
}

/** Calls back once, at once for a short body, with the decoded body or what was wrong with it. */
export function decodeBody(decoders: readonly Decoder[], body: Uint8Array, callback: Callback): void {
  const [decoder, ...rest] = decoders;
  if (decoder === undefined) {
    callback(null, body);
    return;
  }
  const next: Callback = (error, decoded) => (error === null ? decodeBody(rest, decoded, callback) : callback(error, body));
  if (body.byteLength > decodedAtOnceBytes) {
    decoder.later(body, longestBody, next);
    return;
  }
  let decoded: Uint8Array;
  try {
    decoded = decoder.now(body, longestBody);
  } catch (error) {
    callback(error as Error, body);
    return;
  }
  next(null, decoded);
}

function decoderOf(coding: string, body: Uint8Array | null): Decoder | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzip;
    case 'deflate':
      // Meant to be zlib's format; some servers send the bare stream, which begins otherwise.
      return body === null || ((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw;
    case 'br':
      return brotli;
    case 'zstd':
      return zstd;
    default:
      return null;
  }
}
