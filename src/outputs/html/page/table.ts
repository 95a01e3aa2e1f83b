/** A table that can be searched, sorted and leafed through, however many rows it has. */
import type { PageElement } from './browser.ts';
import { button, element } from './elements.ts';
import { matchingRows, sortedRows } from './rows.ts';

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

export type TableSpec<Row> = {
  readonly host: PageElement;
  /** For those who do not see the heading above. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Stays at the end, whatever is searched for. */
  readonly totalRow: Row | null;
};

/** Rows that are in the page at the same time. */
export const rowsPerPage: number = 200;
/** From so many rows on there is something to search for. */
export const minSearchedRows: number = 6;

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
export function tableFrame<Row>({ label, columns, totalRow }: TableSpec<Row>, headings: readonly PageElement[], body: PageElement): PageElement {
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

export function headingCell<Row>({ title, kind }: Column<Row>, onClick: () => void): PageElement {
  const cell = element('th', kind, '');
  cell.append(button('', title, onClick));
  return cell;
}

export function tableRow<Row>(columns: readonly Column<Row>[], row: Row): PageElement {
  const line = element('tr', '', '');
  line.append(...columns.map(({ kind, text, isAlarming, onPick }) => {
    const cell = element('td', isAlarming?.(row) === true ? `${kind} bad` : kind, '');
    if (onPick === undefined) cell.textContent = text(row);
    else cell.append(button('pick', text(row), () => onPick(row)));
    return cell;
  }));
  return line;
}

export type PageOfRows = { readonly first: number; readonly shown: number; readonly matching: number; readonly all: number };

export function showPager(pager: PageElement, { first, shown, matching, all }: PageOfRows, goTo: (firstRow: number) => void): void {
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
