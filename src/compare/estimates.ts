/**
 * The metrics of one row in one run, each with what chance would do to it.
 */
import type { ComparedRow, ComparedRun, Metric } from './comparison.ts';
import { type Draws, quantileDeviations, Quantiles } from './chance.ts';

/** A metric of a row, and what chance would do to it. */
export type Estimate = {
  readonly metric: Metric;
  /** As in Comparison; null when there is none. */
  readonly value: number | null;
  /** `value` where differences are taken: its logarithm, or for the error rate itself. */
  readonly level: number;
  /** One for each bootstrap sample: its level less `level`; null: too little to say. */
  readonly deviations: Float64Array | null;
  /** Why there are no deviations; empty: there are. */
  readonly why: string;
  /** How far `level` may lie below and above what it would be if response times had not been rounded; both 0 or more. */
  readonly rounding: Rounding;
};

/** Of response times, in the unit of `level`. */
export type Rounding = { readonly below: number; readonly above: number };

/** Response times as they were measured. */
export const notRounded: Rounding = { below: 0, above: 0 };

const percentiles = [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const;
/** Below so many requests on the far side, a percentile is one request's time and no more. */
const minBeyond = 10;

/** `correlation` of requests within windows, see `effectiveCount`; null: nobody knows. */
export function estimates(row: ComparedRow, run: ComparedRun, correlation: number | null, replicates: number, draws: Draws): readonly Estimate[] {
  const seconds = secondDeviations(row, replicates, draws);
  const perSec = row.requests / run.countedSec;
  const errorRate = row.requests === 0 ? null : row.failures / row.requests;
  return [
    ...timeEstimates(row, run, correlation, replicates, draws),
    { metric: 'error rate', value: errorRate, level: errorRate ?? 0, rounding: notRounded, ...(row.requests === 0 ? unknown('no requests') : known(atLeastBinomial(seconds.errorRate, row, replicates, draws))) },
    { metric: 'throughput', value: perSec, level: Math.log(Math.max(Number.MIN_VALUE, perSec)), rounding: notRounded, ...(seconds.throughput === null ? unknown(whyNoThroughput(row)) : known(seconds.throughput)) },
  ];
}

function known(deviations: Float64Array): Pick<Estimate, 'deviations' | 'why'> {
  return { deviations, why: '' };
}

function unknown(why: string): Pick<Estimate, 'deviations' | 'why'> {
  return { deviations: null, why };
}

function whyNoThroughput({ requests, requestsPerSecond }: ComparedRow): string {
  if (requests === 0) return 'no requests';
  return requestsPerSecond.length < minSeconds ? `too few whole seconds: it takes ${minSeconds}` : 'too few requests';
}

function timeEstimates(row: ComparedRow, run: ComparedRun, correlation: number | null, replicates: number, draws: Draws): readonly Estimate[] {
  const quantiles = new Quantiles(row.slots);
  if (quantiles.count === 0) return percentiles.map(([metric]) => ({ metric, value: null, level: 0, rounding: notRounded, ...unknown('no response times') }));
  return percentiles.map(([metric, share]) => {
    const value = quantiles.atMs(share);
    const isJudged = quantiles.count * (1 - share) >= minBeyond;
    const worth = effectiveCount(quantiles.count, value - quantiles.atMs(0.5), correlation, run);
    const level = Math.log(value);
    const { lowMs, highMs } = quantiles.rangeMs(share);
    const rounding = { below: level - Math.log(lowMs), above: Math.log(highMs) - level };
    return { metric, value, level, rounding, ...(isJudged ? known(quantileDeviations(quantiles, worth, share, replicates, draws)) : unknown('too few requests')) };
  });
}

/**
 * A run without failures has only bootstrap samples without failures, and one with two of them hardly more: what is missing
 * of the variance of independent requests, with one failure more than there were, is added.
 */
function atLeastBinomial(deviations: Float64Array | null, { requests, failures }: ComparedRow, replicates: number, draws: Draws): Float64Array {
  const share = Math.min(requests, failures + 1) / (requests + 1);
  const binomialVariance = (share * (1 - share)) / requests;
  const missing = Math.sqrt(Math.max(0, binomialVariance - (deviations === null ? 0 : meanSquare(deviations))));
  return Float64Array.from({ length: replicates }, (_, index) => (deviations?.[index] ?? 0) + missing * draws.normal());
}

/** Of deviations, whose centre is 0. */
export function meanSquare(deviations: Float64Array): number {
  return deviations.reduce((sum, deviation) => sum + deviation * deviation, 0) / deviations.length;
}

/*
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

/** Fewer say too little of a variance. */
const minWindows = 5;

/** 0 … 1; null when the run is too short, or its file too coarse, to say. */
export function correlationWithinWindows({ total, windowMeansMs, windowSec, countedSec }: ComparedRun): number | null {
  const quantiles = new Quantiles(total.slots);
  const perWindow = (quantiles.count * windowSec) / countedSec;
  if (windowMeansMs.length < minWindows || perWindow <= 1) return null;
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

/*
 * How much throughput and error rate would differ if the run were made again: a block bootstrap over its seconds.
 *
 * Neighbouring seconds are alike, so blocks of them are drawn (Künsch, "The jackknife and the bootstrap for general stationary
 * observations", 1989), of n^(1/3) seconds (Hall, Horowitz and Jing, "On blocking rules for the bootstrap with dependent
 * data", 1995). Each block is replaced by one that lies near it, so that the ramp at the beginning, which both runs have, does
 * not pass for noise (Paparoditis and Politis, "Local block bootstrap", 2002).
 *
 *   seconds   ├──────┤ block          drawn from as far as one block to either side
 *        ├──────┼──────┼──────┼──────┼──────┤
 */

/** Fewer whole seconds say nothing of how seconds vary. */
const minSeconds = 8;
const blocksToEitherSide = 1;

/** What the bootstrap over seconds gives. */
export type SecondDeviations = {
  /** Logarithms of the number of requests, less that of the true number; null: too few seconds. */
  readonly throughput: Float64Array | null;
  /** Shares of failed requests, less the true share; null: too few seconds. */
  readonly errorRate: Float64Array | null;
};

/** Draws blocks of seconds, `replicates` times; null: the run is too short. */
export function secondDeviations({ requestsPerSecond, failuresPerSecond }: ComparedRow, replicates: number, draws: Draws): SecondDeviations {
  const seconds = requestsPerSecond.length;
  const requestsUpTo = sumsUpTo(requestsPerSecond);
  const failuresUpTo = sumsUpTo(failuresPerSecond);
  const allRequests = requestsUpTo[seconds] ?? 0;
  if (seconds < minSeconds || allRequests === 0) return { throughput: null, errorRate: null };
  const share = (failuresUpTo[seconds] ?? 0) / allRequests;
  const blockLength = Math.max(1, Math.round(seconds ** (1 / 3)));
  const reach = blocksToEitherSide * blockLength;
  // Drawn from near by, blocks vary by less than all of them do: by this share of the variance.
  const widening = 1 / Math.sqrt(1 - blockLength / (Math.min(seconds, 2 * reach + blockLength) + 1));
  const blocks: { readonly length: number; readonly first: number; readonly last: number }[] = [];
  for (let start = 0; start < seconds; start += blockLength) {
    const length = Math.min(blockLength, seconds - start);
    blocks.push({ length, first: Math.max(0, start - reach), last: Math.min(seconds - length, start + reach) });
  }
  const throughput = new Float64Array(replicates);
  const errorRate = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    let requests = 0;
    let failures = 0;
    for (const { length, first, last } of blocks) {
      const from = draws.int(first, last);
      requests += (requestsUpTo[from + length] ?? 0) - (requestsUpTo[from] ?? 0);
      failures += (failuresUpTo[from + length] ?? 0) - (failuresUpTo[from] ?? 0);
    }
    throughput[replicate] = widening * Math.log(Math.max(0.5, requests) / allRequests);
    errorRate[replicate] = requests === 0 ? 0 : widening * (failures / requests - share);
  }
  return { throughput, errorRate };
}

function sumsUpTo(counts: readonly number[]): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  let sum = 0;
  for (const [index, count] of counts.entries()) sums[index + 1] = sum += count;
  return sums;
}
