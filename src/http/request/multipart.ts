/**
 * `multipart/form-data` (RFC 7578), written as browsers write it: in one piece when all parts are in memory, as a stream
 * when one of them is.
 */
import { randomBytes } from 'node:crypto';
import { BoomerError } from '../../util/boomerError.ts';
import type { BodyStream, EncodedBody } from './bodyStream.ts';

/** Content of a part. */
export type PartContent = string | number | boolean | Uint8Array | ArrayBuffer | Blob | BodyStream;

/** A part with a name of its file or a type of its own. */
export type FilePart = {
  readonly content: PartContent;
  /** Default: a File's own name, `blob` for a Blob, none for all else (then it is a field, no file). */
  readonly filename?: string;
  /** Default: a Blob's own, `application/octet-stream` with a file name, none for a field. */
  readonly type?: string;
};

/** One field or file, or several under one name. */
export type MultipartValue = PartContent | FilePart | readonly (PartContent | FilePart)[];

/** null and undefined are left out. */
export type Multipart = FormData | Readonly<Record<string, MultipartValue | null | undefined>>;

type Piece = string | Uint8Array | Blob | BodyStream;

/** Unlike anything that a body holds by chance; counted, as a body may hold an earlier one. */
const boundaryStart = `----boomer-node-${randomBytes(9).toString('hex')}`;
let bodyCount = 0;

/** Throws a BoomerError for a part that cannot be sent. */
export function encodeMultipart(multipart: Multipart): EncodedBody {
  if (typeof multipart !== 'object' || multipart === null) throw new BoomerError('bad-request-body', `multipart must be an object of fields and files, not ${typeof multipart}`);
  bodyCount += 1;
  const boundary = `${boundaryStart}${bodyCount}`;
  const pieces: Piece[] = [];
  for (const [name, part] of partsOf(multipart)) pieces.push(`--${boundary}\r\n${headOf(name, part)}\r\n\r\n`, pieceOf(name, part.content), '\r\n');
  pieces.push(`--${boundary}--\r\n`);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  if (pieces.every(isInMemory)) return { body: Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))), contentType, contentLength: null };
  return { body: streamOf(pieces), contentType, contentLength: lengthOf(pieces) };
}

function* partsOf(multipart: Multipart): Generator<readonly [string, FilePart], void, undefined> {
  const entries: Iterable<readonly [string, unknown]> = multipart instanceof FormData ? multipart : Object.entries(multipart);
  for (const [name, value] of entries) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      yield [name, isFilePart(one) ? one : { content: one as PartContent }];
    }
  }
}

function isFilePart(value: unknown): value is FilePart {
  return typeof value === 'object' && value !== null && 'content' in value;
}

function headOf(name: string, { content, filename, type }: FilePart): string {
  const file = filename ?? (content instanceof File ? content.name : content instanceof Blob ? 'blob' : null);
  const ownType = content instanceof Blob && content.type !== '' ? content.type : null;
  const contentType = type ?? ownType ?? (file === null ? null : 'application/octet-stream');
  if (contentType !== null && /[\r\n]/u.test(contentType)) throw new BoomerError('bad-request-body', `the type of part '${name}' has a line break`);
  const disposition = `content-disposition: form-data; name="${quoted(name)}"${file === null ? '' : `; filename="${quoted(file)}"`}`;
  return contentType === null ? disposition : `${disposition}\r\ncontent-type: ${contentType}`;
}

/** As browsers do (HTML, "multipart/form-data encoding algorithm"). */
function quoted(text: string): string {
  return text.replace(/\r\n|\r|\n/gu, '%0D%0A').replace(/"/gu, '%22');
}

function pieceOf(name: string, content: unknown): Piece {
  if (typeof content === 'string' || content instanceof Uint8Array || content instanceof Blob) return content;
  if (typeof content === 'number' || typeof content === 'boolean') return String(content);
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  if (typeof content === 'object' && content !== null && Symbol.asyncIterator in content) return content as BodyStream;
  throw new BoomerError('bad-request-body', `part '${name}' of multipart must be text, bytes, a Blob or a stream, or { content, filename, type }, not ${typeof content}`);
}

function isInMemory(piece: Piece): piece is string | Uint8Array {
  return typeof piece === 'string' || piece instanceof Uint8Array;
}

/** null when a stream of unknown length is among them. */
function lengthOf(pieces: readonly Piece[]): number | null {
  let bytes = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') bytes += Buffer.byteLength(piece);
    else if (piece instanceof Uint8Array) bytes += piece.byteLength;
    else if (piece instanceof Blob) bytes += piece.size;
    else return null;
  }
  return bytes;
}

async function* streamOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array | string, void, undefined> {
  for (const piece of pieces) {
    if (isInMemory(piece)) yield piece;
    else yield* piece instanceof Blob ? (piece.stream() as BodyStream as AsyncIterable<Uint8Array>) : (piece as AsyncIterable<Uint8Array | string>);
  }
}
