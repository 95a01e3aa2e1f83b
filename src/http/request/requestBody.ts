/**
 * The body of a request: what its options make of it, with the content type that goes with it, and what goes over the wire.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { BoomerError } from '../../util/boomerError.ts';

/** A body that is sent while it is read, and can be read once: Node's and the web's streams are such. */
export type BodyStream = AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>;

/** Text as UTF-8, bytes, or a stream. */
export type RequestBody = string | Uint8Array | ArrayBuffer | BodyStream;

/** A body with the headers that describe it. */
export type EncodedBody = {
  readonly body: RequestBody | null;
  /** Of what is sent, unless the request's own headers name another; null to add none. */
  readonly contentType: string | null;
  /** Of a stream whose length is known; null for all else. */
  readonly contentLength: number | null;
};

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

type FieldValue = string | number | boolean | null | undefined;

/** Fields by name; an array stands for several of one name. */
export type FieldValues = Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** Options of a request that say what its body is: one of them at most. */
export type BodyOptions = {
  /** Sent as JSON with `content-type: application/json`; null is sent as `null`. One body at most: json, form, multipart or body. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`: null and undefined are left out, an array repeats its key. */
  readonly form?: URLSearchParams | FieldValues;
  /** Sent as `multipart/form-data`: text, bytes, Blobs, Files and streams, or `{ content, filename, type }`. */
  readonly multipart?: Multipart;
  /** Sent as it is, a string as UTF-8, a stream while it is read; no content type is added but a Blob's own. */
  readonly body?: string | Uint8Array | ArrayBuffer | Blob | BodyStream;
};

const jsonType = 'application/json';
const formType = 'application/x-www-form-urlencoded';
/** Content types that come again and again. */
export const frequentTypes: ReadonlySet<string> = new Set([jsonType, formType]);
const noOptions: BodyOptions = {};
const noBody: EncodedBody = { body: null, contentType: null, contentLength: null };

/** The body that the options ask for; throws a BoomerError for what cannot be sent. */
export function encodeBody(options: BodyOptions): EncodedBody {
  const { json, form, multipart, body } = options;
  if (json !== undefined) return { body: encodeJson(json), contentType: jsonType, contentLength: null };
  if (form !== undefined) return { body: encodeForm(form), contentType: formType, contentLength: null };
  if (multipart !== undefined) return encodeMultipart(multipart);
  if (body === undefined) return noBody;
  if (isStream(body)) takeStream(body, 'body');
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer || isStream(body)) return { body, contentType: null, contentLength: null };
  if (body instanceof Blob) return { body: body.stream(), contentType: body.type === '' ? null : body.type, contentLength: body.size };
  throw new BoomerError('bad-request-body', `body must be a string, bytes, a Blob or a stream, not ${typeof body}: objects go into json or form`);
}

function encodeForm(form: URLSearchParams | FieldValues): string {
  if (form instanceof URLSearchParams) return form.toString();
  if (typeof form !== 'object' || form === null) throw new BoomerError('bad-request-body', `form must be an object of fields, not ${typeof form}`);
  return searchParams(form).toString();
}

function encodeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new BoomerError('bad-request-body', 'json cannot be written as JSON (see the cause)', { cause });
  }
  if (text === undefined) throw new BoomerError('bad-request-body', `json cannot be written as JSON: it is a ${typeof value}`);
  return text;
}

/** Fields as pairs: null and undefined are left out. */
export function searchParams(values: FieldValues): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of isList(value) ? value : [value]) {
      if (one !== null && one !== undefined) params.append(key, String(one));
    }
  }
  return params;
}

/** `Array.isArray` alone does not narrow a readonly array out of a union. */
function isList(value: FieldValue | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** True for a body that cannot be sent a second time. */
export function isOnce(body: RequestBody | null): boolean {
  return body !== null && isStream(body);
}

/** Releases what a stream holds (a file, mostly) when its request has ended: of one that was never read as well. */
export function releaseBody(body: RequestBody | null): void {
  if (body === null || !isStream(body)) return;
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked) body.cancel().catch(ignore);
  else if (body instanceof MultipartStream) body.release();
}

