/**
 * Text measured in the cells of a terminal: `é` takes one, `日` two, an accent of its own none. The only owner of
 * `string-width`.
 */
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();
const isPlainAscii = /^[ -~]*$/u;

/** Cells that the text takes on a line; colours take none. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/** The text in at most `cells` cells, with `…` where its end is missing; empty for 0 cells. For text without colours. */
export function cut(text: string, cells: number): string {
  if (cells <= 0) return '';
  if (isPlainAscii.test(text)) return text.length <= cells ? text : `${text.slice(0, cells - 1)}…`;
  const kept = fitting(text, cells);
  return kept === text ? text : `${fitting(kept, cells - 1)}…`;
}

/** Filled up with spaces at the end. */
export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}

/** As much of its beginning as so many cells hold. */
function fitting(text: string, cells: number): string {
  let width = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    width += cellsOf(segment);
    if (width > cells) break;
    kept += segment;
  }
  return kept;
}
