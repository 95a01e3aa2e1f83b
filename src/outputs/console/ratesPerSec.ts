/** Requests a second of a row, as Locust counts them; pure. */
import type { StatsRow } from '../../stats/report.ts';

export type Rates = { readonly requestsPerSec: number; readonly failuresPerSec: number };

/** Over the whole run, which ends with its last request (Locust stats.py, `total_rps`). */
export function wholeRates(row: StatsRow, total: StatsRow): Rates {
  const sec = total.lastRequestSec === null ? 0 : total.lastRequestSec - total.startTimeSec;
  return sec <= 0 ? { requestsPerSec: 0, failuresPerSec: 0 } : { requestsPerSec: row.numRequests / sec, failuresPerSec: row.numFailures / sec };
}

/** Over ten seconds that ended two seconds before the last request, as those are whole (Locust stats.py, `current_rps`). */
export function currentRates(row: StatsRow, total: StatsRow): Rates {
  if (total.lastRequestSec === null) return { requestsPerSec: 0, failuresPerSec: 0 };
  const lastSec = Math.trunc(total.lastRequestSec);
  const fromSec = Math.max(lastSec - 12, Math.trunc(total.startTimeSec));
  return { requestsPerSec: mean(row.requestsPerSec, fromSec, lastSec - 2), failuresPerSec: mean(row.failuresPerSec, fromSec, lastSec - 2) };
}

function mean(countsPerSec: ReadonlyMap<number, number>, fromSec: number, toSec: number): number {
  let sum = 0;
  for (let second = fromSec; second < toSec; second++) sum += countsPerSec.get(second) ?? 0;
  return toSec <= fromSec ? 0 : sum / (toSec - fromSec);
}