/** As `releaseBody`, for what was to be sent with a request that never came to be: `options` may be anything. */
export function releaseUnsent(options: BodyOptions | null): void {
  const { body, multipart } = options ?? noOptions;
  if (isStream(body)) releaseUntaken(body);
  if (typeof multipart !== 'object' || multipart === null) return;
  for (const value of multipart instanceof FormData ? [] : Object.values(multipart)) {
    for (const part of listOf(value)) {
      const content = isPart(part) ? part.content : part;
      if (isStream(content)) releaseUntaken(content);
    }
  }
}

function releaseUntaken(stream: BodyStream): void {
  ignoreEarlyError(stream);
  releaseBody(stream);
}

/** A stream that is going to be sent; `what` it is in the options. Throws a BoomerError for one that cannot be. */
function takeStream(stream: BodyStream, what: string): void {
  if (stream instanceof ReadableStream && stream.locked) throw new BoomerError('bad-request-body', `${what} is a stream that somebody else reads: make a new one for each request`);
  ignoreEarlyError(stream);
}

/** A stream may break before anybody reads it: its first read rejects then, and that is early enough. */
function ignoreEarlyError(body: BodyStream): void {
  if (body instanceof Readable) body.on('error', ignore);
}

function ignore(): void {
  // whoever reads the stream gets the error
}

/** What `for await` goes through; TypeScript does not know that a web stream can be. */
export function piecesOf(body: BodyStream): AsyncIterable<Uint8Array | string> {
  return body as AsyncIterable<Uint8Array | string>;
}

/** Node's streams, the web's, and whatever else can be read with `for await`. */
export function isStream(value: unknown): value is BodyStream {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A part whose content is not looked at yet. */
type Part = Omit<FilePart, 'content'> & { readonly content: unknown };
type Piece = string | Uint8Array | Blob | BodyStream;

/** Unlike anything that a body holds by chance; counted, as a body may hold an earlier one. */
const boundaryStart = `----boomer-node-${randomBytes(9).toString('hex')}`;
let bodyCount = 0;

/**
 * `multipart/form-data` (RFC 7578), written as browsers write it: in one piece when all parts are in memory, as a stream when one of
 * them is. Throws a BoomerError for a part that cannot be sent.
 */
function encodeMultipart(multipart: Multipart): EncodedBody {
  if (typeof multipart !== 'object' || multipart === null) throw new BoomerError('bad-request-body', `multipart must be an object of fields and files, not ${typeof multipart}`);
  bodyCount += 1;
  const boundary = `${boundaryStart}${bodyCount}`;
  const pieces: Piece[] = [];
  for (const [name, part] of partsOf(multipart)) pieces.push(`--${boundary}\r\n${headOf(name, part)}\r\n\r\n`, pieceOf(name, part.content), '\r\n');
  pieces.push(`--${boundary}--\r\n`);
  const contentType = `multipart/form-data; boundary=${boundary}`;
  if (pieces.every(isInMemory)) return { body: Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))), contentType, contentLength: null };
  return { body: new MultipartStream(pieces), contentType, contentLength: lengthOf(pieces) };
}

function* partsOf(multipart: Multipart): Generator<readonly [string, Part], void, undefined> {
  const entries: Iterable<readonly [string, unknown]> = multipart instanceof FormData ? multipart : Object.entries(multipart);
  for (const [name, value] of entries) {
    if (value === null || value === undefined) continue;
    for (const part of listOf(value)) yield [name, isPart(part) ? checkedPart(name, part) : { content: part }];
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'content' in value;
}

const partFields: readonly string[] = ['content', 'filename', 'type'] satisfies (keyof FilePart)[];

function checkedPart(name: string, part: Part): Part {
  const unknown = Object.keys(part).find((field) => !partFields.includes(field));
  if (unknown === undefined) return part;
  throw new BoomerError('bad-request-body', `part '${name}' of multipart has a field '${unknown}', which is none of ${partFields.join(', ')}`);
}

function headOf(name: string, { content, filename, type }: Part): string {
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
  if (isStream(content)) {
    takeStream(content, `part '${name}' of multipart`);
    return content;
  }
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

/** Parts one after another; a stream among them may hold a file before its turn comes, or when it never does. */
class MultipartStream implements AsyncIterable<Uint8Array | string> {
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array | string, void, undefined> {
    for (const piece of this.#pieces) {
      if (isInMemory(piece)) yield piece;
      else yield* piecesOf(piece instanceof Blob ? piece.stream() : piece);
    }
  }

  release(): void {
    for (const piece of this.#pieces) if (isStream(piece)) releaseBody(piece);
  }
}
