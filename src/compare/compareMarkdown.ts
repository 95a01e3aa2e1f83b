/** A comparison as Markdown, for a pull request or a step summary; pure. */
import { harmless } from '../util/harmless.ts';
import type { Comparison, RunComparison } from './comparison.ts';
import { changeText, intervalText, outcomeText, rowText, valueText } from './printedValues.ts';
import { footnotes, shownRows, verdictText } from './shownRows.ts';

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
