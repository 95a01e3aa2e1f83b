/**
 * How many independent requests the requests of a run are worth.
 *
 * Requests of one moment share its garbage collection and its queue, so a percentile varies more than it would over as many
 * independent ones. How much more shows in the means of stretches of the run, held against what independence would leave of
 * the variance (batch means; Law and Kelton, "Simulation Modeling and Analysis"). Percentiles suffer from the same dependence
 * (Chen and Kelton, "Quantile and tolerance-interval estimation in simulation", 2006). The variance between stretches is
 * taken from neighbours (von Neumann, "Distribution of the ratio of the mean square successive difference to the variance",
 * 1941): a ramp of users that both runs have is no noise.
 *
 * The factor is turned into a correlation ρ within stretches, which rows share (Kish, "Survey Sampling", 1965):
 *
 *   factor = 1 + (requests of a stretch − 1) ρ        worth = requests / factor
 *
 * Means hardly see what makes the slowest requests: a pause of the server or of the machine, which all requests share that
 * come while it lasts. A request that took T instead of the median M tells of a pause of T − M, in which (requests a second)
 * × (T − M) others came (Little, "A proof for the queuing formula L = λW", 1961). The percentile T is therefore made of that
 * many times fewer events than requests:
 *
 *   factor ≥ 1 + (requests a second) (T − M)
 */
import type { ComparedRun } from './comparedRun.ts';
import { Quantiles } from './quantiles.ts';

/** Fewer say too little of a variance. */
const fewestWindows = 5;

/** 0 … 1; null when the run is too short, or its file too coarse, to say. */
export function correlationWithinWindows({ total, windowMeansMs, windowSec, countedSec }: ComparedRun): number | null {
  const quantiles = new Quantiles(total.slots);
  const perWindow = (quantiles.count * windowSec) / countedSec;
  if (windowMeansMs.length < fewestWindows || perWindow <= 1) return null;
  const steps = windowMeansMs.slice(1).map((mean, index) => mean - (windowMeansMs[index] ?? 0));
  const betweenVariance = steps.reduce((sum, step) => sum + step * step, 0) / (2 * steps.length);
  const { variance } = quantiles.moments();
  if (variance === 0) return betweenVariance > 0 ? 1 : 0;
  const factor = betweenVariance / (variance / perWindow);
  return Math.min(1, Math.max(0, (factor - 1) / (perWindow - 1)));
}

/** What `count` requests of a row are worth for a percentile that lies `beyondMedianMs` above the median; `correlation` null counts as 0. */
export function effectiveCount(count: number, beyondMedianMs: number, correlation: number | null, { windowSec, countedSec }: ComparedRun): number {
  const perWindow = (count * windowSec) / Math.max(windowSec, countedSec);
  const alike = 1 + Math.max(0, perWindow - 1) * (correlation ?? 0);
  const overlapping = 1 + ((count / countedSec) * Math.max(0, beyondMedianMs)) / 1000;
  return count / Math.max(alike, overlapping);
}
