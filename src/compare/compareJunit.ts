/** A comparison as test cases: one for each metric of each row, failed where it is a regression; pure. */
import type { JunitCase, JunitSuite } from '../outputs/junit/junitXml.ts';
import type { RunComparison } from './comparison.ts';
import { changeText, intervalText, rowText, valueText } from './printedValues.ts';

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
