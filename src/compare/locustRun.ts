/**
 * Locust's `--json-file` as a run to compare. It is coarser than our own file: response times are rounded to two digits (to
 * the millisecond below 100 ms, Locust stats.py `log_response_time`), and nothing tells how requests depend on one another.
 */
import { amount, count, list, object, text } from './checkedJson.ts';
import type { ComparedRow, ComparedRun, Slot } from './comparedRun.ts';
import { filledSeconds, type SecondRange } from './wholeSeconds.ts';

/** An array of Locust's StatsEntry fields, one for each row; throws a BoomerError for anything else. */
export function locustRun(json: readonly unknown[], source: string): ComparedRun {
  const entries = json.map((value, index) => entryOf(value, `${source}: [${index}]`));
  const startSec = Math.min(...entries.map((entry) => entry.startSec));
  const lastSec = Math.max(...entries.map((entry) => entry.lastSec));
  const hasTime = Number.isFinite(startSec) && lastSec > startSec;
  // The first and the last second are not whole.
  const seconds: SecondRange = hasTime ? { firstSec: Math.floor(startSec) + 1, lastSec: Math.floor(lastSec) - 1 } : { firstSec: 0, lastSec: -1 };
  const rows = entries.map((entry) => rowOf(entry, seconds));
  return {
    source,
    countedSec: hasTime ? lastSec - startSec : 1,
    total: sumOf(rows),
    rows,
    windowMeansMs: [],
    windowSec: 10,
    conditions: {},
    remarks: ['a file of Locust\'s: response times are rounded to two digits, so smaller changes do not show; --summary-export has all of them'],
  };
}

type Entry = {
  readonly method: string;
  readonly name: string;
  readonly requests: number;
  readonly failures: number;
  readonly startSec: number;
  readonly lastSec: number;
  readonly slots: readonly Slot[];
  readonly requestsPerSec: ReadonlyMap<number, number>;
  readonly failuresPerSec: ReadonlyMap<number, number>;
};

function entryOf(value: unknown, where: string): Entry {
  const entry = object(value, where);
  const last = entry['last_request_timestamp'];
  return {
    method: entry['method'] === null ? '' : text(entry['method'], `${where}.method`),
    name: text(entry['name'], `${where}.name`),
    requests: count(entry['num_requests'], `${where}.num_requests`),
    failures: count(entry['num_failures'], `${where}.num_failures`),
    startSec: amount(entry['start_time'], `${where}.start_time`),
    // Null when there was no request.
    lastSec: last === null || last === undefined ? 0 : amount(last, `${where}.last_request_timestamp`),
    slots: [...numbersOf(entry['response_times'], `${where}.response_times`)].sort(([a], [b]) => a - b).map(([ms, count]) => roundedSlot(ms, count)),
    requestsPerSec: numbersOf(entry['num_reqs_per_sec'], `${where}.num_reqs_per_sec`),
    failuresPerSec: numbersOf(entry['num_fail_per_sec'], `${where}.num_fail_per_sec`),
  };
}

function numbersOf(value: unknown, where: string): ReadonlyMap<number, number> {
  return new Map(Object.entries(object(value, where)).map(([key, samples]) => [amount(Number(key), where), count(samples, where)]));
}

function roundedSlot(ms: number, count: number): Slot {
  const stepMs = ms < 100 ? 1 : 10 ** (Math.floor(Math.log10(ms)) - 1);
  // Below 100, 1 000 … steps are a tenth as long.
  const stepBelowMs = ms >= 100 && Number.isInteger(Math.log10(ms)) ? stepMs / 10 : stepMs;
  return { lowMs: Math.max(0, ms - stepBelowMs / 2), highMs: ms + stepMs / 2, count };
}

function rowOf({ method, name, requests, failures, slots, requestsPerSec, failuresPerSec }: Entry, seconds: SecondRange): ComparedRow {
  return { method, name, requests, failures, slots, requestsPerSecond: filledSeconds(requestsPerSec, seconds), failuresPerSecond: filledSeconds(failuresPerSec, seconds) };
}

/** The file has no total. */
function sumOf(rows: readonly ComparedRow[]): ComparedRow {
  const slots = new Map<number, Slot>();
  for (const slot of rows.flatMap((row) => row.slots)) slots.set(slot.lowMs, { ...slot, count: slot.count + (slots.get(slot.lowMs)?.count ?? 0) });
  const columnSums = (column: (row: ComparedRow) => readonly number[]): readonly number[] => {
    const [first = [], ...others] = rows.map(column);
    return first.map((count, second) => others.reduce((sum, counts) => sum + (counts[second] ?? 0), count));
  };
  return {
    method: '',
    name: 'Aggregated',
    requests: rows.reduce((sum, row) => sum + row.requests, 0),
    failures: rows.reduce((sum, row) => sum + row.failures, 0),
    slots: [...slots.values()].sort((a, b) => a.lowMs - b.lowMs),
    requestsPerSecond: columnSums((row) => row.requestsPerSecond),
    failuresPerSecond: columnSums((row) => row.failuresPerSecond),
  };
}

export function isLocustFile(json: unknown): json is readonly unknown[] {
  return Array.isArray(json) && list(json, '').every((entry) => typeof entry === 'object' && entry !== null && 'response_times' in entry);
}
