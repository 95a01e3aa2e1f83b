/** What must hold within every single report, and the sum of reports. */
import { addRow, emptyRowSum, type Report, type RowSum, type StatsRow } from '../../../src/stats/report.ts';

export function sumOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Everything in a row that can be told from the row alone. */
export function expectWhole(row: StatsRow): void {
  expect(sumOf(row.responseTimes)).toBe(row.numRequests - row.numNoneRequests);
  expect(sumOf(row.requestsPerSec)).toBe(row.numRequests);
  expect(sumOf(row.failuresPerSec)).toBe(row.numFailures);
  expect(row.numFailures).toBeLessThanOrEqual(row.numRequests);
  expect(row.minResponseTimeMs === null).toBe(row.numRequests === row.numNoneRequests);
  expect(row.lastRequestSec === null).toBe(row.numRequests === 0);
  const average = row.totalResponseTimeMs / Math.max(1, row.numRequests - row.numNoneRequests);
  expect(average).toBeGreaterThanOrEqual((row.minResponseTimeMs ?? 0) * (1 - 1e-9));
  expect(average).toBeLessThanOrEqual(row.maxResponseTimeMs * (1 + 1e-9));
  if (row.lastRequestSec !== null) expect(Math.max(...row.requestsPerSec.keys())).toBe(Math.floor(row.lastRequestSec));
}

/** A report of threads whose definitions have all arrived in time: rows whole, total their sum, errors as many as failures. */
export function expectConsistent(report: Report): void {
  expectRowsConsistent(report);
  expect(occurrencesOf(report)).toBe(report.total.numFailures);
}

export function occurrencesOf(report: Report): number {
  return report.errors.reduce((sum, error) => sum + error.occurrences, 0);
}

/** What holds in any report: rows whole, total their sum. */
export function expectRowsConsistent(report: Report): void {
  const total = emptyRowSum('', 'Aggregated');
  for (const row of report.rows) {
    expect(row.numRequests).toBeGreaterThan(0);
    expectWhole(row);
    addRow(total, asSum(row));
  }
  expectWhole(report.total);
  expect(report.total).toEqual({ ...total, startTimeSec: report.total.startTimeSec });
}

export function asSum(row: StatsRow): RowSum {
  const sum: RowSum & { startTimeSec?: number } = { ...mutable(row) };
  delete sum.startTimeSec;
  return sum;
}

function mutable(row: StatsRow): RowSum {
  return {
    ...row,
    responseTimes: new Map(row.responseTimes),
    timeBuckets: row.timeBuckets === null ? null : new Map(row.timeBuckets),
    requestsPerSec: new Map(row.requestsPerSec),
    failuresPerSec: new Map(row.failuresPerSec),
  };
}

/** What reports add up to: rows by JSON of [method, name], errors by JSON of [method, name, error]. */
export class ReportsSum {
  readonly rows: Map<string, RowSum> = new Map();
  readonly total: RowSum = emptyRowSum('', 'Aggregated');
  readonly errors: Map<string, { occurrences: number; firstSeenSec: number; lastSeenSec: number }> = new Map();

  add(report: Report): void {
    addRow(this.total, asSum(report.total));
    for (const row of report.rows) {
      const key = JSON.stringify([row.method, row.name]);
      const known = this.rows.get(key);
      if (known === undefined) this.rows.set(key, asSum(row));
      else addRow(known, asSum(row));
    }
    for (const { method, name, error, occurrences, firstSeenSec, lastSeenSec } of report.errors) {
      const key = JSON.stringify([method, name, error]);
      const known = this.errors.get(key) ?? { occurrences: 0, firstSeenSec: Infinity, lastSeenSec: -Infinity };
      this.errors.set(key, {
        occurrences: known.occurrences + occurrences,
        firstSeenSec: Math.min(known.firstSeenSec, firstSeenSec),
        lastSeenSec: Math.max(known.lastSeenSec, lastSeenSec),
      });
    }
  }
}
