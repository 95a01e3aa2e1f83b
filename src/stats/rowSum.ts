/** Sums of one row while a report is put together. */
import type { StatsRow } from './report.ts';

/** A `StatsRow` that can still grow. */
export type RowSum = {
  readonly method: string;
  readonly name: string;
  numRequests: number;
  numNoneRequests: number;
  numFailures: number;
  totalResponseTimeMs: number;
  minResponseTimeMs: number | null;
  maxResponseTimeMs: number;
  totalContentLength: number;
  lastRequestSec: number | null;
  readonly responseTimes: Map<number, number>;
  readonly requestsPerSec: Map<number, number>;
  readonly failuresPerSec: Map<number, number>;
};

export function emptyRowSum(method: string, name: string): RowSum {
  return {
    method,
    name,
    numRequests: 0,
    numNoneRequests: 0,
    numFailures: 0,
    totalResponseTimeMs: 0,
    minResponseTimeMs: null,
    maxResponseTimeMs: 0,
    totalContentLength: 0,
    lastRequestSec: null,
    responseTimes: new Map(),
    requestsPerSec: new Map(),
    failuresPerSec: new Map(),
  };
}

/** Adds `other` field by field; its names do not matter. */
export function addRow(into: RowSum, other: Omit<StatsRow, 'startTimeSec'>): void {
  into.numRequests += other.numRequests;
  into.numNoneRequests += other.numNoneRequests;
  into.numFailures += other.numFailures;
  into.totalResponseTimeMs += other.totalResponseTimeMs;
  into.minResponseTimeMs = leastOf(into.minResponseTimeMs, other.minResponseTimeMs);
  into.maxResponseTimeMs = Math.max(into.maxResponseTimeMs, other.maxResponseTimeMs);
  into.totalContentLength += other.totalContentLength;
  into.lastRequestSec = greatestOf(into.lastRequestSec, other.lastRequestSec);
  addCounts(into.responseTimes, other.responseTimes);
  addCounts(into.requestsPerSec, other.requestsPerSec);
  addCounts(into.failuresPerSec, other.failuresPerSec);
}

/** The row as a report shows it. */
export function toStatsRow(sum: RowSum, startTimeSec: number): StatsRow {
  return { ...sum, startTimeSec };
}

/** Adds `count` at `key`; a count of 0 leaves no entry. */
export function addCount(counts: Map<number, number>, key: number, count: number): void {
  if (count !== 0) counts.set(key, (counts.get(key) ?? 0) + count);
}

function leastOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function greatestOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function addCounts(into: Map<number, number>, other: ReadonlyMap<number, number>): void {
  for (const [key, count] of other) addCount(into, key, count);
}
