/**
 * Locust's table of requests (stats.py, `print_stats`): its columns, widths and order; times under 10 ms with two digits.
 * A window of less than 100 columns has no column for the type, which then stands before the name.
 */
import type { RunResult, RunStats } from '../../report/runView.ts';
import { fromScheduleMark } from '../../stats/besides.ts';
import { averageMs, perSecOfRun, recentPerSec, reportedPercents, type StatsRow } from '../../stats/report.ts';
import { harmless } from '../../util/harmless.ts';
import { countText, responseTimeText } from '../../report/numberText.ts';
import { type Cell, type Colours, type Column, tableLines } from './table.ts';

/** How the table is to look. */
export type StatsTableOptions = {
  readonly width: number;
  readonly colours: Colours;
  /** Requests a second of the ten seconds before this moment; null: over the whole run. */
  readonly atSec: number | null;
  /** Lines for rows, the one that says that there are more included. */
  readonly room: number;
};

/** From here on a table has Locust's own columns. */
export const locustWidth = 100;
/** Lines of the table that are not rows: heading, two rules and the total. */
export const statsTableFrameLines = 4;

/** The type's column, if there is room, and where a name says it otherwise. */
export const typeColumn: Column = { heading: 'Type', minCells: 8, lead: '', ruleLead: '', rank: 0 };
/** The name's column. */
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

/** The lines of the table. */
export function statsTable(stats: RunStats, { width, colours, atSec, room }: StatsTableOptions): string[] {
  const hasType = width >= locustWidth;
  const { rows, leftOut } = busiestRows(stats.rows, room);
  const cellsOf = (row: StatsRow): Cell[] => [...nameCells(row, hasType), ...numberCells(row, stats.percentileMs(row, 50), ratesOf(row, stats.total, atSec), colours)];
  return tableLines({
    leading: hasType ? [typeColumn] : [],
    columns: [nameColumn, ...numbers],
    rows: rows.map(cellsOf),
    note: moreRows(leftOut),
    last: [cellsOf(stats.total)],
    width,
    minCells: minNameCells(width, hasType),
    // Locust's: the name's 80 less the type's 8, and 4 that other columns saved.
    maxCells: 76,
  });
}

/** Locust's type and name, or both in one cell. */
export function nameCells({ method, name }: { readonly method: string; readonly name: string }, hasType: boolean): Cell[] {
  if (hasType) return [{ text: harmless(method) }, { text: harmless(name) }];
  return [{ text: harmless(method === '' ? name : `${method} ${name}`) }];
}

/** Names that can be told apart are worth a column or two; where all of Locust's columns fit, they have what is left. */
export function minNameCells(width: number, hasType: boolean): number {
  return hasType ? 16 : Math.min(24, Math.max(16, Math.floor(width * 0.3)));
}

/** `… and 4 973 more`; null when there are not. */
export function moreRows(count: number): string | null {
  return count === 0 ? null : `… and ${countText(count)} more`;
}

type Rates = { readonly requestsPerSec: number; readonly failuresPerSec: number };

function ratesOf(row: StatsRow, total: StatsRow, atSec: number | null): Rates {
  if (atSec === null) return { requestsPerSec: perSecOfRun(row.numRequests, total), failuresPerSec: perSecOfRun(row.numFailures, total) };
  const recent = (perSec: ReadonlyMap<number, number>): number => recentPerSec(perSec, total.startTimeSec, atSec);
  return { requestsPerSec: recent(row.requestsPerSec), failuresPerSec: recent(row.failuresPerSec) };
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

/** Which percentiles a narrow window loses first, those of Locust that matter least. */
const ranks: Readonly<Record<number, number>> = { 50: 1, 99: 2, 95: 3, 100: 5, 90: 6, 99.9: 7, 75: 8, 98: 9, 99.99: 10, 66: 11, 80: 12 };
const countRank = 4;

const percentileColumns: readonly Column[] = [
  ...reportedPercents.map((percent, index) => ({ heading: `${percent}%`, minCells: index === 0 ? 8 : 6, lead: ' ', ruleLead: '|', rank: ranks[percent] ?? 0 })),
  { heading: '# reqs', minCells: 6, lead: ' ', ruleLead: '|', rank: countRank },
];

/**
 * Locust's table of percentiles (stats.py, `print_percentile_stats`) with its title, from HDR histograms: at most `room` rows, the busiest
 * ones; below a row with a schedule, the same requests measured from when they should have begun.
 */
export function percentileTable({ stats, fromSchedule }: RunResult, { width, room }: { readonly width: number; readonly room: number }): string[] {
  // This table is 11 cells wider than the other one.
  const hasType = width >= locustWidth + 11;
  const timed = stats.rows.filter(({ responseTimes }) => responseTimes.size > 0);
  const { rows, leftOut } = busiestRows(timed, room);
  const scheduled = fromSchedule === null ? null : rowsByKey(fromSchedule);
  const linesOf = (row: StatsRow): Cell[][] => {
    const late = fromSchedule === null ? undefined : row === stats.total ? fromSchedule.total : scheduled?.get(rowKey(row));
    const own = [...nameCells(row, hasType), ...percentileCells(row, stats)];
    if (fromSchedule === null || late === undefined || late.responseTimes.size === 0) return [own];
    return [own, [...markedName(row, hasType), ...percentileCells(late, fromSchedule)]];
  };
  return [
    'Response time percentiles (approximated)',
    ...tableLines({
      leading: hasType ? [typeColumn] : [],
      columns: [nameColumn, ...percentileColumns],
      rows: rows.flatMap(linesOf),
      note: moreRows(leftOut),
      last: stats.total.responseTimes.size > 0 ? linesOf(stats.total) : [],
      width,
      minCells: minNameCells(width, hasType),
      maxCells: 80,
    }),
  ];
}

function markedName(row: StatsRow, hasType: boolean): Cell[] {
  const cells = nameCells(row, hasType);
  return cells.map((cell, index) => (index === cells.length - 1 ? { ...cell, suffix: fromScheduleMark } : cell));
}

function percentileCells(row: StatsRow, stats: RunStats): Cell[] {
  const times = reportedPercents.map((percent) => responseTimeText(stats.percentileMs(row, percent)));
  return [...times, String(row.numRequests)].map((text) => ({ text }));
}

function rowsByKey({ rows }: RunStats): ReadonlyMap<string, StatsRow> {
  return new Map(rows.map((row) => [rowKey(row), row]));
}

function rowKey({ method, name }: StatsRow): string {
  return JSON.stringify([method, name]);
}

/** Rows to show, in the order in which they came, and how many were left out. */
export type ShownRows = { readonly rows: readonly StatsRow[]; readonly leftOut: number };

/** At most `room` lines, of which one says that there are more rows, if there are. */
export function busiestRows(rows: readonly StatsRow[], room: number): ShownRows {
  if (rows.length <= room) return { rows, leftOut: 0 };
  const kept = Math.max(0, room - 1);
  const least = [...rows].map((row) => row.numRequests).sort((a, b) => b - a)[kept - 1] ?? Infinity;
  const above = rows.reduce((count, row) => count + (row.numRequests > least ? 1 : 0), 0);
  // Of rows that are equally busy, the first ones.
  let equals = kept - above;
  const shown = rows.filter((row) => row.numRequests > least || (row.numRequests === least && equals-- > 0));
  return { rows: shown, leftOut: rows.length - shown.length };
}
