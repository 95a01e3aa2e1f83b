/** Which comparisons a person is shown: with thousands of rows, those that say something. */
import { metrics, regressions, type Comparison, type RunComparison } from './comparison.ts';

/** Up to so many rows are shown whole. */
const mostWholeRows = 20;

export type ShownRows = {
  readonly comparisons: readonly Comparison[];
  /** Rows that are left out, as nothing has changed in them. */
  readonly hiddenRows: number;
};

/** The first row (the total) and those that are better or worse; all of them where they are few. */
export function shownRows({ comparisons }: RunComparison): ShownRows {
  const rows = Array.from({ length: comparisons.length / metrics.length }, (_, index) => comparisons.slice(index * metrics.length, (index + 1) * metrics.length));
  if (rows.length <= mostWholeRows) return { comparisons, hiddenRows: 0 };
  const shown = rows.filter((row, index) => index === 0 || row.some(({ outcome }) => outcome === 'regression' || outcome === 'improvement'));
  return { comparisons: shown.flat(), hiddenRows: rows.length - shown.length };
}

/** The verdict in one line. */
export function verdictText(comparison: RunComparison): string {
  const { comparisons } = comparison;
  const worse = regressions(comparison).length;
  const better = comparisons.filter(({ outcome }) => outcome === 'improvement').length;
  const judged = comparisons.filter(({ outcome }) => outcome !== 'unknown').length;
  if (judged === 0) return 'UNKNOWN: too few requests to say anything';
  const improved = better === 0 ? '' : `, ${better} better`;
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
  return names.length <= mostWholeRows ? names.join(', ') : `${names.slice(0, mostWholeRows).join(', ')} and ${names.length - mostWholeRows} more`;
}
