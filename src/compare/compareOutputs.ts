/** A comparison as text: a table for a terminal, Markdown for a pull request, test cases for a CI, JSON for a program; pure. */
import { cellsOf, cut, padEnd } from '../outputs/console/table.ts';
import type { JunitCase, JunitSuite } from '../outputs/junit.ts';
import { harmless } from '../util/harmless.ts';
import { type Comparison, isInconclusive, metrics, regressions, type RunComparison } from './comparison.ts';

const headings = ['Row', 'Metric', 'Base', 'Head', 'Change', '99 % interval', 'Verdict'] as const;
const maxNameCells = 50;

/** The verdict, the table, and what there is to know about it, each line ended. */
export function compareTable(comparison: RunComparison): string {
  const shown = shownRows(comparison);
  let rowAbove = '';
  const rows = shown.comparisons.map((one) => {
    const row = rowText(one);
    const name = row === rowAbove ? '' : cut(harmless(row), maxNameCells);
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

/* Values of comparisons as a person reads them. */

/** `187 ms`, `0.12 %`, `842/s`; `–` where there is none. */
export function valueText(value: number | null, { metric }: Comparison): string {
  if (value === null) return '–';
  switch (metric) {
    case 'error rate': return `${digits(100 * value, 3)} %`;
    case 'throughput': return `${digits(value, 4)}/s`;
    case 'p50':
    case 'p95':
    case 'p99': return `${digits(value, value >= 1000 ? 4 : 3)} ms`;
  }
}

/** `+9.8 %` of the base; of error rates `+0.9 pp` (percentage points). */
export function changeText({ change, metric }: Comparison): string {
  return change === null ? '–' : signed(change, unitOf(metric));
}

/** `+7.1 … +12.6 %`; `–` where nothing can be said. */
export function intervalText({ interval, metric }: Comparison): string {
  return interval === null ? '–' : `${signed(interval.low, '')} … ${signed(interval.high, unitOf(metric))}`;
}

/** The verdict of one metric, with the reason where there is none. */
export function outcomeText({ outcome, why, noiseBand, metric }: Comparison): string {
  const word = outcome === 'unchanged' ? 'no change' : outcome;
  const reason = noiseBand !== null && outcome !== 'unknown' ? [why, `noise ±${digits(100 * noiseBand, 2)}${unitOf(metric)}`].filter((part) => part !== '').join(', ') : why;
  return reason === '' ? word : `${word} (${reason})`;
}

/** A row's type and name; `Aggregated` is the total. */
export function rowText({ method, name }: { readonly method: string; readonly name: string }): string {
  return `${method} ${name}`.trim();
}

function unitOf(metric: Comparison['metric']): string {
  return metric === 'error rate' ? ' pp' : ' %';
}

function signed(share: number, unit: string): string {
  const text = digits(Math.abs(100 * share), 3);
  return `${text === '0' ? '' : share < 0 ? '-' : '+'}${text}${unit}`;
}

/** At most so many digits that mean something; nothing is more precise than a thousandth. */
function digits(value: number, most: number): string {
  if (value >= 10 ** most) return String(Math.round(value));
  return String(Number(Number(value.toPrecision(most)).toFixed(3)));
}

/* Which comparisons a person is shown: with thousands of rows, those that say something. */

/** Up to so many rows are shown whole. */
const maxWholeRows = 20;

/** What a table has room for. */
export type ShownRows = {
  readonly comparisons: readonly Comparison[];
  /** Rows that are left out, as nothing has changed in them. */
  readonly hiddenRows: number;
};

/** The first row (the total) and those that are better or worse; all of them where they are few. */
export function shownRows({ comparisons }: RunComparison): ShownRows {
  const rows = Array.from({ length: comparisons.length / metrics.length }, (_, index) => comparisons.slice(index * metrics.length, (index + 1) * metrics.length));
  if (rows.length <= maxWholeRows) return { comparisons, hiddenRows: 0 };
  const shown = rows.filter((row, index) => index === 0 || row.some(({ outcome }) => outcome === 'regression' || outcome === 'improvement'));
  return { comparisons: shown.flat(), hiddenRows: rows.length - shown.length };
}

/** The verdict in one line. */
export function verdictText(comparison: RunComparison): string {
  const { comparisons } = comparison;
  const worse = regressions(comparison).length;
  const better = comparisons.filter(({ outcome }) => outcome === 'improvement').length;
  const judged = comparisons.filter(({ outcome }) => outcome !== 'unknown').length;
  const improved = better === 0 ? '' : `, ${better} better`;
  if (isInconclusive(comparison)) return `INCONCLUSIVE: too few requests for ${comparisons.length - judged} of ${comparisons.length} comparisons${judged === 0 ? '' : `, no regression in the other ${judged}`}${improved}`;
  return worse === 0 ? `OK: no regression in ${judged} comparisons${improved}` : `REGRESSION: ${worse} of ${judged} comparisons worse${improved}`;
}

/** What stands below a table, one line each. */
export function footnotes({ onlyInBase, onlyInHead, remarks }: RunComparison, { hiddenRows }: ShownRows): readonly string[] {
  return [
    ...(hiddenRows === 0 ? [] : [`${hiddenRows} more rows without a change`]),
    ...(onlyInBase.length === 0 ? [] : [`only in the base: ${namesText(onlyInBase)}`]),
    ...(onlyInHead.length === 0 ? [] : [`only in the head: ${namesText(onlyInHead)}`]),
    ...remarks,
  ];
}

function namesText(names: readonly string[]): string {
  return names.length <= maxWholeRows ? names.join(', ') : `${names.slice(0, maxWholeRows).join(', ')} and ${names.length - maxWholeRows} more`;
}

const signs: Readonly<Record<Comparison['outcome'], string>> = { regression: '🔴 ', improvement: '🟢 ', unchanged: '', unknown: '' };

/** A heading, a table and a list; ends with a line break. */
export function compareMarkdown(comparison: RunComparison): string {
  const shown = shownRows(comparison);
  const rows = shown.comparisons.map((one) => {
    const cells = [rowText(one), one.metric, valueText(one.base, one), valueText(one.head, one), changeText(one), intervalText(one)];
    return `| ${cells.map(plain).join(' | ')} | ${signs[one.outcome]}${plain(outcomeText(one))} |`;
  });
  return [
    `### ${plain(verdictText(comparison))}`,
    '',
    '| Row | Metric | Base | Head | Change | 99 % interval | Verdict |',
    '|---|---|---:|---:|---:|---:|---|',
    ...rows,
    '',
    ...footnotes(comparison, shown).map((note) => `- ${plain(note)}`),
    '',
  ].join('\n');
}

/** Names are text: no markup, no cell of their own, no person or issue that is called. */
function plain(text: string): string {
  return harmless(text).replace(/[\\`*_{}[\]<>|#~@&]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}

/** A comparison as test cases: one for each metric of each row, failed where it is a regression, skipped where nothing can be said; and the verdict, which fails with either; pure. */
export function compareSuites(comparison: RunComparison): readonly JunitSuite[] {
  const { comparisons, base, head } = comparison;
  const cases = comparisons.map((one): JunitCase => {
    const message = `${one.metric} ${valueText(one.base, one)} → ${valueText(one.head, one)} (${changeText(one)})`;
    return {
      className: `boomer-node.compare.${rowText(one)}`,
      name: `${rowText(one)}: ${one.metric}`,
      timeSec: null,
      ...(one.outcome === 'unknown' ? { skipped: one.why } : {}),
      failure: one.outcome === 'regression' ? { message, text: `${message}\n99 % interval: ${intervalText(one)}\nbase: ${base.join(', ')}\nhead: ${head}` } : null,
    };
  });
  const verdict = verdictText(comparison);
  const isPassed = regressions(comparison).length === 0 && !isInconclusive(comparison);
  const verdictCase: JunitCase = { className: 'boomer-node.compare', name: 'verdict', timeSec: null, failure: isPassed ? null : { message: verdict, text: verdict } };
  return [{ name: 'compare', cases: [...cases, verdictCase] }];
}

/** For other programs: all of it, with the verdict; ends with a line break. */
export function compareJson(comparison: RunComparison): string {
  return `${JSON.stringify({ passed: regressions(comparison).length === 0 && !isInconclusive(comparison), inconclusive: isInconclusive(comparison), ...comparison }, null, 2)}\n`;
}
