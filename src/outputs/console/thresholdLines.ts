/** Thresholds with what was measured, as k6 shows them; pure. */
import type { ThresholdResult } from '../../report/runView.ts';
import type { Colours } from './colours.ts';
import { cellsOf, padEnd } from './cells.ts';
import { harmless } from '../../util/harmless.ts';

/** Empty without thresholds. */
export function thresholdLines(results: readonly ThresholdResult[], { good, bad, measured }: Colours): string[] {
  if (results.length === 0) return [];
  const rules = results.map(({ row, expression }) => harmless(`${row}: ${expression}`));
  const widest = Math.max(...rules.map(cellsOf));
  return [
    'Thresholds',
    ...results.map(({ passed, text }, index) => `  ${passed ? good('✓') : bad('✗')} ${padEnd(rules[index] ?? '', widest)}  ${measured(harmless(text))}`),
  ];
}
