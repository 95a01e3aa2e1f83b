/**
 * The text of a file as a run to compare: our own summary, or Locust's `--json-file`; pure.
 */
import { type SummaryFile, summaryFormat, summaryVersion } from '../outputs/summary.ts';
import { type CountUs, hdrIndexOf, type HistogramCodec, slotWidthUs } from '../stats/histogram.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import type { ComparedRow, ComparedRun, Slot } from './comparison.ts';

/** `source` names the file in errors, which are BoomerErrors, and in the result; `codec` reads its histograms. */
export function comparedFile(text: string, source: string, codec: HistogramCodec): ComparedRun {
  const json = parsed(text, source);
  const run = isSummaryFile(json) ? summaryRun(json, source, codec) : isLocustFile(json) ? locustRun(json, source) : null;
  if (run === null) throw new BoomerError('unreadable-run', `${source}: expected a summary of boomer-node run (--summary-export) or Locust's --json-file`);
  if (run.total.requests === 0) throw new BoomerError('unreadable-run', `${source}: there is no request in this run: nothing can be compared`);
  return run;
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BoomerError('unreadable-run', `${source}: expected JSON, but ${cause instanceof Error ? cause.message : 'it is not'}`, { cause });
  }
}

/*
 * Locust's `--json-file` as a run to compare. It is coarser than our own file: response times are rounded to two digits (to
 * the millisecond below 100 ms, to the second from 10 s on), and nothing tells how requests depend on one another.
 */

/** An array of Locust's StatsEntry fields, one for each row; throws a BoomerError for anything else. */
export function locustRun(json: readonly unknown[], source: string): ComparedRun {
  const entries = json.map((value, index) => entryOf(value, `${source}: [${index}]`));
  const startSec = Math.min(...entries.map((entry) => entry.startSec));
  const lastSec = Math.max(...entries.map((entry) => entry.lastSec));
  const hasTime = Number.isFinite(startSec) && lastSec > startSec;
  // The first and the last second are not whole.
  const seconds: SecondRange = hasTime ? { firstSec: Math.floor(startSec) + 1, lastSec: Math.floor(lastSec) - 1 } : { firstSec: 0, lastSec: -1 };
  const rows = entries.map((entry) => locustRow(entry, seconds));
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
  // Below 100, 1 000 and 10 000 steps are a tenth as long as above.
  return { lowMs: Math.max(0, ms - roundedToMs(ms - 1) / 2), highMs: ms + roundedToMs(ms) / 2, count };
}

/** To what Locust rounds: two digits, but never to more than a second (stats.py, `bucket_response_time`). */
function roundedToMs(ms: number): number {
  if (ms < 100) return 1;
  if (ms < 1_000) return 10;
  return ms < 10_000 ? 100 : 1_000;
}

function locustRow({ method, name, requests, failures, slots, requestsPerSec, failuresPerSec }: Entry, seconds: SecondRange): ComparedRow {
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

/** Whether the JSON has the form of Locust's `--json-file`: a list. */
export function isLocustFile(json: unknown): json is readonly unknown[] {
  return Array.isArray(json) && list(json, '').every((entry) => typeof entry === 'object' && entry !== null && 'response_times' in entry);
}

/*
 * Our own summary file as a run to compare; only what a comparison needs is checked.
 */

/** Locust's and our charts show the average of the last 10 s at each second. */
const windowSec = 10;
/** How far points may lie from the ends of windows: they are a second apart. */
const lateSec = 0.5;

/** Whether the JSON says that it is a summary of ours. */
export function isSummaryFile(json: unknown): json is Pick<SummaryFile, 'format'> & JsonObject {
  return typeof json === 'object' && json !== null && (json as JsonObject)['format'] === summaryFormat;
}

/** Throws a BoomerError for a version of the future and for what is not as it should be. */
export function summaryRun(json: JsonObject, source: string, codec: HistogramCodec): ComparedRun {
  const { version } = json;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > summaryVersion) {
    throw new BoomerError('unreadable-run', `${source}: this program reads versions 1 to ${summaryVersion} of the summary file, got ${JSON.stringify(version)}: compare with the program that wrote it`);
  }
  const meta = object(json['meta'], `${source}: meta`);
  const fromSec = amount(meta['countedFromSec'], `${source}: meta.countedFromSec`);
  const countedSec = Math.max(0.001, amount(meta['countedMs'], `${source}: meta.countedMs`) / 1000);
  const seconds = wholeSeconds(fromSec, fromSec + countedSec);
  return {
    source,
    countedSec,
    total: summaryRow(json['total'], seconds, `${source}: total`, codec),
    rows: list(json['rows'], `${source}: rows`).map((row, index) => summaryRow(row, seconds, `${source}: rows[${index}]`, codec)),
    windowMeansMs: windowMeans(list(json['history'] ?? [], `${source}: history`), fromSec, `${source}: history`),
    windowSec,
    conditions: conditionsOf(meta),
    remarks: remarksOf(json),
  };
}

function summaryRow(value: unknown, seconds: SecondRange, where: string, codec: HistogramCodec): ComparedRow {
  const row = object(value, where);
  const perSecond = list(row['perSecond'], `${where}.perSecond`).map((entry) => list(entry, `${where}.perSecond`).map((number) => count(number, `${where}.perSecond`)));
  const column = (index: number): ReadonlyMap<number, number> => new Map(perSecond.map((entry) => [entry[0] ?? 0, entry[index] ?? 0]));
  return {
    method: text(row['method'], `${where}.method`),
    name: text(row['name'], `${where}.name`),
    requests: count(row['numRequests'], `${where}.numRequests`),
    failures: count(row['numFailures'], `${where}.numFailures`),
    slots: countsOf(row, where, codec).map(slotOf).sort((a, b) => a.lowMs - b.lowMs),
    requestsPerSecond: filledSeconds(column(1), seconds),
    failuresPerSecond: filledSeconds(column(2), seconds),
  };
}

