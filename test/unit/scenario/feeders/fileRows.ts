/** Reads a file's bytes as feeders do, and gives its rows. */
import { rowCountOf } from '../../../../src/engine/shared/feeders.ts';
import { type CsvFormat, readCsv } from '../../../../src/scenario/feeders/csvFile.ts';
import { unpacker } from '../../../../src/scenario/feeders/packedRows.ts';

export function format(options: Partial<CsvFormat>): CsvFormat {
  return { columns: null, header: true, delimiter: ',', quote: '"', encoding: 'utf8', ...options };
}

/** The rows with these numbers; all by default. */
export function rowsOf(file: string, content: Buffer, csvFormat: CsvFormat, wanted?: readonly number[]): readonly unknown[] {
  const packed = readCsv(file, content, csvFormat);
  const row = unpacker(packed);
  return (wanted ?? Array.from({ length: rowCountOf(packed) }, (_, index) => index)).map((index) => row(index));
}
