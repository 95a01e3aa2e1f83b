/** Which rows are shown when there is not room for all; pure. */
import type { StatsRow } from '../../stats/report.ts';

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
