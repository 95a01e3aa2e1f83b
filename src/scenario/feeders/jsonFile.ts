/** JSON files as packed rows: one list, whose elements are the rows. */
import type { PackedRows } from '../../engine/shared/feedMessages.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { decodedText } from '../../util/decodedText.ts';
import { printed } from '../../util/printed.ts';
import { RowPacker } from './packedRows.ts';

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
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { message } = error as Error;
    // V8 names the position but where the text ends too early.
    const before = text.slice(0, Number(/position (\d+)/u.exec(message)?.[1] ?? text.length));
    throw new BoomerError('feed-format', `${file}, line ${before.split('\n').length}: expected JSON: ${message}`, { cause: error });
  }
}
