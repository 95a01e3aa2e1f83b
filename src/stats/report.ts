/**
 * The report: what every consumer of numbers (the Locust master, the status line, files) is handed.
 *
 * A report is a delta: it covers what was recorded since the report before it, so that the sum over all reports of a
 * run is the run. Times are milliseconds, stamps are Unix seconds (floats), sizes are bytes.
 */

/** The numbers of one request row, or of the total over all rows. */
export type StatsRow = {
  /** Request type, Locust's `method`: `GET`, `redis`, … Empty in the total. */
  readonly method: string;
  /** Request name; `Aggregated` in the total. */
  readonly name: string;
  /** Requests, failed ones and ones without a response time included. */
  readonly numRequests: number;
  /** Of those, requests without a response time. */
  readonly numNoneRequests: number;
  readonly numFailures: number;
  /** Exact sum of the unrounded response times. */
  readonly totalResponseTimeMs: number;
  /** Unrounded; null when no request had a response time. */
  readonly minResponseTimeMs: number | null;
  /** Unrounded; 0 when no request had a response time. */
  readonly maxResponseTimeMs: number;
  readonly totalContentLength: number;
  /** When counting for this report began. */
  readonly startTimeSec: number;
  /** Completion of the last request; null when there was none. */
  readonly lastRequestSec: number | null;
  /** Locust's rounded milliseconds → number of timed requests (Locust stats.py, `response_times`). */
  readonly responseTimes: ReadonlyMap<number, number>;
  /** Whole Unix second of completion → requests. */
  readonly requestsPerSec: ReadonlyMap<number, number>;
  /** Whole Unix second of completion → failures. */
  readonly failuresPerSec: ReadonlyMap<number, number>;
};

/** One distinct failure of one row. */
export type ErrorRow = {
  readonly method: string;
  readonly name: string;
  readonly error: string;
  readonly occurrences: number;
  readonly firstSeenSec: number;
  readonly lastSeenSec: number;
};

export type Report = {
  /** Rows with requests or failures since the last report. */
  readonly rows: readonly StatsRow[];
  /** The sum of `rows`, field by field; all zeros when idle. */
  readonly total: StatsRow;
  readonly errors: readonly ErrorRow[];
};
