/** A table that can be searched, sorted and leafed through, however many rows it has. */
import { button, element } from './elements.ts';

/** One column: what stands in it, and what it is sorted by. */
export type Column<Row> = {
  readonly title: string;
  readonly kind: 'text' | 'name' | 'number' | 'code';
  /** What it is sorted by. */
  readonly value: (row: Row) => string | number | null;
  readonly text: (row: Row) => string;
  readonly isAlarming?: (row: Row) => boolean;
  /** Makes the cell a button. */
  readonly onPick?: (row: Row) => void;
};

type TableSpec<Row> = {
  readonly host: HTMLElement;
  /** For those who do not see the heading above. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Stays at the end, whatever is searched for. */
  readonly totalRow: Row | null;
};

/** Rows that are in the page at the same time. */
const rowsPerPage: number = 200;
/** From so many rows on there is something to search for. */
const minSearchedRows: number = 6;

/** Builds the table into its host; the function that comes back shows all rows at once (for paper), or pages again. */
export function createTable<Row>(spec: TableSpec<Row>): (isWhole: boolean) => void {
  const { host, columns, rows } = spec;
  const state = { query: '', sortedBy: -1, isDescending: false, firstRow: 0, isWhole: false };
  const search = element('input', 'search', '');
  const pager = element('div', 'pager', '');
  const body = element('tbody', '', '');
  const headings = columns.map((column, index) => headingCell(column, () => {
    // The first click shows what is highest, or the names from the start.
    state.isDescending = state.sortedBy === index ? !state.isDescending : column.kind === 'number';
    state.sortedBy = index;
    state.firstRow = 0;
    show();
  }));

  const show = (): void => {
    const sorting = columns[state.sortedBy];
    const textOf = (row: Row): string => columns.filter(({ kind }) => kind !== 'number').map(({ text }) => text(row)).join(' ');
    const matching = matchingRows(rows, state.query, textOf);
    const sorted = sorting === undefined ? matching : sortedRows(matching, sorting.value, state.isDescending);
    const shown = state.isWhole ? sorted : sorted.slice(state.firstRow, state.firstRow + rowsPerPage);
    body.replaceChildren(...shown.map((row) => tableRow(columns, row)));
    headings.forEach((heading, index) => {
      heading.setAttribute('aria-sort', index !== state.sortedBy ? 'none' : state.isDescending ? 'descending' : 'ascending');
    });
    showPager(pager, { first: state.firstRow, shown: shown.length, matching: sorted.length, all: rows.length }, (firstRow) => {
      state.firstRow = firstRow;
      show();
    });
  };

  search.type = 'search';
  search.setAttribute('placeholder', 'Search');
  search.setAttribute('aria-label', `Search ${spec.label}`);
  search.hidden = rows.length < minSearchedRows;
  search.addEventListener('input', () => {
    state.query = search.value;
    state.firstRow = 0;
    show();
  });
  const tools = element('div', 'tools', '');
  tools.append(search, pager);
  host.replaceChildren(tools, tableFrame(spec, headings, body));
  show();
  return (isWhole) => {
    state.isWhole = isWhole;
    show();
  };
}

/** The scrolling frame with the table in it. */
function tableFrame<Row>({ label, columns, totalRow }: TableSpec<Row>, headings: readonly HTMLElement[], body: HTMLTableSectionElement): HTMLElement {
  const headingRow = element('tr', '', '');
  headingRow.append(...headings);
  const head = element('thead', '', '');
  head.append(headingRow);
  const table = element('table', '', '');
  table.setAttribute('aria-label', label);
  table.append(head, body);
  if (totalRow !== null) {
    const foot = element('tfoot', '', '');
    foot.append(tableRow(columns, totalRow));
    table.append(foot);
  }
  const frame = element('div', 'frame', '');
  frame.setAttribute('tabindex', '0'); // so that the keys scroll it
  frame.append(table);
  return frame;
}

function headingCell<Row>({ title, kind }: Column<Row>, onClick: () => void): HTMLElement {
  const cell = element('th', kind, '');
  cell.append(button('', title, onClick));
  return cell;
}

function tableRow<Row>(columns: readonly Column<Row>[], row: Row): HTMLElement {
  const line = element('tr', '', '');
  line.append(...columns.map(({ kind, text, isAlarming, onPick }) => {
    const cell = element('td', isAlarming?.(row) === true ? `${kind} bad` : kind, '');
    if (onPick === undefined) cell.textContent = text(row);
    else cell.append(button('pick', text(row), () => onPick(row)));
    return cell;
  }));
  return line;
}

type PageOfRows = { readonly first: number; readonly shown: number; readonly matching: number; readonly all: number };

function showPager(pager: HTMLElement, { first, shown, matching, all }: PageOfRows, goTo: (firstRow: number) => void): void {
  const isOnePage = shown === matching;
  if (isOnePage && matching === all) return pager.replaceChildren();
  const range = isOnePage ? `${matching} of ${all}` : `${first + 1}–${first + shown} of ${matching}`;
  const text = element('span', '', matching === 0 ? 'nothing found' : range);
  if (isOnePage) return pager.replaceChildren(text);
  const back = button('', '‹ Back', () => goTo(Math.max(0, first - rowsPerPage)));
  const next = button('', 'Next ›', () => goTo(first + rowsPerPage));
  back.disabled = first === 0;
  next.disabled = first + shown >= matching;
  pager.replaceChildren(back, text, next);
}

/** Rows that hold every word of `query`, whatever the case. */
export function matchingRows<Row>(rows: readonly Row[], query: string, textOf: (row: Row) => string): readonly Row[] {
  const words = query.toLowerCase().split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A sorted copy; equal rows keep their order, and rows without a value come last either way. */
export function sortedRows<Row>(rows: readonly Row[], valueOf: (row: Row) => string | number | null, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [valueOf(left), valueOf(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * compareNames(String(a), String(b));
  });
}

/** By code units, as the rows come: the same everywhere. */
function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
