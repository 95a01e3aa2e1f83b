/**
 * Thresholds held against the numbers of a run; pure.
 */
import type { ThresholdResult } from '../runView.ts';
import { aggregationText, isMet } from './expression.ts';
import { measure, type Measured, type ThresholdView } from './measure.ts';
import type { Threshold } from './threshold.ts';

export type { ThresholdView } from './measure.ts';

/** In the order of `thresholds`. One that has nothing to measure has failed: k6 passes it, and so hides a typing error. */
export function evaluateThresholds(thresholds: readonly Threshold[], view: ThresholdView): readonly ThresholdResult[] {
  return thresholds.map((threshold) => {
    const measured = measure(threshold, view);
    return {
      row: threshold.row,
      expression: threshold.expression,
      measured: measured.value,
      text: measured.value === null ? measured.why : `${aggregationText(threshold.condition.aggregation)}=${valueText(measured)}`,
      passed: measured.value !== null && isMet(threshold.condition, measured.value),
    };
  });
}

/**
 * The first threshold that ends the run now, after `elapsedMs` of it; null: go on. What has nothing to measure yet does not
 * end a run: its first request may still come.
 */
export function abortingThreshold(thresholds: readonly Threshold[], view: ThresholdView, elapsedMs: number): Threshold | null {
  for (const threshold of thresholds) {
    if (!threshold.abortOnFail || elapsedMs < threshold.delayAbortEvalMs) continue;
    const { value } = measure(threshold, view);
    if (value !== null && !isMet(threshold.condition, value)) return threshold;
  }
  return null;
}

function valueText(measured: Exclude<Measured, { readonly value: null }>): string {
  const { value, unit } = measured;
  switch (unit) {
    case 'count': return String(value);
    case 'share': return `${significant(100 * value)} %`;
    case 'perSec': return `${significant(value)}/s`;
    case 'ms': return `${significant(value)} ms`;
  }
}

/** Five digits: two more than percentiles have, so that a limit that was just missed shows. */
function significant(value: number): string {
  return String(Number(value.toPrecision(5)));
}
