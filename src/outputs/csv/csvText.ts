/** The only owner of `csv-stringify`: records as Python's `csv.writer` writes them. */
import { stringify } from 'csv-stringify/sync';

/** Lines that end in CR LF; quotes only where a comma, a quote or a line end asks for them. */
export function csvText(records: readonly (readonly string[])[]): string {
  return stringify(records as string[][], { record_delimiter: '\r\n', quoted_match: /[\r\n]/u });
}
