/** The only owner of `csv-stringify`: records as Python's `csv.writer` writes them, but for what a spreadsheet would run. */
import { stringify } from 'csv-stringify/sync';

/** Lines that end in CR LF; quotes only where a comma, a quote or a line end asks for them. */
export function csvText(records: readonly (readonly string[])[]): string {
  return stringify(records.map((record) => record.map(harmless)), { record_delimiter: '\r\n', quoted_match: /[\r\n]/u });
}

/** What a spreadsheet takes for the beginning of a formula, in their wide forms too (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/u;
const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu;

/**
 * Names and errors are the target's words as much as ours, and quotes do not keep a spreadsheet from running them: an apostrophe in
 * front does. Readers of CSV, Locust's included, find it as the first letter of that text; numbers stay numbers.
 */
function harmless(cell: string): string {
  return formula.test(cell) && !number.test(cell) ? `'${cell}` : cell;
}
