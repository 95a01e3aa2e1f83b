/** A row of a report made of response times. */
import type { StatsRow } from '../../src/stats/report.ts';

/** `timesMs` are exact; buckets and counts of seconds are empty unless `changes` brings them. */
export function timedRow(method: string, name: string, timesMs: readonly number[], changes: Partial<StatsRow> = {}): StatsRow {
  return {
    method,
    name,
    numRequests: timesMs.length,
    numNoneRequests: 0,
    numFailures: 0,
    totalResponseTimeMs: timesMs.reduce((sum, ms) => sum + ms, 0),
    minResponseTimeMs: timesMs.length === 0 ? null : timesMs.reduce((least, ms) => Math.min(least, ms)),
    maxResponseTimeMs: timesMs.reduce((most, ms) => Math.max(most, ms), 0),
    totalContentLength: 0,
    startTimeSec: 0,
    lastRequestSec: null,
    responseTimes: new Map(),
    timeBuckets: null,
    requestsPerSec: new Map(),
    failuresPerSec: new Map(),
    ...changes,
  };
}
