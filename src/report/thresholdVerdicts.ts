/**
 * Thresholds held against the numbers of a run; pure.
 */
import { isDropped } from '../stats/besides.ts';
import { type Extremes, Histogram } from '../stats/histogram.ts';
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import { perCountedSec, type StatsRow } from '../stats/report.ts';
import { nearest } from '../util/nearest.ts';
import { measureMetric, metricNamed } from './metricMeasure.ts';
import type { ArrivalCounts, Measured, RunStats, ThresholdResult } from './runView.ts';
import { aggregationText, type Condition, isMet, metricRules, parseThreshold, quantityOf, type RowFilter, type Target, type Threshold, type TimeAggregation } from './thresholds.ts';

/** In the order of `thresholds`. One that has nothing to measure has failed: k6 passes it, and so hides a typing error. */
export function evaluateThresholds(thresholds: readonly Threshold[], view: ThresholdView): readonly ThresholdResult[] {
  return thresholds.map((threshold) => thresholdResult(threshold, measure(threshold, view)));
}

/** What became of a threshold of which `measured` is known. */
export function thresholdResult({ row, expression, condition }: Threshold, measured: Measured): ThresholdResult {
  return {
    row,
    expression,
    measured: measured.value,
    text: measuredText(condition, measured),
    passed: measured.value !== null && isMet(condition, measured.value),
  };
}

/** `p(95)=187.2 ms`, or why there is nothing. */
export function measuredText({ aggregation }: Condition, measured: Measured): string {
  return measured.value === null ? measured.why : `${aggregationText(aggregation)}=${valueText(measured)}`;
}

function valueText(measured: Exclude<Measured, { readonly value: null }>): string {
  const { value } = measured;
  switch (measured.unit) {
    case 'count': return String(value);
    case 'own': return `${significant(value)} ${measured.name}`.trim();
    case 'share': return `${significant(100 * value)} %`;
    case 'perSec': return `${significant(value)}/s`;
    case 'ms': return `${significant(value)} ms`;
  }
}

