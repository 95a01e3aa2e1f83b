/** A comparison as Markdown, for a pull request or a step summary; pure. */
import type { JunitCase, JunitSuite } from '../outputs/junit.ts';
import { harmless } from '../util/harmless.ts';
import { changeText, footnotes, intervalText, outcomeText, rowText, shownRows, valueText, verdictText } from './compareTable.ts';
import { type Comparison, regressions, type RunComparison } from './comparison.ts';

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

/** A comparison as test cases: one for each metric of each row, failed where it is a regression; pure. */
export function compareSuites({ comparisons, base, head }: RunComparison): readonly JunitSuite[] {
  const cases = comparisons.map((one): JunitCase => {
    const message = `${one.metric} ${valueText(one.base, one)} → ${valueText(one.head, one)} (${changeText(one)})`;
    return {
      className: `boomer-node.compare.${rowText(one)}`,
      name: `${rowText(one)}: ${one.metric}`,
      timeSec: null,
      failure: one.outcome === 'regression' ? { message, text: `${message}\n99 % interval: ${intervalText(one)}\nbase: ${base.join(', ')}\nhead: ${head}` } : null,
    };
  });
  return [{ name: 'compare', cases }];
}

/* A comparison for other programs: all of it, with the verdict. */

/** Ends with a line break. */
export function compareJson(comparison: RunComparison): string {
  return `${JSON.stringify({ passed: regressions(comparison).length === 0, ...comparison }, null, 2)}\n`;
}
