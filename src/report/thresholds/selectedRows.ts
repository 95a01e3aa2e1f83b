/**
 * The rows that a threshold is about, and their numbers as one.
 */
import type { RunStats } from '../runView.ts';
import { Histogram, type Extremes } from '../../stats/histogram.ts';
import type { StatsRow } from '../../stats/report.ts';
import { nearest } from '../../util/nearest.ts';
import type { RowFilter } from './threshold.ts';

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
