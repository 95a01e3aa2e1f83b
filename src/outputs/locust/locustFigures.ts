/** What Locust derives from a row, by its own formulas (stats.py, `StatsEntry`). */
import type { StatsRow } from '../../stats/report.ts';

/** The shares of requests that Locust's tables show, in percent. */
export const reportedPercents = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100] as const;

/** `avg_response_time` in milliseconds; 0 when nothing was timed. */
export function averageMs({ totalResponseTimeMs, numRequests, numNoneRequests }: StatsRow): number {
  return numRequests === numNoneRequests ? 0 : totalResponseTimeMs / (numRequests - numNoneRequests);
}

/** `total_rps` and `total_fail_per_sec`: `count` over the time from the run's start to the last request of all rows. */
export function perSecOfRun(count: number, { startTimeSec, lastRequestSec }: StatsRow): number {
  const seconds = lastRequestSec === null ? 0 : lastRequestSec - startTimeSec;
  return seconds > 0 ? count / seconds : 0;
}

/**
 * `current_rps` and `current_fail_per_sec`: the mean of ten seconds that ended two seconds before the last request of
 * all rows, when reports of all workers have come in. `perSec` are the counts of a row; `total` tells the time.
 */
export function currentPerSec(perSec: ReadonlyMap<number, number>, { startTimeSec, lastRequestSec }: StatsRow): number {
  if (lastRequestSec === null) return 0;
  const last = Math.trunc(lastRequestSec);
  const first = Math.max(last - 12, Math.trunc(startTimeSec));
  let sum = 0;
  for (let second = first; second < last - 2; second++) sum += perSec.get(second) ?? 0;
  return sum / Math.max(1, last - 2 - first);
}

/** `format_utc_timestamp`: `2026-11-21T07:38:06Z`. */
export function utcTimestamp(unixSec: number): string {
  return new Date(Math.trunc(unixSec) * 1000).toISOString().replace('.000Z', 'Z');
}