/** Five digits: two more than percentiles have, so that a limit that was just missed shows. */
function significant(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/*
 * The number that a threshold is about. `rate` is what its metric calls so (`namedMetrics` in thresholds.ts):
 *
 *   metric                                avg min max med p(N)   count           rate                         fail_ratio   rps
 *   a row, * or Aggregated                milliseconds           requests        failed requests, 0 … 1       the same     requests a second
 *   http_req_duration                     milliseconds
 *   http_req_failed                                                              failed requests, 0 … 1
 *   http_reqs                                                    requests        requests a second
 *   checks                                                                       checks that passed, 0 … 1
 *   iterations, dropped_iterations                               arrivals        arrivals a second
 *   dropped                                                      arrivals        dropped ones of all, 0 … 1
 *   lateness                              milliseconds, of max and p(99)
 *
 * So `rate<0.01` on a row reads as it does on k6's `http_req_failed`. A request is failed when its check, its caller or its
 * status says so; in a scenario that names no checks, `checks` is therefore the share that is not. A check or metric of the scenario's own
 * has what `metricMeasure.ts` says.
 */

/** What thresholds are held against, at any moment of a run. */
export type ThresholdView = {
  readonly stats: RunStats;
  /** Null when nothing had a schedule. */
  readonly fromSchedule: RunStats | null;
  /** What rates are divided by. */
  readonly countedMs: number;
  readonly arrivals: ArrivalCounts | null;
};

/** What a threshold's rows come to, over a whole run or a window of it. */
export type Figures = {
  readonly requests: number;
  readonly failures: number;
  /** Null: no request had a response time. */
  readonly times: Times | null;
  readonly arrivals: Pick<ArrivalCounts, 'started' | 'dropped'>;
  /** What rates are divided by. */
  readonly countedMs: number;
};

/** What the threshold's rows give over the whole run, whatever its window is. */
export function measure({ target, condition }: Threshold, view: ThresholdView): Measured {
  const metric = metricOf(target, view.stats);
  if (metric !== null) return measureMetric(metric, condition.aggregation, view.countedMs);
  const why = whyNothing(target, view);
  return why === null ? numberOf(target, condition, figuresOf(target, view)) : { value: null, why };
}

/** Why a threshold has nothing to measure, for a person: a typing error must not look like a run that went well. Null: it has. */
export function whyNothing(target: Target, { stats: counted, fromSchedule, arrivals }: ThresholdView): string | null {
  const { counts } = metricRules(target.metric);
  if (counts === 'late arrivals') return arrivals === null || arrivals.started === 0 ? 'lateness is measured with --rate, static arrivals and replays only, of what began' : null;
  if (counts !== 'requests') return arrivals === null ? `${target.metric} are counted with --rate, static arrivals and replays only` : null;
  const stats = target.isFromSchedule ? fromSchedule : counted;
  if (stats === null) return 'nothing had a schedule: --rate, --max-rps, constantPacing and constantThroughput set one';
  // Failures without a request are possible (Locust's `record_failure`); they have no share.
  return selectedRows(stats.rows, target.rows).some(({ numRequests }) => numRequests > 0) ? null : nothingSelected(stats, target.rows);
}

function figuresOf(target: Target, { stats: counted, fromSchedule, arrivals, countedMs }: ThresholdView): Figures {
  const stats = target.isFromSchedule ? fromSchedule : counted;
  const rows = stats === null ? [] : selectedRows(stats.rows, target.rows);
  return {
    requests: rows.reduce((sum, { numRequests }) => sum + numRequests, 0),
    failures: rows.reduce((sum, { numFailures }) => sum + numFailures, 0),
    times: metricRules(target.metric).counts === 'late arrivals' ? latenessOf(arrivals) : stats === null ? null : timesOf(stats, rows),
    arrivals: arrivals ?? { started: 0, dropped: 0 },
    countedMs,
  };
}

/** How long after their moments arrivals began, as far as it is known. */
function latenessOf(arrivals: ArrivalCounts | null): Times | null {
  if (arrivals === null) return null;
  const { started, latestMs, lateP99Ms } = arrivals;
  return { count: started, totalMs: Number.NaN, minMs: 0, maxMs: latestMs, percentileMs: () => lateP99Ms };
}

/** Of figures that have what it takes; those of a window may have none, which is a count of 0 and no time. */
export function numberOf(target: Target, { aggregation }: Condition, { requests, failures, times, arrivals, countedMs }: Figures): Measured {
  const { counts } = metricRules(target.metric);
  const { started, dropped } = arrivals;
  const count = counts === 'requests' ? requests : counts === 'dropped arrivals' ? dropped : started;
  const quantity = quantityOf(target, aggregation);
  switch (quantity.kind) {
    case 'count': return { value: count, unit: 'count' };
    case 'rps': return { value: perCountedSec(count, countedMs), unit: 'perSec' };
    case 'fail_ratio': return share(failures, requests, 'no request');
    case 'pass_ratio': return share(requests - failures, requests, 'no request');
    case 'drop_ratio': return share(dropped, started + dropped, 'no arrival');
    case 'value': return { value: null, why: 'requests have no "value": it is for gauges' };
    case 'avg':
    case 'min':
    case 'max':
    case 'med':
    case 'p': return times === null ? { value: null, why: counts === 'late arrivals' ? 'no arrival began' : 'no request had a response time' } : { value: timeOf(times, quantity), unit: 'ms' };
  }
}

/** The check or metric of the scenario's own that a threshold is about, checks taken together; null: it is about requests, or arrivals. */
export function metricOf({ metric, rows: filter, isFromSchedule }: Target, stats: RunStats): CheckNumbers | MetricNumbers | null {
  const { checks, rows } = stats;
  if (metric === 'checks' && checks.length > 0) {
    const wanted = wantedName(filter);
    const chosen = checks.filter(({ name }) => wanted === null || name === wanted);
    return { kind: 'check', name: wanted ?? metric, passes: chosen.reduce((sum, { passes }) => sum + passes, 0), fails: chosen.reduce((sum, { fails }) => sum + fails, 0) };
  }
  if (metric !== 'row' || filter.kind !== 'named' || isFromSchedule || selectedRows(rows, filter).length > 0) return null;
  return metricNamed(stats, filter.text) ?? null;
}

function share(part: number, whole: number, none: string): Measured {
  return whole === 0 ? { value: null, why: none } : { value: part / whole, unit: 'share' };
}

function timeOf(times: Times, aggregation: TimeAggregation): number {
  switch (aggregation.kind) {
    case 'min': return times.minMs;
    case 'max': return times.maxMs;
    case 'med': return times.percentileMs(50);
    case 'p': return times.percentileMs(aggregation.percent);
    case 'avg': return times.totalMs / times.count;
  }
}

/** The rows of requests whose failures a threshold judges: how many are fine has been said there. None where it is about something else. */
export function rowsJudgedByFailures({ row, expression }: ThresholdResult, stats: RunStats): readonly StatsRow[] {
  const { target, condition } = parseThreshold(`${row}:${expression}`, 'a threshold that was judged');
  const { kind } = quantityOf(target, condition.aggregation);
  const isOfFailures = kind === 'fail_ratio' || kind === 'pass_ratio';
  return isOfFailures && metricOf(target, stats) === null ? selectedRows(stats.rows, target.rows) : [];
}

/*
 * The rows that a threshold is about, and their numbers as one.
 */

/** Types of rows that k6's `http_…` metrics cover; `http` is what boomer's tasks say. */
const httpTypes = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|QUERY|https?)$/iu;

