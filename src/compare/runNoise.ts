/**
 * How much runs of the same build differ. Chance within a run is not all: where memory lies, what else the machine does and
 * what was compiled when differ from run to run, and no number of requests averages that out (Kalibera and Jones,
 * "Quantifying performance changes with effect size confidence intervals", 2012).
 *
 * With several base runs it is measured: the head would have to lie outside the prediction interval of one more base run,
 *
 *   |head − mean of K bases|  ≤  t √(1 + 1/K) s
 *
 * (Hahn and Meeker, "Statistical Intervals", 1991). K is small, so s is taken from all comparisons together, and from the one
 * in question where that is greater. How much the comparisons move together is unknown: t is the greater of what they need if
 * they all move as one (K − 1 degrees of freedom, one test) and if each moves by itself (all their degrees of freedom, all the
 * tests).
 */
import { upperT } from './studentT.ts';

/** Of all comparisons together: the risk that the same build lies outside, both sides taken. */
const risk = 0.05;

/** The levels of one comparison in the base runs; `isShared`: s of all comparisons may stand for its own. */
export type BaseLevels = { readonly levels: readonly number[]; readonly isShared: boolean };

/** For each comparison how far one more base run may lie from the mean; null for those with fewer than two levels. */
export function noiseBands(all: readonly BaseLevels[]): readonly (number | null)[] {
  const repeated = all.filter(({ levels }) => levels.length > 1);
  const shared = repeated.filter(({ isShared }) => isShared).map(({ levels }) => variance(levels));
  const sharedVariance = shared.length === 0 ? 0 : shared.reduce((sum, value) => sum + value, 0) / shared.length;
  return all.map(({ levels, isShared }) => {
    if (levels.length < 2) return null;
    const freedom = levels.length - 1;
    const t = Math.max(upperT(freedom, risk / 2), upperT(freedom * repeated.length, risk / 2 / repeated.length));
    const spread = Math.sqrt(Math.max(variance(levels), isShared ? sharedVariance : 0));
    return t * Math.sqrt(1 + 1 / levels.length) * spread;
  });
}

function variance(levels: readonly number[]): number {
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / (levels.length - 1);
}
