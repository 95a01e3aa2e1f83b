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

/* Numbers as Python writes them: in Locust's files a float shows that it is one, also when it is whole. */

/** `repr` of a float, finite: `12.0`, `0.1`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  // Both languages write the fewest digits that name the number; they differ in when they turn to exponents.
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return withPythonExponent(value.toExponential());
  const text = Object.is(value, -0) ? '-0' : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** At least two digits, and a sign. */
function withPythonExponent(text: string): string {
  return text.replace(/e([+-])(\d+)$/u, (_match, sign: string, digits: string) => `e${sign}${digits.padStart(2, '0')}`);
}