/** In their order. All of them are those that the total holds. `known`: all rows of the run, where `rows` are some of them. */
export function selectedRows(rows: readonly StatsRow[], filter: RowFilter, known: readonly StatsRow[] = rows): readonly StatsRow[] {
  switch (filter.kind) {
    case 'all': return rows.filter((row) => !isDropped(row));
    case 'http': return rows.filter(isHttp);
    case 'named': return rowsByText(known).has(filter.text) ? (rowsByText(rows).get(filter.text) ?? []) : rowsLike(rows, filter.text);
    case 'tagged': {
      const hasName = nameTest(filter.name, known);
      return rows.filter((row) => (filter.isHttp ? isHttp(row) : !isDropped(row)) && hasName(row.name.trim()) && (filter.method ?? row.method) === row.method);
    }
  }
}

function isHttp({ method }: StatsRow): boolean {
  return httpTypes.test(method);
}

/** No row is called so: `*` in it stands for anything, as in `GET /api/*`. */
function rowsLike(rows: readonly StatsRow[], text: string): readonly StatsRow[] {
  if (!text.includes('*')) return [];
  const pattern = patternOf(text);
  return rows.filter((row) => !isDropped(row) && (pattern.test(row.name.trim()) || pattern.test(titleOf(row))));
}

/** Null matches any. */
function nameTest(wanted: string | null, known: readonly StatsRow[]): (name: string) => boolean {
  if (wanted === null) return () => true;
  if (!wanted.includes('*') || rowsByText(known).has(wanted)) return (name) => name === wanted;
  const pattern = patternOf(wanted);
  return (name) => pattern.test(name);
}

function patternOf(text: string): RegExp {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const pattern = new RegExp(`^${text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/gu, '\\$&')).join('.*')}$`, 'su');
  patterns.set(text, pattern);
  return pattern;
}

/** As many as there are thresholds. */
const patterns = new Map<string, RegExp>();

/** `GET /users`; thresholds are written without blanks around. */
function titleOf({ method, name }: Pick<StatsRow, 'method' | 'name'>): string {
  return `${method} ${name}`.trim();
}

