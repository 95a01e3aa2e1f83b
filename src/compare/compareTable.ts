/** A comparison as a table for a terminal; pure. */
import { cellsOf, cut, padEnd } from '../outputs/console/table.ts';
import { harmless } from '../util/harmless.ts';
import type { RunComparison } from './comparison.ts';
import { changeText, intervalText, outcomeText, rowText, valueText } from './printedValues.ts';
import { footnotes, shownRows, verdictText } from './shownRows.ts';

const headings = ['Row', 'Metric', 'Base', 'Head', 'Change', '99 % interval', 'Verdict'] as const;
const mostNameCells = 50;

/** The verdict, the table, and what there is to know about it, each line ended. */
export function compareTable(comparison: RunComparison): string {
  const shown = shownRows(comparison);
  let rowAbove = '';
  const rows = shown.comparisons.map((one) => {
    const row = rowText(one);
    const name = row === rowAbove ? '' : cut(harmless(row), mostNameCells);
    rowAbove = row;
    return [name, one.metric, valueText(one.base, one), valueText(one.head, one), changeText(one), intervalText(one), outcomeText(one)];
  });
  const widths = headings.map((heading, column) => Math.max(cellsOf(heading), ...rows.map((cells) => cellsOf(cells[column] ?? ''))));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => placed(cell, widths[column] ?? 0, column)).join('  ').trimEnd();
  const lines = [
    verdictText(comparison),
    '',
    line(headings),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(line),
    '',
    ...footnotes(comparison, shown).map((note) => `* ${harmless(note)}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Numbers stand right, words left. */
function placed(text: string, cells: number, column: number): string {
  const isNumber = column >= 2 && column <= 5;
  return isNumber ? ' '.repeat(Math.max(0, cells - cellsOf(text))) + text : padEnd(text, cells);
}
