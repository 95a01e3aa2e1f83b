/** The table, as Markdown that also reads well on a terminal. */
import type { Row } from '../line.ts';

const heads = ['what', 'figure', 'peer of the same run', 'ratio', 'goal', ''] as const;

export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, figure, peer, ratio, goal, isMet }) => [what, figure, peer, ratio, goal, isMet === null ? '' : isMet ? '✓' : '✗']);
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** Three significant digits and the unit; a dash for what could not be measured. */
export function quantity(value: number | null, unit: string): string {
  return value === null || Number.isNaN(value) ? '–' : `${digits(value)} ${unit}`.trim();
}

/** `value ÷ peer` as a row shows it; without a peer the value is the ratio. */
export function ratioText(value: number | null, peer: number | null = 1): string {
  return value === null || peer === null ? '–' : (value / peer).toFixed(2);
}

function digits(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}