/** By name, and by method and name. Made once for each list, which never changes: there may be a thousand rows, and a threshold for each. */
function rowsByText(rows: readonly StatsRow[]): ReadonlyMap<string, readonly StatsRow[]> {
  const known = indexes.get(rows);
  if (known !== undefined) return known;
  const index = new Map<string, StatsRow[]>();
  const add = (text: string, row: StatsRow): void => {
    const found = index.get(text);
    if (found === undefined) index.set(text, [row]);
    else if (found.at(-1) !== row) found.push(row);
  };
  for (const row of rows) {
    add(row.name.trim(), row);
    add(titleOf(row), row);
  }
  indexes.set(rows, index);
  return index;
}

const indexes = new WeakMap<readonly StatsRow[], ReadonlyMap<string, readonly StatsRow[]>>();

function nothingSelected({ rows: allRows, checks, metrics }: RunStats, filter: RowFilter): string {
  const allOwn = [...checks, ...metrics];
  if (allRows.length + allOwn.length === 0) return 'no request at all';
  const isOfHttp = filter.kind === 'http' || (filter.kind === 'tagged' && filter.isHttp);
  const [rows, own] = isOfHttp ? [allRows.filter(isHttp), []] : [allRows, allOwn];
  if (rows.length + own.length === 0) return `no HTTP request: there were ${namesOf([...allRows.map((row) => ({ name: titleOf(row) })), ...allOwn])}`;
  const titles = rows.map((row) => ({ name: titleOf(row) }));
  const wanted = wantedName(filter);
  const meant = wanted === null ? null : nearest(wanted, [...titles, ...rows, ...own].map(({ name }) => name));
  return `no ${isOfHttp ? 'HTTP request' : own.length === 0 ? 'request' : 'request, check or metric'} of this name: ${meant === null ? `there were ${namesOf([...titles, ...own])}` : `did you mean "${meant}"?`}`;
}

function namesOf(all: readonly { readonly name: string }[]): string {
  const names = all.map(({ name }) => name);
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

/** Times of several rows as one. */
export type Times = {
  /** Requests with a response time. */
  readonly count: number;
  readonly totalMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** To 3 significant digits; `percent` 0 … 100. */
  readonly percentileMs: (percent: number) => number;
};

/** Null when no request of these rows had a response time. */
export function timesOf(stats: RunStats, rows: readonly StatsRow[]): Times | null {
  const timed = rows.filter(({ minResponseTimeMs }) => minResponseTimeMs !== null);
  if (timed.length === 0) return null;
  const minMs = Math.min(...timed.map(({ minResponseTimeMs }) => minResponseTimeMs ?? Infinity));
  const maxMs = Math.max(...timed.map(({ maxResponseTimeMs }) => maxResponseTimeMs));
  const whole = rowOfAll(stats, rows);
  const percentileMs = whole === null ? percentileOfAll(stats, timed, { minResponseTimeMs: minMs, maxResponseTimeMs: maxMs }) : (percent: number) => stats.percentileMs(whole, percent);
  return {
    count: timed.reduce((sum, row) => sum + row.numRequests - row.numNoneRequests, 0),
    totalMs: timed.reduce((sum, { totalResponseTimeMs }) => sum + totalResponseTimeMs, 0),
    minMs,
    maxMs,
    percentileMs: (percent) => percentileMs(percent) ?? maxMs,
  };
}

/** The one row, or the total, that has just the samples of these rows; null: there is none. */
export function rowOfAll(stats: RunStats, rows: readonly StatsRow[]): StatsRow | null {
  const [first] = rows;
  if (first !== undefined && rows.length === 1) return first;
  return rows.length === selectedRows(stats.rows, { kind: 'all' }).length && !rows.some(isDropped) ? stats.total : null;
}

/** What the table would show if the samples of these rows were one row's. */
function percentileOfAll(stats: RunStats, rows: readonly StatsRow[], extremes: Extremes): (percent: number) => number | null {
  return (percent) => Histogram.ofCountsUs(rows.flatMap((row) => [...stats.histogramUs(row)])).percentileMs(percent, extremes);
}

function wantedName(filter: RowFilter): string | null {
  if (filter.kind === 'named') return filter.text;
  if (filter.kind !== 'tagged') return null;
  return [filter.method, filter.name].filter((part) => part !== null).join(' ');
}
