/** Takes the samples of one half of a row out of shared memory (layout in ledgerLayout.ts); main's side. */
import * as layout from './ledgerLayout.ts';
import { addCount, emptyRowSum, type RowSum } from './report.ts';
import { bucketMsAt } from './histogram.ts';

/** Two views of the same page. */
export type RowPage = { readonly words: Uint32Array; readonly floats: Float64Array };

/**
 * Reads the half that begins at word `at`, and zeroes what it read. The half must be at rest.
 *
 * The number of requests is that of the buckets plus those without a response time. A sample whose writing was broken
 * off (the thread was killed) may have counted in its second only: there it is taken out again. `totalBuckets` grows by what all rows
 * counted; the row has its own buckets where it `isPrecise`.
 */
export function takeRowHalf(page: RowPage, at: number, method: string, name: string, totalBuckets: Float64Array | null = null, isPrecise = false): RowSum {
  const sum = emptyRowSum(method, name);
  if (isPrecise) sum.timeBuckets = new Map();
  takeFloats(page.floats, at / 2, sum);
  takeBuckets(page.words, at, sum, totalBuckets);
  sum.numNoneRequests = take(page.words, at + layout.noneCount);
  sum.numRequests += sum.numNoneRequests;
  const surplus = takeSeconds(page.words, at, sum) - sum.numRequests;
  if (surplus > 0) dropFromNewestSeconds(sum.requestsPerSec, surplus);
  return sum;
}

function takeFloats(floats: Float64Array, at: number, sum: RowSum): void {
  sum.totalResponseTimeMs = take(floats, at + layout.sumMs);
  sum.minResponseTimeMs = take(floats, at + layout.minMs);
  sum.maxResponseTimeMs = take(floats, at + layout.maxMs);
  sum.totalContentLength = take(floats, at + layout.contentBytes);
  const stampMs = take(floats, at + layout.lastStampMs);
  sum.lastRequestSec = stampMs === 0 ? null : stampMs / 1000;
}

function takeBuckets(words: Uint32Array, at: number, sum: RowSum, totalBuckets: Float64Array | null): void {
  const end = take(words, at + layout.bucketEnd);
  if (end === 0) sum.minResponseTimeMs = null;
  for (let bucket = take(words, at + layout.bucketFirst); bucket < end; bucket++) {
    const count = words[at + layout.buckets + bucket] ?? 0;
    if (count === 0) continue;
    words[at + layout.buckets + bucket] = 0;
    addCount(sum.responseTimes, bucketMsAt(bucket), count);
    sum.timeBuckets?.set(bucket, count);
    if (totalBuckets !== null) totalBuckets[bucket] = (totalBuckets[bucket] ?? 0) + count;
    sum.numRequests += count;
  }
}

/** Returns the requests of all seconds. */
function takeSeconds(words: Uint32Array, at: number, sum: RowSum): number {
  let requestsOfAll = 0;
  const used = take(words, at + layout.secondsUsed);
  for (let place = 0; place < used; place++) {
    const placeAt = at + layout.seconds + place * layout.secondWords;
    const second = take(words, placeAt);
    const requests = take(words, placeAt + layout.secondRequests);
    const failures = take(words, placeAt + layout.secondFailures);
    addCount(sum.requestsPerSec, second, requests);
    addCount(sum.failuresPerSec, second, failures);
    sum.numFailures += failures;
    requestsOfAll += requests;
  }
  return requestsOfAll;
}

function dropFromNewestSeconds(requestsPerSec: Map<number, number>, surplus: number): void {
  let left = surplus;
  for (const second of [...requestsPerSec.keys()].sort((one, other) => other - one)) {
    const requests = requestsPerSec.get(second) ?? 0;
    const dropped = Math.min(requests, left);
    left -= dropped;
    if (dropped === requests) requestsPerSec.delete(second);
    else requestsPerSec.set(second, requests - dropped);
    if (left === 0) return;
  }
}

function take(memory: Uint32Array | Float64Array, at: number): number {
  const value = memory[at] ?? 0;
  memory[at] = 0;
  return value;
}
