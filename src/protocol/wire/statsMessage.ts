/**
 * A report as the `stats` message's data.
 */
import { preciseMsAt } from '../../stats/histogram.ts';
import { addCount, type ErrorRow, type Report, type StatsRow } from '../../stats/report.ts';
import { encodeCustomData } from './codec.ts';
import type { EncodedValue } from './encoder.ts';
import { errorKeyOf, maskAddresses } from './errorKey.ts';
import { describe } from './masterData.ts';
import type { StatsData, StatsEntryData, StatsErrorData, UserClassesCount } from './messages.ts';
import { datetimeKey, objectIdKey } from './pythonDatetime.ts';
import { finiteOrZero, soundCounts } from './workerData.ts';
import { doneAtOnce, isStepOver, type Steps } from '../../util/steps.ts';

/** Keys that no extra may take: Locust's own, and those that would make the master take the whole map for another thing. */
export const reservedStatsKeys: ReadonlySet<string> = new Set([
  'stats', 'stats_total', 'errors', 'user_classes_count', 'user_count', datetimeKey, objectIdKey,
]);

/**
 * The data of `stats` for one report; keys in Locust's order (runners.py, `_send_stats`), extras last.
 *
 * `clockShiftSec` is added to every stamp: the only place where the clock of reports becomes the master's. Counts of a second stay
 * together: they move by whole seconds.
 *
 * Response times are whole milliseconds to three digits where the report has them so finely, and with `inTenths` tenths below 10 ms; else
 * Locust's two digits. A master takes any number; what it shows of a percentile is one of these.
 *
 * Rows beside the requests are rows like others, and in no total (Locust runners.py, `on_worker_report`, takes the worker's total for its own).
 *
 * `extras` come from users' hooks. An extra with a reserved key, or with data that cannot be sent, is left out and
 * `refuse` is told in a sentence; the numbers go out in any case. Accepted ones are encoded here already.
 */
export function toStatsData(
  report: Report,
  userClassesCount: UserClassesCount,
  extras: Readonly<Record<string, unknown>>,
  refuse: (problem: string) => void = () => undefined,
  clockShiftSec = 0,
  inTenths = false,
): StatsData {
  return doneAtOnce(statsDataInSteps(report, userClassesCount, extras, refuse, clockShiftSec, inTenths));
}

/** The same in steps, for thousands of names; `extras` are accepted or refused in the first. */
export function* statsDataInSteps(
  report: Report,
  userClassesCount: UserClassesCount,
  extras: Readonly<Record<string, unknown>>,
  refuse: (problem: string) => void,
  clockShiftSec: number,
  inTenths: boolean,
): Steps<StatsData> {
  const counts = soundCounts(userClassesCount);
  const accepted = acceptedExtras(extras, refuse);
  const stats: StatsEntryData[] = [];
  for (const [place, row] of [...report.rows, ...(report.besides ?? [])].entries()) {
    if (isStepOver(place)) yield;
    stats.push(entryOf(row, clockShiftSec, inTenths));
  }
  return {
    stats,
    stats_total: entryOf(report.total, clockShiftSec, inTenths),
    errors: yield* errorsOf(report.errors, clockShiftSec),
    user_classes_count: counts,
    user_count: Object.values(counts).reduce((sum, count) => sum + count, 0),
    ...accepted,
  };
}

function entryOf(row: StatsRow, clockShiftSec: number, inTenths: boolean): StatsEntryData {
  const wholeSec = Math.round(clockShiftSec);
  return {
    name: row.name,
    method: row.method,
    last_request_timestamp: row.lastRequestSec === null ? null : row.lastRequestSec + clockShiftSec,
    start_time: row.startTimeSec + clockShiftSec,
    num_requests: row.numRequests,
    num_none_requests: row.numNoneRequests,
    num_failures: row.numFailures,
    total_response_time: finiteOrZero(row.totalResponseTimeMs),
    max_response_time: finiteOrZero(row.maxResponseTimeMs),
    min_response_time: row.minResponseTimeMs,
    total_content_length: finiteOrZero(row.totalContentLength),
    response_times: row.timeBuckets === null ? row.responseTimes : timesOf(row.timeBuckets, inTenths),
    num_reqs_per_sec: shifted(row.requestsPerSec, wholeSec),
    num_fail_per_sec: shifted(row.failuresPerSec, wholeSec),
  };
}

function timesOf(timeBuckets: ReadonlyMap<number, number>, inTenths: boolean): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const [bucket, count] of timeBuckets) addCount(times, preciseMsAt(bucket, inTenths), count);
  return times;
}

function shifted(perSec: ReadonlyMap<number, number>, bySec: number): ReadonlyMap<number, number> {
  return bySec === 0 ? perSec : new Map(Array.from(perSec, ([second, count]) => [second + bySec, count]));
}

/** Texts that differ in an address only have one key: their counts are added, as Locust's worker would have. */
function* errorsOf(rows: readonly ErrorRow[], clockShiftSec: number): Steps<ReadonlyMap<string, StatsErrorData>> {
  const errors = new Map<string, StatsErrorData>();
  for (const [place, row] of rows.entries()) {
    if (isStepOver(place)) yield;
    const key = errorKeyOf(row.method, row.name, row.error);
    const known = errors.get(key);
    errors.set(key, {
      name: row.name,
      method: row.method,
      error: maskAddresses(row.error),
      occurrences: row.occurrences + (known?.occurrences ?? 0),
      first_seen: Math.min(row.firstSeenSec + clockShiftSec, known?.first_seen ?? Infinity),
      last_seen: Math.max(row.lastSeenSec + clockShiftSec, known?.last_seen ?? -Infinity),
    });
  }
  return errors;
}

function acceptedExtras(
  extras: Readonly<Record<string, unknown>>,
  refuse: (problem: string) => void,
): Record<string, EncodedValue> {
  const accepted: [string, EncodedValue][] = [];
  for (const key of Object.keys(extras)) {
    if (reservedStatsKeys.has(key)) {
      refuse(`The report key "${key}" is Locust's own: choose another name for the extra data.`);
      continue;
    }
    try {
      accepted.push([key, encodeCustomData(extras[key], `report key "${key}"`)]);
    } catch (error) {
      refuse(error instanceof Error ? error.message : describe(error));
    }
  }
  return Object.fromEntries(accepted);
}
