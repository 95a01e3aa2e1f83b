/**
 * Locust's table of requests (stats.py, `print_stats`): its columns, widths and order; times under 10 ms with two digits.
 * A window of less than 100 columns has no column for the type, which then stands before the name.
 */
import type { StatsRow } from '../../stats/report.ts';
import { averageMs, currentPerSec, perSecOfRun } from '../locust/locustFigures.ts';
import type { RunStats } from '../../report/runView.ts';
import { busiestRows } from './busiestRows.ts';
import type { Colours } from './colours.ts';
import { harmless } from '../../util/harmless.ts';
import { countText, responseTimeText } from './printedNumbers.ts';
import { tableLines, type Cell, type Column } from './table.ts';

export type StatsTableOptions = {
  readonly width: number;
  readonly colours: Colours;
  /** Requests a second over the whole run, or those of the last ten seconds. */
  readonly span: 'run' | 'current';
  /** Lines for rows, the one that says that there are more included. */
  readonly room: number;
};

/** From here on a table has Locust's own columns. */
export const locustWidth = 100;
/** Lines of the table that are not rows: heading, two rules and the total. */
export const statsTableFrameLines = 4;

/** The type's column, if there is room, and where a name says it otherwise. */
export const typeColumn: Column = { heading: 'Type', minCells: 8, lead: '', ruleLead: '', rank: 0 };
export const nameColumn: Column = { heading: 'Name', minCells: 0, lead: ' ', ruleLead: '|', rank: 0 };

// Gaps and bars as in Locust's format; its `Med` follows `Max` without one.
const numbers: readonly Column[] = [
  { heading: '# reqs', minCells: 7, lead: ' ', ruleLead: '|', rank: 1 },
  { heading: '# fails', minCells: 12, lead: ' ', ruleLead: '|', rank: 2 },
  { heading: 'Avg', minCells: 7, lead: ' |', ruleLead: '-|', rank: 5 },
  { heading: 'Min', minCells: 7, lead: ' ', ruleLead: '|', rank: 7 },
  { heading: 'Max', minCells: 7, lead: ' ', ruleLead: '|', rank: 6 },
  { heading: 'Med', minCells: 7, lead: '', ruleLead: '|', rank: 3 },
  { heading: 'req/s', minCells: 7, lead: ' | ', ruleLead: '-|-', rank: 4 },
  { heading: 'failures/s', minCells: 11, lead: ' ', ruleLead: '|', rank: 8 },
];

export function statsTable(stats: RunStats, { width, colours, span, room }: StatsTableOptions): string[] {
  const hasType = width >= locustWidth;
  const { rows, leftOut } = busiestRows(stats.rows, room);
  const rates = span === 'run' ? ratesOfRun : currentRates;
  const cellsOf = (row: StatsRow): Cell[] => [...nameCells(row, hasType), ...numberCells(row, stats.percentileMs(row, 50), rates(row, stats.total), colours)];
  return tableLines({
    leading: hasType ? [typeColumn] : [],
    columns: [nameColumn, ...numbers],
    rows: rows.map(cellsOf),
    note: moreRows(leftOut),
    last: [cellsOf(stats.total)],
    width,
    leastCells: leastNameCells(width, hasType),
    // Locust's: the name's 80 less the type's 8, and 4 that other columns saved.
    mostCells: 76,
  });
}

/** Locust's type and name, or both in one cell. */
export function nameCells({ method, name }: { readonly method: string; readonly name: string }, hasType: boolean): Cell[] {
  if (hasType) return [{ text: harmless(method) }, { text: harmless(name) }];
  return [{ text: harmless(method === '' ? name : `${method} ${name}`) }];
}

/** Names that can be told apart are worth a column or two; where all of Locust's columns fit, they have what is left. */
export function leastNameCells(width: number, hasType: boolean): number {
  return hasType ? 16 : Math.min(24, Math.max(16, Math.floor(width * 0.3)));
}

/** `… and 4 973 more`; null when there are not. */
export function moreRows(count: number): string | null {
  return count === 0 ? null : `… and ${countText(count)} more`;
}

type Rates = { readonly requestsPerSec: number; readonly failuresPerSec: number };

function ratesOfRun(row: StatsRow, total: StatsRow): Rates {
  return { requestsPerSec: perSecOfRun(row.numRequests, total), failuresPerSec: perSecOfRun(row.numFailures, total) };
}

function currentRates(row: StatsRow, total: StatsRow): Rates {
  return { requestsPerSec: currentPerSec(row.requestsPerSec, total), failuresPerSec: currentPerSec(row.failuresPerSec, total) };
}

function numberCells(row: StatsRow, medianMs: number | null, { requestsPerSec, failuresPerSec }: Rates, { bad }: Colours): Cell[] {
  const { numRequests, numFailures, minResponseTimeMs, maxResponseTimeMs } = row;
  const ratio = numRequests > 0 ? numFailures / numRequests : Math.sign(numFailures);
  const failed = numFailures > 0 ? { paint: bad } : {};
  return [
    { text: String(numRequests) },
    { text: `${numFailures}(${(100 * ratio).toFixed(2)}%)`, ...failed },
    { text: responseTimeText(averageMs(row)) },
    { text: responseTimeText(minResponseTimeMs) },
    { text: responseTimeText(maxResponseTimeMs) },
    { text: responseTimeText(medianMs) },
    { text: requestsPerSec.toFixed(2) },
    { text: failuresPerSec.toFixed(2), ...failed },
  ];
}
