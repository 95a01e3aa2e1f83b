/**
 * Our own summary file as a run to compare; only what a comparison needs is checked.
 */
import { type SummaryFile, summaryFormat, summaryVersion } from '../outputs/summary/summaryFile.ts';
import { hdrIndexOf, slotWidthUs } from '../stats/histogram.ts';
import { BoomerError } from '../util/boomerError.ts';
import { amount, count, type JsonObject, list, object, text } from './checkedJson.ts';
import type { ComparedRow, ComparedRun, Slot } from './comparedRun.ts';
import { filledSeconds, type SecondRange, wholeSeconds } from './wholeSeconds.ts';

/** Locust's and our charts show the average of the last 10 s at each second. */
const windowSec = 10;

export function isSummaryFile(json: unknown): json is Pick<SummaryFile, 'format'> & JsonObject {
  return typeof json === 'object' && json !== null && (json as JsonObject)['format'] === summaryFormat;
}

/** Throws a BoomerError for a version of the future and for what is not as it should be. */
export function summaryRun(json: JsonObject, source: string): ComparedRun {
  if (json['version'] !== summaryVersion) {
    throw new BoomerError('unreadable-run', `${source}: this program reads version ${summaryVersion} of the summary file, got ${JSON.stringify(json['version'])}: compare with the program that wrote it`);
  }
  const meta = object(json['meta'], `${source}: meta`);
  const fromSec = amount(meta['countedFromSec'], `${source}: meta.countedFromSec`);
  const countedSec = Math.max(0.001, amount(meta['countedMs'], `${source}: meta.countedMs`) / 1000);
  const seconds = wholeSeconds(fromSec, fromSec + countedSec);
  return {
    source,
    countedSec,
    total: rowOf(json['total'], seconds, `${source}: total`),
    rows: list(json['rows'], `${source}: rows`).map((row, index) => rowOf(row, seconds, `${source}: rows[${index}]`)),
    windowMeansMs: windowMeans(list(json['history'] ?? [], `${source}: history`), fromSec, `${source}: history`),
    windowSec,
    conditions: conditionsOf(meta),
    remarks: remarksOf(json),
  };
}

function rowOf(value: unknown, seconds: SecondRange, where: string): ComparedRow {
  const row = object(value, where);
  const perSecond = list(row['perSecond'], `${where}.perSecond`).map((entry) => list(entry, `${where}.perSecond`).map((number) => count(number, `${where}.perSecond`)));
  const column = (index: number): ReadonlyMap<number, number> => new Map(perSecond.map((entry) => [entry[0] ?? 0, entry[index] ?? 0]));
  return {
    method: text(row['method'], `${where}.method`),
    name: text(row['name'], `${where}.name`),
    requests: count(row['numRequests'], `${where}.numRequests`),
    failures: count(row['numFailures'], `${where}.numFailures`),
    slots: list(row['histogramUs'], `${where}.histogramUs`).map((pair) => slotOf(pair, `${where}.histogramUs`)).sort((a, b) => a.lowMs - b.lowMs),
    requestsPerSecond: filledSeconds(column(1), seconds),
    failuresPerSecond: filledSeconds(column(2), seconds),
  };
}

/** Times were rounded to the nearest microsecond before they were counted in their slot. */
function slotOf(value: unknown, where: string): Slot {
  const [low, samples] = list(value, where);
  const lowestUs = amount(low, where);
  return { lowMs: Math.max(0, lowestUs - 0.5) / 1000, highMs: (lowestUs + slotWidthUs(hdrIndexOf(lowestUs / 1000)) - 0.5) / 1000, count: count(samples, where) };
}

/** Each point tells of the 10 s before it: every tenth second, so that no request is in two of them. */
function windowMeans(history: readonly unknown[], fromSec: number, where: string): readonly number[] {
  const means: number[] = [];
  let nextSec = fromSec + windowSec;
  for (const value of history) {
    const point = object(value, where);
    const atSec = amount(point['atSec'], `${where}.atSec`);
    const averageMs = point['averageMs'];
    if (atSec < nextSec || averageMs === null || averageMs === undefined) continue;
    means.push(amount(averageMs, `${where}.averageMs`));
    nextSec = atSec + windowSec;
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
