/**
 * The file behind a feeder. A relative path starts at the working directory, as in Locust; a URL made of
 * `import.meta.url` starts at the scenario's own file.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackedRows } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { hasCode } from '../../util/errorText.ts';
import { decodedText } from '../../util/textFile.ts';
import { printed } from '../../util/printed.ts';

export type DataFile = {
  /** As the scenario's author would say it: for names and messages. */
  readonly name: string;
  readonly path: string;
};

/** Throws a BoomerError unless `place` is a path or a `file:` URL; `caller` is for the message. */
export function dataFile(caller: string, place: unknown): DataFile {
  if (typeof place === 'string' && place !== '') return place.startsWith('file:') ? atUrl(caller, place) : { name: place, path: resolve(place) };
  if (place instanceof URL) return atUrl(caller, place.href);
  throw new BoomerError('bad-feed-file', `${caller}(file, …) expects a path like 'logins.csv' or new URL('logins.csv', import.meta.url), got ${printed(place)}`);
}

/** The whole file; throws a BoomerError that says where it was looked for. */
export function readDataFile(caller: string, { name, path }: DataFile): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason =
      hasCode(error, 'ENOENT')
        ? `does not exist: looked for ${path}. A relative path starts at the working directory; new URL('${name}', import.meta.url) starts at the scenario's file`
        : hasCode(error, 'EISDIR')
          ? `is a folder (${path}): expected a file`
          : hasCode(error, 'ERR_FS_FILE_TOO_LARGE')
            ? 'is larger than 2 GiB: split it'
            : `cannot be read (${path}): ${String(error)}`;
    throw new BoomerError('feed-file', `${caller}: ${name} ${reason}`, { cause: error });
  }
}

function atUrl(caller: string, href: string): DataFile {
  try {
    const path = fileURLToPath(href);
    const near = relative(process.cwd(), path);
    return { name: near.startsWith('..') ? path : near, path };
  } catch (error) {
    throw new BoomerError('bad-feed-file', `${caller}(file, …) reads files only: expected a path or a file: URL, got ${href}`, { cause: error });
  }
}

/* JSON files as packed rows: one list, whose elements are the rows. */

/** `isRow` sees each row; null takes all. Throws a BoomerError that names the file and the line or the row. */
export function readJson(file: string, content: Buffer, isRow: ((row: unknown) => boolean) | null): PackedRows {
  const text = decodedText(content);
  if (text === null) throw new BoomerError('feed-format', `${file}: expected JSON in UTF-8, or in UTF-16 with a byte order mark`);
  const rows = parsed(file, text);
  if (!Array.isArray(rows)) throw new BoomerError('feed-format', `${file}: expected a list of rows, [ … ], got ${printed(rows)}`);
  if (rows.length === 0) throw new BoomerError('feed-empty', `${file} has no rows: expected a list with at least one`);
  const packer = new RowPacker();
  rows.forEach((row: unknown, index) => {
    if (isRow !== null && !isRow(row)) throw new BoomerError('feed-format', `${file}: row ${index + 1} is not what isRow expects: ${printed(row)}`);
    packer.add(row);
  });
  return packer.finish(null);
}

function parsed(file: string, text: string): unknown {
  try {
    const rows: unknown = JSON.parse(text);
    return rows;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // V8 names the position but where the text ends too early.
    const before = text.slice(0, Number(/position (\d+)/u.exec(message)?.[1] ?? text.length));
    throw new BoomerError('feed-format', `${file}, line ${before.split('\n').length}: expected JSON: ${message}`, { cause: error });
  }
}

/*
 * A file's rows as JSON texts, packed one after the other into memory that all threads share: a row costs its bytes
 * and 4 more, once per worker, and becomes objects only when it is drawn.
 */

const firstBytes = 1 << 16;
/** Ends are 32-bit numbers. */
const maxBytes = 2 ** 32 - 1;

/** Gathers rows; `finish()` moves them to shared memory. */
export class RowPacker {
  #bytes: Buffer = Buffer.allocUnsafe(firstBytes);
  #ends = new Uint32Array(firstBytes / 64);
  #used = 0;
  #rowCount = 0;

  get rowCount(): number {
    return this.#rowCount;
  }

  /** `row` must be what JSON can say. Throws a BoomerError beyond 4 GiB. */
  add(row: unknown): void {
    const text = JSON.stringify(row);
    const needed = this.#used + Buffer.byteLength(text);
    if (needed > maxBytes) throw new BoomerError('feed-too-big', 'the rows need more than 4 GiB of memory: split the file, or name only the columns that are used');
    if (needed > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(needed, 2 * this.#bytes.length));
    this.#used += this.#bytes.write(text, this.#used);
    if (this.#rowCount === this.#ends.length) {
      const ends = new Uint32Array(2 * this.#ends.length);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#rowCount++] = this.#used;
  }

  finish(columns: readonly string[] | null): PackedRows {
    const bytes = new SharedArrayBuffer(this.#used);
    new Uint8Array(bytes).set(this.#bytes.subarray(0, this.#used));
    const ends = new SharedArrayBuffer(4 * this.#rowCount);
    new Uint32Array(ends).set(this.#ends.subarray(0, this.#rowCount));
    return { bytes, ends, columns };
  }
}

/** Reads packed rows; each row that it returns is a new object. */
export function unpacker({ bytes, ends, columns }: PackedRows): (row: number) => unknown {
  const texts = Buffer.from(bytes);
  const endOf = new Uint32Array(ends);
  const read = (row: number): unknown => JSON.parse(texts.toString('utf8', row === 0 ? 0 : endOf[row - 1], endOf[row]));
  if (columns === null) return read;
  return (row) => {
    const cells = read(row) as readonly string[];
    const named: Record<string, string> = {};
    let place = 0;
    for (const column of columns) named[column] = cells[place++] ?? '';
    return named;
  };
}

function grown(bytes: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  bytes.copy(larger);
  return larger;
}
