/** A comparison for other programs: all of it, with the verdict. */
import { regressions, type RunComparison } from './comparison.ts';

/** Ends with a line break. */
export function compareJson(comparison: RunComparison): string {
  return `${JSON.stringify({ passed: regressions(comparison).length === 0, ...comparison }, null, 2)}\n`;
}
