/** What files of recorded traffic hold, of any size: unpacked, and in UTF-8. */
import { createReadStream } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { basename, dirname, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine, hasCode } from '../../util/errorText.ts';
import { unreadableTraffic } from '../recording.ts';
import { lineOf } from './structuredText.ts';

/** A file, with its name for messages. */
export type TrafficFile = {
  readonly source: string;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Another one, by its path from this one's folder, with slashes. */
  readonly beside: (path: string) => TrafficFile;
};

/** Enough to tell what a file is. */
const startBytes = 65_536;

/** A file on the disk. What cannot be read throws a BoomerError (`unreadable`) when it is. */
export function trafficFile(path: string): TrafficFile {
  return { source: basename(path), open: () => bytesOf(path), beside: (other) => trafficFile(join(dirname(path), other)) };
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 262_144 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    const why = hasCode(cause, 'ENOENT') ? 'there is no such file' : hasCode(cause, 'EISDIR') ? 'it is a folder, expected a file' : errorLine(cause);
    throw new BoomerError('unreadable', `${path} cannot be read: ${why}`, { cause });
  }
}

/** A file's content as it goes by. To be closed by whoever opened it, read to its end or not. */
export class Content {
  /** Its first kilobytes, all of it if it has no more. */
  readonly start: Buffer;
  /** True: there is no more. */
  readonly isAll: boolean;
  readonly #rest: AsyncIterator<Buffer>;

  private constructor(start: Buffer, isAll: boolean, rest: AsyncIterator<Buffer>) {
    this.start = start;
    this.isAll = isAll;
    this.#rest = rest;
  }

  /** Throws a BoomerError for a file that cannot be read, or whose gzip is damaged. */
  static async open({ source, open }: TrafficFile): Promise<Content> {
    const bytes = await Content.#opened(open());
    const unpacked = bytes.start[0] === 0x1f && bytes.start[1] === 0x8b ? await Content.#opened(gunzipped(bytes, source)) : bytes;
    const encoding = encodingOf(unpacked.start);
    return encoding === null ? unpacked : await Content.#opened(recoded(unpacked, encoding, source));
  }

  static async #opened(chunks: AsyncIterable<Uint8Array>): Promise<Content> {
    const rest = buffers(chunks);
    const found: Buffer[] = [];
    let isAll = false;
    for (let length = 0; length < startBytes; ) {
      const next = await rest.next();
      isAll = next.done === true;
      if (next.done === true) break;
      found.push(next.value);
      length += next.value.length;
    }
    return new Content(Buffer.concat(found), isAll, rest);
  }

  /** All of it, once: from its start. */
  async *chunks(): AsyncGenerator<Buffer> {
    yield this.start;
    for (let next = await this.#rest.next(); next.done !== true; next = await this.#rest.next()) yield next.value;
  }

  /** All of it as text, once. */
  async text(source: string): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxWholeBytes) throw unreadableTraffic(source, null, `of this kind files of more than ${maxWholeBytes / 1e6} MB cannot be read: record a shorter time, or split it`);
    }
    const bytes = Buffer.concat(chunks);
    if (!isUtf8(bytes)) throw unreadableTraffic(source, `line ${lineOfInvalid(bytes)}`, notUtf8);
    return bytes.toString();
  }

  /** May be called twice. */
  async close(): Promise<void> {
    await this.#rest.return?.();
  }
}

/** What has to be read as a whole; people write no longer ones. */
const maxWholeBytes = 200_000_000;

/** All of a file as text. Rejects with a BoomerError for what is no UTF-8, or more than 200 MB. */
export async function wholeText(file: TrafficFile): Promise<string> {
  const content = await Content.open(file);
  try {
    return await content.text(file.source);
  } finally {
    await content.close();
  }
}

async function* buffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Logs and captures are often kept so. */
async function* gunzipped(content: Content, source: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // What goes wrong is thrown where the unpacked bytes are read.
  pipeline(Readable.from(content.chunks()), gunzip, () => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (cause) {
    if (cause instanceof BoomerError) throw cause;
    throw unreadableTraffic(source, null, 'its gzip is damaged: it was cut off, copy it again', cause);
  } finally {
    await content.close();
  }
}

/** As the mark at its start says, or the zeros of UTF-16 without one; null: UTF-8 without a mark, or something else. */
function encodingOf([first, second, third]: Buffer): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== undefined && second !== undefined && (first === 0) !== (second === 0)) return first === 0 ? 'utf-16be' : 'utf-16le';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : null;
}

/** Without the mark. */
async function* recoded(content: Content, encoding: string, source: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 1;
  try {
    for await (const chunk of content.chunks()) {
      const text = Buffer.from(decoder.decode(chunk, { stream: true }));
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
      yield text;
    }
    yield Buffer.from(decoder.decode());
  } catch (cause) {
    if (cause instanceof BoomerError) throw cause;
    throw unreadableTraffic(source, `line ${lines} or later`, `this is no ${encoding.toUpperCase()}, as which it begins: it was cut off, or put together of two files`, cause);
  } finally {
    await content.close();
  }
}

/** What a file in another encoding is told. */
export const notUtf8 = 'expected text in UTF-8, or in UTF-16 with a byte order mark: save it again in UTF-8';

/** From 1. */
export function lineOfInvalid(bytes: Buffer): number {
  const text = bytes.toString();
  return lineOf(text, Math.max(0, text.indexOf('\uFFFD')));
}
