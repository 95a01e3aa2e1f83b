/**
 * CSV files (RFC 4180, and what programs write in its name) as packed rows. The only owner of `csv-parse`.
 */
import { isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { types } from 'node:util';
import type { parse as Parse } from 'csv-parse/sync';
import type { PackedRows } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { RowPacker } from './packedRows.ts';

/** Encodings of CSV files, by Node's names. */
export type CsvEncoding = 'utf8' | 'utf16le' | 'latin1';

/** How a CSV file is to be read. */
export type CsvFormat = {
  /** The columns to keep, which the file must have; null keeps all. Without a header line: their names, in order. */
  readonly columns: readonly string[] | null;
  readonly header: boolean;
  readonly delimiter: string;
  /** Null: quotes are letters like all others. */
  readonly quote: string | null;
  readonly encoding: CsvEncoding;
};

/** Loaded by the one thread that reads CSV files: it costs each start 5 ms. */
const loadParser = (): { readonly parse: typeof Parse } => createRequire(import.meta.url)('csv-parse/sync') as never;

type Picked = { readonly columns: readonly string[]; readonly places: readonly number[] };

/** `file` names it in messages. Throws a BoomerError that names the file, the line, and what was expected. */
export function readCsv(file: string, bytes: Buffer, format: CsvFormat): PackedRows {
  // A byte order mark names the encoding by itself; Node knows the one order of UTF-16's bytes alone.
  const content = bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0 ? Buffer.from(bytes).swap16() : bytes;
  const isMarked16 = content[0] === 0xff && content[1] === 0xfe;
  if (format.encoding === 'utf8' && !isMarked16 && !isUtf8(content)) {
    throw new BoomerError('feed-format', `${file} is not UTF-8: name its encoding, e.g. { encoding: 'latin1' }`);
  }
  const { parse } = loadParser();
  const packer = new RowPacker();
  let columns: readonly string[] = [];
  let places: readonly number[] | null = null;
  try {
    parse(content, {
      bom: true,
      delimiter: format.delimiter,
      quote: format.quote ?? false,
      escape: format.quote ?? '"',
      encoding: format.encoding,
      // Left to itself the parser takes the first line's end for all: a header added by hand would leave "\r" in each last cell.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      // Each record is packed at once and dropped: a file of 100 MB never exists as a million objects.
      on_record(cells: string[]) {
        if (places === null) {
          ({ columns, places } = format.header ? pickByHeader(file, cells, format) : pickInOrder(file, cells, format));
          if (format.header) return null;
        }
        packer.add(places.map((place) => cells[place]));
        return null;
      },
    });
  } catch (error) {
    throw asFormatError(file, error);
  }
  if (packer.rowCount === 0) throw new BoomerError('feed-empty', `${file} has no rows: expected ${format.header ? 'a header line and ' : ''}at least one line of data`);
  return packer.finish(columns);
}

function pickByHeader(file: string, header: readonly string[], { columns: wanted, delimiter }: CsvFormat): Picked {
  const twice = header.find((name, place) => header.indexOf(name) !== place);
  if (twice !== undefined) throw new BoomerError('feed-format', `${file}, line 1: column ${JSON.stringify(twice)} is there twice; expected a header line whose names differ`);
  const columns = wanted ?? header;
  const places = columns.map((name) => {
    const place = header.indexOf(name);
    if (place < 0) throw new BoomerError('feed-format', `${file}, line 1: there is no column ${JSON.stringify(name)}; it has ${header.map((known) => JSON.stringify(known)).join(', ')}${hint(name, header, delimiter)}`);
    return place;
  });
  return { columns: checkedNames(file, columns), places };
}

function hint(name: string, header: readonly string[], delimiter: string): string {
  const other = header.length === 1 ? [';', '\t', '|', ','].find((letter) => letter !== delimiter && header[0]?.includes(letter)) : undefined;
  if (other !== undefined) return `. Is the delimiter ${JSON.stringify(other)}? Then say { delimiter: ${JSON.stringify(other)} }`;
  const meant = nearest(name, header);
  return meant === null ? '' : `. Did you mean ${JSON.stringify(meant)}?`;
}

function pickInOrder(file: string, first: readonly string[], { columns }: CsvFormat): Picked {
  const names = columns ?? [];
  if (names.length !== first.length) {
    throw new BoomerError('feed-format', `${file}, line 1: expected ${names.length} cells (${names.join(', ')}), got ${first.length}`);
  }
  return { columns: checkedNames(file, names), places: names.map((_, place) => place) };
}

/** Such a cell would change the row's prototype instead of the row. */
function checkedNames(file: string, names: readonly string[]): readonly string[] {
  if (names.includes('__proto__')) throw new BoomerError('feed-format', `${file}: a column cannot be named __proto__`);
  return names;
}

function asFormatError(file: string, error: unknown): Error {
  if (error instanceof BoomerError) return error.message.startsWith(file) ? error : new BoomerError(error.code, `${file}: ${error.message}`, { cause: error });
  if (!types.isNativeError(error)) return new BoomerError('feed-format', `${file}: ${String(error)}`, { cause: error });
  const { code, message, lines }: { readonly code?: unknown; readonly message: string; readonly lines?: unknown } = error;
  if (typeof code !== 'string') return error;
  const where = typeof lines === 'number' ? `${file}, line ${lines}` : file;
  return new BoomerError('feed-format', `${where}: ${explained(code, message)}`, { cause: error });
}

function explained(code: string, message: string): string {
  const lengths = /expect (\d+), got (\d+)/u.exec(message);
  if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' && lengths !== null) return `expected ${lengths[1]} cells as in the first line, got ${lengths[2]}`;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'the file ends inside a quoted cell: expected a closing quote';
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote stands in the middle of a cell: expected the whole cell in quotes, or { quote: null } where quotes mean nothing';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'a letter follows a closing quote: expected the delimiter, or a doubled quote inside a quoted cell';
  return message;
}
