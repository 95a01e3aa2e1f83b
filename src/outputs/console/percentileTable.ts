/**
 * Locust's table of percentiles (stats.py, `print_percentile_stats`), from HDR histograms; below a row with a schedule, the
 * same requests measured from when they should have begun.
 */
import type { StatsRow } from '../../stats/report.ts';
import { reportedPercents } from '../locust/locustFigures.ts';
import type { RunResult, RunStats } from '../../report/runView.ts';
import { busiestRows } from './busiestRows.ts';
import { responseTimeText } from './printedNumbers.ts';
import { leastNameCells, locustWidth, moreRows, nameCells, nameColumn, typeColumn } from './statsTable.ts';
import { tableLines, type Cell, type Column } from './table.ts';

/** Which percentiles a narrow window loses first, those of Locust that matter least. */
const ranks: Readonly<Record<number, number>> = { 50: 1, 99: 2, 95: 3, 100: 5, 90: 6, 99.9: 7, 75: 8, 98: 9, 99.99: 10, 66: 11, 80: 12 };
const countRank = 4;

const numbers: readonly Column[] = [
  ...reportedPercents.map((percent, index) => ({ heading: `${percent}%`, minCells: index === 0 ? 8 : 6, lead: ' ', ruleLead: '|', rank: ranks[percent] ?? 0 })),
  { heading: '# reqs', minCells: 6, lead: ' ', ruleLead: '|', rank: countRank },
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
  const times = reportedPercents.map((percent) => responseTimeText(stats.percentileMs(row, percent)));
  return [...times, String(row.numRequests)].map((text) => ({ text }));
}

function rowsByKey({ rows }: RunStats): ReadonlyMap<string, StatsRow> {
  return new Map(rows.map((row) => [rowKey(row), row]));
}

function rowKey({ method, name }: StatsRow): string {
  return JSON.stringify([method, name]);
}
