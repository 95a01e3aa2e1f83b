/**
 * What a threshold is about: a row of Locust's table, all of them, or one of k6's metrics under k6's name.
 *
 *   *   Aggregated                     all requests
 *   GET /users                         the row of this method and name
 *   /users                             rows of this name, of any method
 *   GET /users [from schedule]         its response times, measured from when the requests should have begun
 *   http_req_duration                  k6: all HTTP requests
 *   http_req_duration{name:/users}     k6's sub-metric; tags are `name` and `method`
 */
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { aggregationText } from './expression.ts';
import type { Aggregation, Metric, RowFilter, Target } from './threshold.ts';

type K6Metric = Exclude<Metric, 'row'>;

/** What k6 lets each be asked for, by its type: trend, rate or counter (k6 metrics/metric_type.go). */
const k6Aggregations: Readonly<Record<K6Metric, readonly Aggregation['kind'][]>> = {
  http_req_duration: ['avg', 'min', 'max', 'med', 'p'],
  http_req_failed: ['rate'],
  http_reqs: ['count', 'rate'],
  checks: ['rate'],
  iterations: ['count', 'rate'],
  dropped_iterations: ['count', 'rate'],
};
const k6Names = Object.keys(k6Aggregations) as readonly K6Metric[];

/** k6's own that are not measured here: said at once, as a row of that name can hardly be meant. */
const otherK6Names = /^(?:http_req_\w+|iteration_duration|group_duration|data_sent|data_received|vus|vus_max|ws_\w+|grpc_req_duration|browser_\w+)(?:\{.*\})?$/su;

const fromSchedule = /\s*\[from schedule\]$/u;

/** Throws a BoomerError that names `where`, for what cannot be measured. */
export function parseTarget(row: string, where: string): Target {
  const text = row.trim();
  if (text === '') throw new BoomerError('usage', `${where}: the threshold names no row before its colon; write "*" for all requests`);
  const isFromSchedule = fromSchedule.test(text);
  const name = text.replace(fromSchedule, '');
  const [, word = name, tags] = /^(\w+)(?:\{(.*)\})?$/su.exec(name) ?? [];
  const metric = k6Names.find((candidate) => candidate === word);
  if (metric !== undefined) return { metric, rows: taggedRows(metric, tags, where), isFromSchedule };
  if (otherK6Names.test(name)) {
    throw new BoomerError('usage', `${where}: "${word}" is not measured here${meant(nearest(word, k6Names))} Of k6's metrics there are ${k6Names.join(', ')}`);
  }
  return { metric: 'row', rows: name === '*' || name === 'Aggregated' || name === '' ? { kind: 'all' } : { kind: 'named', text: name }, isFromSchedule };
}

/** Throws a BoomerError when the metric has no such number. */
export function checkAggregation({ metric, isFromSchedule }: Target, aggregation: Aggregation, where: string): void {
  const allowed: readonly Aggregation['kind'][] | null = metric === 'row' ? null : k6Aggregations[metric];
  if (allowed !== null && !allowed.includes(aggregation.kind)) {
    throw new BoomerError('usage', `${where}: ${metric} has no "${aggregationText(aggregation)}", as in k6; it has ${allowed.map((kind) => (kind === 'p' ? 'p(N)' : kind)).join(', ')}`);
  }
  if (isFromSchedule && !k6Aggregations.http_req_duration.includes(aggregation.kind)) {
    throw new BoomerError('usage', `${where}: [from schedule] is for response times (avg, min, max, med, p(N)), not for "${aggregationText(aggregation)}"`);
  }
}

function taggedRows(metric: K6Metric, tags: string | undefined, where: string): RowFilter {
  if (tags === undefined || tags.trim() === '') return metric.startsWith('http_') ? { kind: 'http' } : { kind: 'all' };
  if (metric === 'iterations' || metric === 'dropped_iterations') throw new BoomerError('usage', `${where}: ${metric} is counted over all tasks and has no tags, got {${tags}}`);
  const selected: { name: string | null; method: string | null } = { name: null, method: null };
  // Names may hold commas: a comma parts tags only before the next `key:`.
  for (const tag of tags.split(/,(?=\s*\w+\s*:(?!\/\/))/u)) {
    const [, key = '', value = ''] = /^\s*(\w*)\s*:\s*(.*?)\s*$/su.exec(tag) ?? [];
    if ((key !== 'name' && key !== 'method') || value === '') {
      throw new BoomerError('usage', `${where}: ${metric}{…} expects the tags name:… and method:…, got "${tag.trim()}"`);
    }
    selected[key] = value;
  }
  return { kind: 'tagged', ...selected };
}

function meant(candidate: string | null): string {
  return candidate === null ? '.' : `: did you mean ${candidate}?`;
}
