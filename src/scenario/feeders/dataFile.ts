/**
 * The file behind a feeder or a replay. A relative path starts at the working directory, as in Locust; a URL made of
 * `import.meta.url` starts at the scenario's own file.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackedRows } from '../../engine/shared/feeders.ts';
import { BoomerError, type ErrorCode } from '../../util/boomerError.ts';
import { hasCode } from '../../util/errorText.ts';
import { decodedText } from '../../util/textFile.ts';
import { printed } from '../../util/printed.ts';
import { RowPacker } from './packedRows.ts';

/** A file that a scenario names. */
export type DataFile = {
  /** As the scenario's author would say it: for names and messages. */
  readonly name: string;
  readonly path: string;
};

/** Throws a BoomerError of this `code` unless `place` is a path or a `file:` URL; `caller` and `example` are for its message. */
export function dataFile(caller: string, place: unknown, code: ErrorCode = 'bad-feed-file', example = 'logins.csv'): DataFile {
  if (typeof place === 'string' && place !== '') return place.startsWith('file:') ? atUrl(caller, place, code) : { name: place, path: resolve(place) };
  if (place instanceof URL) return atUrl(caller, place.href, code);
  throw new BoomerError(code, `${caller}(file, …) expects a path like '${example}' or new URL('${example}', import.meta.url), got ${printed(place)}`);
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

function atUrl(caller: string, href: string, code: ErrorCode): DataFile {
  try {
    const path = fileURLToPath(href);
    const near = relative(process.cwd(), path);
    return { name: near.startsWith('..') ? path : near, path };
  } catch (error) {
    throw new BoomerError(code, `${caller}(file, …) reads files only: expected a path or a file: URL, got ${href}`, { cause: error });
  }
}

/** A JSON file's rows: it holds one list, whose elements they are. `isRow` sees each row; null takes all. Throws a BoomerError that names the file and the line or the row. */
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
