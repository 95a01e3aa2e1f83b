/**
 * The rows that a threshold is about, and their numbers as one.
 */
import type { RunStats } from '../outputs/runView.ts';
import type { StatsRow } from '../stats/report.ts';
import { nearest } from '../util/nearest.ts';
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
  // A slot's upper edge may lie beyond what was measured: p(100) is the maximum.
  const within = (ms: number | null): number => Math.min(maxMs, Math.max(minMs, ms ?? maxMs));
  const whole = rows.length === stats.rows.length ? stats.total : rows.length === 1 ? rows[0] : undefined;
  return {
    count: timed.reduce((sum, row) => sum + row.numRequests - row.numNoneRequests, 0),
    totalMs: timed.reduce((sum, { totalResponseTimeMs }) => sum + totalResponseTimeMs, 0),
    minMs,
    maxMs,
    percentileMs: (percent) => within(whole === undefined ? mergedPercentileMs(stats, timed, percent) : stats.percentileMs(whole, percent)),
  };
}

/** As hdr-histogram-js finds it in one histogram (`getValueAtPercentile`): the top of the slot that holds the rank. */
function mergedPercentileMs(stats: RunStats, rows: readonly StatsRow[], percent: number): number | null {
  const counts = new Map<number, number>();
  for (const row of rows) for (const [lowestUs, count] of stats.histogramUs(row)) counts.set(lowestUs, (counts.get(lowestUs) ?? 0) + count);
  const slots = [...counts].sort(([a], [b]) => a - b);
  const rank = Math.max(1, Math.round((percent / 100) * slots.reduce((sum, [, count]) => sum + count, 0)));
  let seen = 0;
  for (const [lowestUs, count] of slots) {
    seen += count;
    if (seen >= rank) return (lowestUs + slotWidthUs(lowestUs) - 1) / 1000;
  }
  return null;
}

/** See stats/hdrIndex.ts: 1 µs up to 2 048 µs, then twice as wide with every doubling. */
function slotWidthUs(lowestUs: number): number {
  return lowestUs < 2048 ? 1 : 2 ** (Math.floor(Math.log2(lowestUs)) - 10);
}

function wantedName(filter: RowFilter): string | null {
  if (filter.kind === 'named') return filter.text;
  if (filter.kind !== 'tagged') return null;
  return [filter.method, filter.name].filter((part) => part !== null).join(' ');
}
