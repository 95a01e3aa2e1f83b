/**
 * The metrics of one row in one run, each with what chance would do to it.
 */
import type { ComparedRow, ComparedRun } from './comparedRun.ts';
import type { Metric } from './comparison.ts';
import { effectiveCount } from './dependence.ts';
import type { Draws } from './draws.ts';
import { Quantiles, quantileDeviations } from './quantiles.ts';
import { secondDeviations } from './secondBlocks.ts';

export type Estimate = {
  readonly metric: Metric;
  /** As in Comparison; null when there is none. */
  readonly value: number | null;
  /** `value` where differences are taken: its logarithm, or for the error rate itself. */
  readonly level: number;
  /** One for each bootstrap sample: its level less `level`; null: too little to say. */
  readonly deviations: Float64Array | null;
  /** How far `level` may lie below and above what it would be if response times had not been rounded; both 0 or more. */
  readonly rounding: Rounding;
};

export type Rounding = { readonly below: number; readonly above: number };

export const notRounded: Rounding = { below: 0, above: 0 };

const percentiles = [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const;
/** Below so many requests on the far side, a percentile is one request's time and no more. */
const fewestBeyond = 10;

/** `correlation`: see dependence.ts. */
export function estimates(row: ComparedRow, run: ComparedRun, correlation: number | null, replicates: number, draws: Draws): readonly Estimate[] {
  const seconds = secondDeviations(row, replicates, draws);
  const perSec = row.requests / run.countedSec;
  const errorRate = row.requests === 0 ? null : row.failures / row.requests;
  return [
    ...timeEstimates(row, run, correlation, replicates, draws),
    { metric: 'error rate', value: errorRate, level: errorRate ?? 0, rounding: notRounded, deviations: row.requests === 0 ? null : atLeastBinomial(seconds.errorRate, row, replicates, draws) },
    { metric: 'throughput', value: perSec, level: Math.log(Math.max(Number.MIN_VALUE, perSec)), rounding: notRounded, deviations: row.requests === 0 ? null : seconds.throughput },
  ];
}

function timeEstimates(row: ComparedRow, run: ComparedRun, correlation: number | null, replicates: number, draws: Draws): readonly Estimate[] {
  const quantiles = new Quantiles(row.slots);
  if (quantiles.count === 0) return percentiles.map(([metric]) => ({ metric, value: null, level: 0, rounding: notRounded, deviations: null }));
  return percentiles.map(([metric, share]) => {
    const value = quantiles.atMs(share);
    const isJudged = quantiles.count * (1 - share) >= fewestBeyond;
    const worth = effectiveCount(quantiles.count, value - quantiles.atMs(0.5), correlation, run);
    const level = Math.log(value);
    const { lowMs, highMs } = quantiles.rangeMs(share);
    const rounding = { below: level - Math.log(lowMs), above: Math.log(highMs) - level };
    return { metric, value, level, rounding, deviations: isJudged ? quantileDeviations(quantiles, worth, share, replicates, draws) : null };
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
