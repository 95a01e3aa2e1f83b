/**
 * Locust's table of percentiles (stats.py, `print_percentile_stats`), from HDR histograms; below a row with a schedule, the
 * same requests measured from when they should have begun.
 */
import type { StatsRow } from '../../stats/report.ts';
import type { RunResult, RunStats } from '../runView.ts';
import { busiestRows } from './busiestRows.ts';
import { responseTimeText } from './printedNumbers.ts';
import { leastNameCells, locustWidth, moreRows, nameCells, nameColumn, typeColumn, withinRow } from './statsTable.ts';
import { tableLines, type Cell, type Column } from './table.ts';

/** In percent, in Locust's order; the rank says which ones a narrow window loses first. */
const percentiles: readonly { readonly percent: number; readonly rank: number }[] = [
  { percent: 50, rank: 1 },
  { percent: 66, rank: 11 },
  { percent: 75, rank: 8 },
  { percent: 80, rank: 12 },
  { percent: 90, rank: 6 },
  { percent: 95, rank: 3 },
  { percent: 98, rank: 9 },
  { percent: 99, rank: 2 },
  { percent: 99.9, rank: 7 },
  { percent: 99.99, rank: 10 },
  { percent: 100, rank: 5 },
];

const numbers: readonly Column[] = [
  ...percentiles.map(({ percent, rank }, index) => ({ heading: `${percent}%`, minCells: index === 0 ? 8 : 6, lead: ' ', ruleLead: '|', rank })),
  { heading: '# reqs', minCells: 6, lead: ' ', ruleLead: '|', rank: 4 },
];

const fromScheduleMark = ' [from schedule]';

/** The title and the table; at most `room` rows, the busiest ones. */
export function percentileTable({ stats, fromSchedule }: RunResult, { width, room }: { readonly width: number; readonly room: number }): string[] {
  // This table is 11 cells wider than the other one.
  const hasType = width >= locustWidth + 11;
  const timed = stats.rows.filter(({ responseTimes }) => responseTimes.size > 0);
  const { rows, leftOut } = busiestRows(timed, room);
  const scheduled = fromSchedule === null ? null : rowsByKey(fromSchedule);
  const linesOf = (row: StatsRow): Cell[][] => {
    const late = fromSchedule === null ? undefined : row === stats.total ? fromSchedule.total : scheduled?.get(rowKey(row));
    const own = [...nameCells(row, hasType), ...numberCells(row, stats)];
    if (fromSchedule === null || late === undefined || late.responseTimes.size === 0) return [own];
    return [own, [...markedName(row, hasType), ...numberCells(late, fromSchedule)]];
  };
  return [
    'Response time percentiles (approximated)',
    ...tableLines({
      leading: hasType ? [typeColumn] : [],
      columns: [nameColumn, ...numbers],
      rows: rows.flatMap(linesOf),
      note: moreRows(leftOut),
      last: stats.total.responseTimes.size > 0 ? linesOf(stats.total) : [],
      width,
      leastCells: leastNameCells(width, hasType),
      mostCells: 80,
    }),
  ];
}

function markedName(row: StatsRow, hasType: boolean): Cell[] {
  const cells = nameCells(row, hasType);
  return cells.map((cell, index) => (index === cells.length - 1 ? { ...cell, suffix: fromScheduleMark } : cell));
}

function numberCells(row: StatsRow, stats: RunStats): Cell[] {
  const times = percentiles.map(({ percent }) => responseTimeText(withinRow(stats.percentileMs(row, percent), row)));
  return [...times, String(row.numRequests)].map((text) => ({ text }));
}

function rowsByKey({ rows }: RunStats): ReadonlyMap<string, StatsRow> {
  return new Map(rows.map((row) => [rowKey(row), row]));
}

function rowKey({ method, name }: StatsRow): string {
  return JSON.stringify([method, name]);
}
