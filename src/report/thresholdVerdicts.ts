/**
 * Thresholds held against the numbers of a run; pure.
 */
import { type Extremes, Histogram } from '../stats/histogram.ts';
import type { StatsRow } from '../stats/report.ts';
import { nearest } from '../util/nearest.ts';
import type { ArrivalCounts, RunStats, ThresholdResult } from './runView.ts';
import { type Aggregation, aggregationText, isMet, type RowFilter, type Threshold, type TimeAggregation } from './thresholds.ts';

/** In the order of `thresholds`. One that has nothing to measure has failed: k6 passes it, and so hides a typing error. */
export function evaluateThresholds(thresholds: readonly Threshold[], view: ThresholdView): readonly ThresholdResult[] {
  return thresholds.map((threshold) => {
    const measured = measure(threshold, view);
    return {
      row: threshold.row,
      expression: threshold.expression,
      measured: measured.value,
      text: measured.value === null ? measured.why : `${aggregationText(threshold.condition.aggregation)}=${valueText(measured)}`,
      passed: measured.value !== null && isMet(threshold.condition, measured.value),
    };
  });
}

/**
 * The first threshold that ends the run now, after `elapsedMs` of it; null: go on. What has nothing to measure yet does not
 * end a run: its first request may still come.
 */
export function abortingThreshold(thresholds: readonly Threshold[], view: ThresholdView, elapsedMs: number): Threshold | null {
  for (const threshold of thresholds) {
    if (!threshold.abortOnFail || elapsedMs < threshold.delayAbortEvalMs) continue;
    const { value } = measure(threshold, view);
    if (value !== null && !isMet(threshold.condition, value)) return threshold;
  }
  return null;
}

function valueText(measured: Exclude<Measured, { readonly value: null }>): string {
  const { value, unit } = measured;
  switch (unit) {
    case 'count': return String(value);
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
 * The number that a threshold is about. `rate` is what k6's metric calls its rate:
 *
 *   metric                                avg min max med p(N)   count           rate                         fail_ratio   rps
 *   a row, * or Aggregated                milliseconds           requests        failed requests, 0 … 1       the same     requests a second
 *   http_req_duration                     milliseconds
 *   http_req_failed                                                              failed requests, 0 … 1
 *   http_reqs                                                    requests        requests a second
 *   checks                                                                       requests that passed, 0 … 1
 *   iterations, dropped_iterations                               arrivals        arrivals a second
 *
 * So `rate<0.01` on a row reads as it does on k6's `http_req_failed`. A request is failed when its check, its caller or its
 * status says so; `checks` is therefore the share that is not.
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

/** A number, or why there is none. */
export type Measured =
  | { readonly value: number; readonly unit: 'ms' | 'share' | 'count' | 'perSec' }
  /** Nothing to measure, and why. */
  | { readonly value: null; readonly why: string };

/** What the threshold's rows give. */
export function measure({ target, condition }: Threshold, view: ThresholdView): Measured {
  const { aggregation } = condition;
  if (target.metric === 'iterations' || target.metric === 'dropped_iterations') {
    if (view.arrivals === null) return { value: null, why: `${target.metric} are counted with --rate and static arrivals only` };
    return counted(target.metric === 'iterations' ? view.arrivals.started : view.arrivals.dropped, aggregation, view.countedMs);
  }
  const stats = target.isFromSchedule ? view.fromSchedule : view.stats;
  if (stats === null) return { value: null, why: 'nothing had a schedule: --rate, --max-rps, constantPacing and constantThroughput set one' };
  const rows = selectedRows(stats, target.rows);
  const requests = rows.reduce((sum, { numRequests }) => sum + numRequests, 0);
  const failures = rows.reduce((sum, { numFailures }) => sum + numFailures, 0);
  // Failures without a request are possible (Locust's `record_failure`); they have no share.
  if (requests === 0) return { value: null, why: nothingSelected(stats, target.rows) };
  switch (aggregation.kind) {
    case 'count':
    case 'rps': return counted(requests, aggregation, view.countedMs);
    case 'fail_ratio': return { value: failures / requests, unit: 'share' };
    case 'rate':
      if (target.metric === 'http_reqs') return counted(requests, aggregation, view.countedMs);
      return { value: target.metric === 'checks' ? 1 - failures / requests : failures / requests, unit: 'share' };
    case 'avg':
    case 'min':
    case 'max':
    case 'med':
    case 'p': {
      const times = timesOf(stats, rows);
      return times === null ? { value: null, why: 'no request had a response time' } : { value: timeOf(times, aggregation), unit: 'ms' };
    }
  }
}

function counted(number: number, { kind }: Aggregation, countedMs: number): Measured {
  return kind === 'count' ? { value: number, unit: 'count' } : { value: (1000 * number) / Math.max(1, countedMs), unit: 'perSec' };
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

/*
 * The rows that a threshold is about, and their numbers as one.
 */

/** Types of rows that k6's `http_…` metrics cover; `http` is what boomer's tasks say. */
const httpTypes = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|QUERY|https?)$/iu;

/** In the order of `stats.rows`. */
export function selectedRows({ rows }: RunStats, filter: RowFilter): readonly StatsRow[] {
  switch (filter.kind) {
    case 'all': return rows;
    case 'http': return rows.filter(({ method }) => httpTypes.test(method));
    case 'named': return rows.filter(({ method, name }) => name === filter.text || `${method} ${name}` === filter.text);
    case 'tagged': return rows.filter(({ method, name }) => (filter.name ?? name) === name && (filter.method ?? method) === method);
  }
}

/** Why there are no rows, for a person: a typing error must not look like a run that went well. */
export function nothingSelected({ rows }: RunStats, filter: RowFilter): string {
  if (rows.length === 0) return 'no request at all';
  const names = rows.map(({ method, name }) => `${method} ${name}`.trim());
  const wanted = wantedName(filter);
  const meant = wanted === null ? null : nearest(wanted, [...names, ...rows.map(({ name }) => name)]);
  const had = names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  return `no request of this name: ${meant === null ? `there were ${had}` : `did you mean "${meant}"?`}`;
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
  const whole = rows.length === stats.rows.length ? stats.total : rows.length === 1 ? rows[0] : undefined;
  const percentileMs = whole === undefined ? percentileOfAll(stats, timed, { minResponseTimeMs: minMs, maxResponseTimeMs: maxMs }) : (percent: number) => stats.percentileMs(whole, percent);
  return {
    count: timed.reduce((sum, row) => sum + row.numRequests - row.numNoneRequests, 0),
    totalMs: timed.reduce((sum, { totalResponseTimeMs }) => sum + totalResponseTimeMs, 0),
    minMs,
    maxMs,
    percentileMs: (percent) => percentileMs(percent) ?? maxMs,
  };
}

/** What the table would show if the samples of these rows were one row's. */
function percentileOfAll(stats: RunStats, rows: readonly StatsRow[], extremes: Extremes): (percent: number) => number | null {
  const histogram = Histogram.ofCountsUs(rows.flatMap((row) => [...stats.histogramUs(row)]));
  return (percent) => histogram.percentileMs(percent, extremes);
}

function wantedName(filter: RowFilter): string | null {
  if (filter.kind === 'named') return filter.text;
  if (filter.kind !== 'tagged') return null;
  return [filter.method, filter.name].filter((part) => part !== null).join(' ');
}
