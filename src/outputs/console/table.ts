/**
 * Tables of text in the look of Locust's: a heading, a dashed rule with `|`, rows, a rule, a last row. One column takes what
 * the others leave; a window that is too narrow loses the columns that matter least.
 */
import picocolors from 'picocolors';
import stringWidth from 'string-width';

/** One column: its heading, its width, and what is before it. */
export type Column = {
  readonly heading: string;
  /** Wider when a cell needs it. */
  readonly minCells: number;
  /** What stands before it on a row, and on a rule. */
  readonly lead: string;
  readonly ruleLead: string;
  /** Columns of a higher rank are left out first; 0: never. */
  readonly rank: number;
};

/** A text, and how it is painted. */
export type Cell = {
  readonly text: string;
  /** Stays whole where the text is cut. */
  readonly suffix?: string;
  readonly paint?: Paint;
};

export type Table = {
  /** The first of these stands left and is cut where it is too long; all others stand right. */
  readonly columns: readonly Column[];
  /** Fixed columns before the cut one, of no more cells than `minCells`; they stand left. */
  readonly leading: readonly Column[];
  /** Each as long as `leading` and `columns` together. */
  readonly rows: readonly (readonly Cell[])[];
  /** After the rows and before the rule, e.g. that there are more of them. */
  readonly note: string | null;
  /** Below the second rule. */
  readonly last: readonly (readonly Cell[])[];
  /** Cells of the window. */
  readonly width: number;
  /** Of the column that is cut. */
  readonly minCells: number;
  readonly maxCells: number;
};

/** The table's lines, none of them longer than `width`. */
export function tableLines(table: Table): string[] {
  const laidOut = layOut(table);
  const rule = cutRule(laidOut, table.width);
  const lines = (rows: readonly (readonly Cell[])[]): string[] => rows.map((cells) => rowLine(laidOut, cells));
  return [
    laidOut.map((slot) => placed(slot, { text: slot.column.heading })).join(''),
    rule,
    ...lines(table.rows),
    ...(table.note === null ? [] : [cut(table.note, table.width)]),
    rule,
    ...lines(table.last),
  ];
}

/** A column that is shown: which cell of a row it takes, and how wide it is. */
type Slot = { readonly column: Column; readonly index: number; readonly cells: number; readonly lead: string; readonly isLeft: boolean };

function layOut({ leading, columns, rows, last, width, minCells, maxCells }: Table): readonly Slot[] {
  const nameIndex = leading.length;
  const all = [...leading, ...columns].map((column, index) => ({ column, index, cells: index === nameIndex ? 0 : neededCells(column, index, [...rows, ...last]) }));
  const kept = new Set(all);
  const takenCells = (): number => [...kept].reduce((sum, { column, cells }) => sum + column.lead.length + cells, 0);
  for (const slot of all.filter(({ column }) => column.rank > 0).sort((a, b) => b.column.rank - a.column.rank)) {
    if (takenCells() + minCells <= width) break;
    kept.delete(slot);
  }
  const nameCells = Math.max(1, Math.min(maxCells, width - takenCells()));
  return [...kept].map(({ column, index, cells }, place) => ({
    column,
    index,
    cells: index === nameIndex ? nameCells : cells,
    lead: place === 0 ? '' : column.lead,
    isLeft: index <= nameIndex,
  }));
}

/** Numbers that stand without a gap to their neighbours get one before they touch them. */
function neededCells({ minCells, lead }: Column, index: number, rows: readonly (readonly Cell[])[]): number {
  const gap = lead === '' && index > 0 ? 1 : 0;
  return rows.reduce((most, row) => Math.max(most, cellsOf(row[index]?.text ?? '') + gap), minCells);
}

function rowLine(slots: readonly Slot[], cells: readonly Cell[]): string {
  return slots
    .map((slot) => placed(slot, cells[slot.index] ?? { text: '' }))
    .join('')
    .trimEnd();
}

/** Only the text is painted, not the spaces around it. */
function placed({ lead, cells, isLeft }: Slot, { text, suffix = '', paint = (same) => same }: Cell): string {
  const fitting = cut(cut(text, Math.max(1, cells - cellsOf(suffix))) + suffix, cells);
  const spaces = ' '.repeat(cells - cellsOf(fitting));
  return lead + (isLeft ? paint(fitting) + spaces : spaces + paint(fitting));
}

function cutRule(slots: readonly Slot[], width: number): string {
  return slots
    .map(({ column, cells, lead }) => {
      const ruleLead = lead === '' && column.lead !== '' ? '' : column.ruleLead;
      return ruleLead + '-'.repeat(Math.max(0, lead.length + cells - ruleLead.length));
    })
    .join('')
    .slice(0, width);
}

/*
 * Text measured in the cells of a terminal: `é` takes one, `日` two, an accent of its own none. The only owner of
 * `string-width`.
 */

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

/* Colours on a terminal, or none. The only owner of `picocolors`. */

/** Gives a text its colour; without colours the text as it is. */
export type Paint = (text: string) => string;

/** What the colours mean; each leaves a text as it is where there are none. */
export type Colours = {
  readonly good: Paint;
  readonly bad: Paint;
  readonly doubtful: Paint;
  readonly measured: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
};

/** The colours of a terminal that has them, or none. */
export function coloursOf(isOn: boolean): Colours {
  const { green, red, yellow, cyan, dim, bold } = picocolors.createColors(isOn);
  return { good: green, bad: red, doubtful: yellow, measured: cyan, faint: dim, strong: bold };
}