/** Of version 2, or as pairs of version 1. */
function countsOf(row: JsonObject, where: string, { decoded }: HistogramCodec): readonly CountUs[] {
  if (row['histogram'] === undefined) {
    return list(row['histogramUs'], `${where}.histogramUs`).map((pair) => {
      const [lowestUs, samples] = list(pair, `${where}.histogramUs`);
      return [amount(lowestUs, `${where}.histogramUs`), count(samples, `${where}.histogramUs`)];
    });
  }
  const counts = decoded(text(row['histogram'], `${where}.histogram`));
  if (counts === null) throw wrong('a histogram of this program, as HdrHistogram writes it', row['histogram'], `${where}.histogram`);
  return counts.map(([lowestUs, samples]) => [lowestUs, count(samples, `${where}.histogram`)]);
}

/** Times were rounded to the nearest microsecond before they were counted in their slot. */
function slotOf([lowestUs, samples]: CountUs): Slot {
  return { lowMs: Math.max(0, lowestUs - 0.5) / 1000, highMs: (lowestUs + slotWidthUs(hdrIndexOf(lowestUs / 1000)) - 0.5) / 1000, count: samples };
}

/** Each point tells of the 10 s before it: every tenth second, so that no request is in two of them. */
function windowMeans(history: readonly unknown[], fromSec: number, where: string): readonly number[] {
  const means: number[] = [];
  let nextSec = fromSec + windowSec;
  for (const value of history) {
    const point = object(value, where);
    const atSec = amount(point['atSec'], `${where}.atSec`);
    const averageMs = point['averageMs'];
    if (atSec < nextSec - lateSec || averageMs === null || averageMs === undefined) continue;
    means.push(amount(averageMs, `${where}.averageMs`));
    // Each look is a little later than the one before it: the run has its windows all the same. Points of a long run lie further apart.
    nextSec = Math.max(nextSec, atSec - lateSec) + windowSec;
  }
  return means;
}

function conditionsOf(meta: JsonObject): Readonly<Record<string, string>> {
  const conditions: Record<string, string> = {};
  for (const [name, label] of [['plan', 'plan'], ['host', 'host'], ['threadCount', 'threads'], ['version', 'version']] as const) {
    const value = meta[name];
    if (typeof value === 'string' || typeof value === 'number') conditions[label] = String(value);
  }
  return conditions;
}

function remarksOf(json: JsonObject): readonly string[] {
  const trust = json['trust'];
  if (typeof trust !== 'object' || trust === null) return [];
  const { isTrusted, line } = trust as JsonObject;
  return isTrusted === false ? [`not to be trusted: ${typeof line === 'string' ? line : 'its generator was late'}`] : [];
}

/**
 * Parts of a JSON file that somebody may have changed: each is checked before it is used. Errors are BoomerErrors that say
 * where in the file they are.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; throws a BoomerError that names `where`. */
export function object(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrong('an object', value, where);
}

/** The value as a list; throws a BoomerError that names `where`. */
export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong('a list', value, where);
}

/** The value as a text; throws a BoomerError that names `where`. */
export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw wrong('a text', value, where);
}

/** What is counted or timed comes nowhere near: above it sums of numbers end in infinity, and what is drawn from them never ends. */
const maxOfAnything = Number.MAX_SAFE_INTEGER;

/** A time, or another number that may have a fraction: 0 … 2^53. */
export function amount(value: unknown, where: string): number {
  if (typeof value === 'number' && value >= 0 && value <= maxOfAnything) return value;
  throw wrong(`a number from 0 to ${maxOfAnything}`, value, where);
}

/** A number of requests or the like: whole, 0 … 2^53. */
export function count(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && amount(value, where) >= 0) return amount(value, where);
  throw wrong(`a whole number from 0 to ${maxOfAnything}`, value, where);
}

function wrong(expected: string, value: unknown, where: string): BoomerError {
  return new BoomerError('unreadable-run', `${where}: expected ${expected}, got ${printed(value)}`);
}

/*
 * Counts of each second of a run, as lists that can be drawn from.
 */

/** Whole Unix seconds `firstSec` … `lastSec`. */
export type SecondRange = { readonly firstSec: number; readonly lastSec: number };

/** A run of more than so many seconds (2.8 h) is held in longer stretches: the bootstrap needs no more, and thousands of rows need memory. */
const maxStretches = 10_000;

/**
 * One entry a second of the range, 0 where `counts` has none; of long runs one for each 2, 3 … seconds, as few as need be,
 * without what is left at the end. Empty for a range without whole seconds.
 */
export function filledSeconds(counts: ReadonlyMap<number, number>, { firstSec, lastSec }: SecondRange): readonly number[] {
  const seconds = Math.max(0, lastSec - firstSec + 1);
  const stretchSec = Math.max(1, Math.ceil(seconds / maxStretches));
  const sums = new Array<number>(Math.floor(seconds / stretchSec)).fill(0);
  for (const [sec, count] of counts) {
    const stretch = Math.floor((sec - firstSec) / stretchSec);
    if (stretch >= 0 && stretch < sums.length) sums[stretch] = (sums[stretch] ?? 0) + count;
  }
  return sums;
}

/** The seconds that were counted from their beginning to their end. */
export function wholeSeconds(fromSec: number, toSec: number): SecondRange {
  return { firstSec: Math.ceil(fromSec), lastSec: Math.floor(toSec) - 1 };
}
