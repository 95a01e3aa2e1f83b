/**
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
import type { ComparedRow } from './comparedRun.ts';
import type { Draws } from './draws.ts';

/** Fewer whole seconds say nothing of how seconds vary. */
const fewestSeconds = 8;
const blocksToEitherSide = 1;

export type SecondDeviations = {
  /** Logarithms of the number of requests, less that of the true number; null: too few seconds. */
  readonly throughput: Float64Array | null;
  /** Shares of failed requests, less the true share; null: too few seconds. */
  readonly errorRate: Float64Array | null;
};

export function secondDeviations({ requestsPerSecond, failuresPerSecond }: ComparedRow, replicates: number, draws: Draws): SecondDeviations {
  const seconds = requestsPerSecond.length;
  const requestsUpTo = sumsUpTo(requestsPerSecond);
  const failuresUpTo = sumsUpTo(failuresPerSecond);
  const allRequests = requestsUpTo[seconds] ?? 0;
  if (seconds < fewestSeconds || allRequests === 0) return { throughput: null, errorRate: null };
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
