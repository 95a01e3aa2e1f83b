/**
 * All thresholds of a run, whoever wrote them: flags, the scenario's export, configuration files. Each of them must be
 * met; one that is written twice counts once.
 */
import { BoomerError } from '../util/boomerError.ts';
import { parseDurationMs } from '../util/duration.ts';
import { nearest } from '../util/nearest.ts';
import { printed } from '../util/printed.ts';

/**
 * A threshold as data: which rows, what of them, and what it must be.
 */
export type Threshold = {
  /** Which rows, as it was written: `GET /users`, `http_req_duration{name:/users}`; `Aggregated` where nothing was. */
  readonly row: string;
  /** As it was written: `p(95)<200`. */
  readonly expression: string;
  readonly target: Target;
  readonly condition: Condition;
  /** End the run as soon as it is not met. */
  readonly abortOnFail: boolean;
  /** The run is not ended before it has lasted so long. */
  readonly delayAbortEvalMs: number;
};

/** What a number is taken from. */
export type Target = {
  readonly metric: Metric;
  readonly rows: RowFilter;
  /** Measured from when the requests should have begun. */
  readonly isFromSchedule: boolean;
};

/** `row` has all aggregations, the others what `namedMetrics` says. All but `row`, `dropped` and `lateness` are k6's. */
export type Metric = 'row' | 'http_req_duration' | 'http_req_failed' | 'http_reqs' | 'checks' | 'iterations' | 'dropped_iterations' | 'dropped' | 'lateness';

/** Which rows a threshold is about. */
export type RowFilter =
  | { readonly kind: 'all' }
  /** Rows of HTTP requests. */
  | { readonly kind: 'http' }
  /** `METHOD name`, or the name alone, of any method. */
  | { readonly kind: 'named'; readonly text: string }
  /** k6's sub-metric, of HTTP requests alone where its metric is: null matches any. */
  | { readonly kind: 'tagged'; readonly isHttp: boolean; readonly name: string | null; readonly method: string | null };

/** `p(95)<200 over 10s` as data. */
export type Condition = {
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** Milliseconds for times, 0 … 1 for shares, per second for rates of counts. */
  readonly limit: number;
  /** It must hold in each window of so many whole seconds; null: over the whole run. */
  readonly overMs: number | null;
};

/** What of the rows. */
export type Aggregation = TimeAggregation | { readonly kind: 'count' | 'fail_ratio' | 'rps' | 'value' } | { readonly kind: 'rate' };

/** Of response times. */
export type TimeAggregation =
  | { readonly kind: 'avg' | 'min' | 'max' | 'med' }
  /** 0 … 100. */
  | { readonly kind: 'p'; readonly percent: number };

/** How it is compared with the limit. */
export type Operator = '<' | '<=' | '>' | '>=' | '==' | '===' | '!=';

/** Where a run's thresholds come from. */
export type ThresholdSources = {
  /** `--threshold`, each `row: expression`, or an expression alone for all requests. */
  readonly typed: readonly string[];
  /**
   * The scenario's `thresholds` in k6's form, `{ 'GET /users': ['p(95)<200', { threshold: 'rate<0.01', over: '10s', abortOnFail: true,
   * delayAbortEval: '10s' }] }`, or a list of what could be typed; null or undefined: none.
   */
  readonly exported: unknown;
  /** Of configuration files, in the same form. */
  readonly fromFile: unknown;
};

/** Throws a BoomerError that says where it stands, what was expected, and what is near to what came. */
export function parseThresholds({ typed, exported, fromFile }: ThresholdSources): readonly Threshold[] {
  const all = [
    ...typed.map((text) => parseThreshold(text, '--threshold')),
    ...fromTable(exported, 'the scenario\'s thresholds'),
    ...fromTable(fromFile, 'the configuration\'s thresholds'),
  ];
  // The first of equals stays, unless the later one ends the run where that does not, or sooner.
  const kept = new Map<string, Threshold>();
  for (const threshold of all) {
    const key = JSON.stringify([threshold.row, threshold.expression]);
    const earlier = kept.get(key);
    if (earlier === undefined || endsSooner(threshold, earlier)) kept.set(key, threshold);
  }
  return [...kept.values()];
}

function endsSooner(one: Threshold, other: Threshold): boolean {
  return one.abortOnFail && (!other.abortOnFail || one.delayAbortEvalMs < other.delayAbortEvalMs);
}

/** Names may hold colons, expressions do not: the last colon parts the two. */
export function parseThreshold(line: string, where: string): Threshold {
  const colon = line.lastIndexOf(':');
  return colon < 0 ? threshold('Aggregated', line, where) : threshold(line.slice(0, colon), line.slice(colon + 1), where);
}

function fromTable(table: unknown, where: string): readonly Threshold[] {
  if (table === undefined || table === null) return [];
  if (Array.isArray(table)) return table.map((line: unknown) => parseThreshold(textOf(line, where), where));
  if (typeof table !== 'object') throw new BoomerError('usage', `${where}: expected { 'GET /users': ['p(95)<200'] }, got ${printed(table)}`);
  return Object.entries(table).flatMap(([row, value]: [string, unknown]) => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
    return entries.map((entry) => fromEntry(row, entry, `${where}, ${JSON.stringify(row)}`));
  });
}

const entryKeys = ['threshold', 'over', 'abortOnFail', 'delayAbortEval'];

function fromEntry(row: string, entry: unknown, where: string): Threshold {
  if (typeof entry === 'string') return threshold(row, entry, where);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new BoomerError('usage', `${where}: expected 'p(95)<200' or { threshold, over, abortOnFail, delayAbortEval }, got ${printed(entry)}`);
  const unknownKey = Object.keys(entry).find((key) => !entryKeys.includes(key));
  if (unknownKey !== undefined) {
    const meant = nearest(unknownKey, entryKeys);
    throw new BoomerError('usage', `${where}: expected the keys ${entryKeys.join(', ')}, got "${unknownKey}"${meant === null ? '' : `: did you mean "${meant}"?`}`);
  }
  const { threshold: expression, over, abortOnFail = false, delayAbortEval } = entry as Readonly<Record<string, unknown>>;
  if (typeof abortOnFail !== 'boolean') throw new BoomerError('usage', `${where}: abortOnFail expects true or false, got ${printed(abortOnFail)}`);
  return { ...threshold(row, withWindow(textOf(expression, where), over, where), where), abortOnFail, delayAbortEvalMs: delayOf(delayAbortEval, where) };
}

/** The expression as it could be typed. */
function withWindow(expression: string, over: unknown, where: string): string {
  if (over === undefined || over === null) return expression;
  // A number would be seconds in a configuration, and milliseconds beside it, in k6's delayAbortEval.
  if (typeof over !== 'string') throw new BoomerError('usage', `${where}: over expects a duration with its unit such as '10s', got ${printed(over)}`);
  if (windowOf(expression).window !== null) throw new BoomerError('usage', `${where}: the threshold ${JSON.stringify(expression)} says its window already: leave out over, got ${printed(over)}`);
  return `${expression.trim()} over ${over.trim()}`;
}

/** A bare number is milliseconds, as in k6's object form; text is as everywhere else. */
function delayOf(delay: unknown, where: string): number {
  if (delay === undefined || delay === null) return 0;
  if (typeof delay === 'number' && Number.isFinite(delay) && delay >= 0) return delay;
  if (typeof delay === 'string') return parseDurationMs(delay, `${where}: delayAbortEval`);
  throw new BoomerError('usage', `${where}: delayAbortEval expects a duration such as '10s', got ${printed(delay)}`);
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new BoomerError('usage', `${where}: expected a text such as 'p(95)<200', got ${printed(value)}`);
}

function threshold(row: string, expression: string, where: string): Threshold {
  const target = parseTarget(row, where);
  const condition = parseExpression(expression, where);
  checkAggregation(target, condition.aggregation, where);
  if (target.metric === 'lateness') checkLateness(condition, where);
  return { row: row.trim(), expression: expression.trim(), target, condition, abortOnFail: false, delayAbortEvalMs: 0 };
}

/*
 * `p(95)<200 over 10s`: k6's grammar of thresholds (k6 metrics/thresholds_parser.go), with two aggregations more, and windows.
 *
 *   expression   aggregation operator number        blanks between them
 *                … over duration                    in each window of so many whole seconds, from 1s to 1h
 *   aggregation  avg  min  max  med  p(N)           response times in milliseconds
 *                count                              requests
 *                rate                               what the metric calls its rate: see `namedMetrics`
 *                fail_ratio  rps                    share of failed requests 0 … 1, requests a second
 *                value                              of a gauge of the scenario's own
 *   operator     <  <=  >  >=  ==  ===  !=
 */

const plainAggregations = ['avg', 'min', 'max', 'med', 'count', 'rate', 'fail_ratio', 'rps', 'value'] as const;
const operators: readonly Operator[] = ['<', '<=', '>', '>=', '==', '===', '!='];
/** What is kept of a window grows with its seconds. */
const maxWindowMs = 3_600_000;

/** What other tools call them. */
const synonyms: Readonly<Record<string, string>> = {
  average: 'avg', mean: 'avg', median: 'med', minimum: 'min', maximum: 'max', requests: 'count', fails: 'fail_ratio', failures: 'fail_ratio',
  error_rate: 'fail_ratio', errors: 'fail_ratio', 'req/s': 'rps', reqs: 'rps', percentile: 'p(95)', '=': '==', '=<': '<=', '=>': '>=', '<>': '!=', '!==': '!=',
};

/** Throws a BoomerError that names `where`, what it expected and what is near to what came. */
export function parseExpression(text: string, where: string): Condition {
  const { condition, window } = windowOf(text);
  const parts = /^([^<>=!]*)([<>=!]+)(.*)$/su.exec(condition.trim());
  if (parts === null) throw wrong(text, where, 'expected an aggregation, an operator and a number');
  const [, left = '', operator = '', right = ''] = parts;
  return {
    aggregation: aggregationOf(left.trim(), text, where),
    operator: operatorOf(operator, text, where),
    limit: numberOf(right.trim(), text, where),
    overMs: window === null ? null : windowMsOf(window, text, where),
  };
}

/** `p(95)<200` and `10s`; null: there is no window. */
function windowOf(text: string): { readonly condition: string; readonly window: string | null } {
  const [, condition = text, window = null] = /^(.*?)\bover\b(.*)$/su.exec(text) ?? [];
  return { condition, window: window === null ? null : window.trim() };
}

function windowMsOf(window: string, text: string, where: string): number {
  if (/^\d+(?:\.\d+)?$/u.test(window)) throw wrong(text, where, `a window has a unit, got "over ${window}"${hint(`over ${window}s`)}`);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/u.test(window)) throw wrong(text, where, `expected a duration such as 10s or 1m30s after "over", got "${window}"`);
  const ms = parseDurationMs(window, where);
  if (ms < 1_000 || ms > maxWindowMs || ms % 1_000 !== 0) throw wrong(text, where, `a window has whole seconds, from 1s to 1h, as it is looked at once a second, got "over ${window}"`);
  return ms;
}

/** How an aggregation is written: `p(95)`, `avg`. */
export function aggregationText(aggregation: Aggregation): string {
  return aggregation.kind === 'p' ? `p(${aggregation.percent})` : aggregation.kind;
}

/** k6's `===` and `==` are the same: everything is a number. */
export function isMet({ operator, limit }: Condition, measured: number): boolean {
  switch (operator) {
    case '<': return measured < limit;
    case '<=': return measured <= limit;
    case '>': return measured > limit;
    case '>=': return measured >= limit;
    case '==':
    case '===': return measured === limit;
    case '!=': return measured !== limit;
  }
}

function aggregationOf(word: string, text: string, where: string): Aggregation {
  const plain = plainAggregations.find((name) => name === word);
  if (plain !== undefined) return { kind: plain };
  const inside = /^p\((.*)\)$/su.exec(word)?.[1];
  if (inside !== undefined) {
    const percent = decimal(inside.trim());
    if (percent === null || percent < 0 || percent > 100) throw wrong(text, where, `p() expects a percentage from 0 to 100, got "${inside}"`);
    return { kind: 'p', percent };
  }
  throw wrong(text, where, `expected one of avg, min, max, med, p(N), count, rate, fail_ratio, rps, value before the operator, got "${word}"${hint(meantAggregation(word))}`);
}

function meantAggregation(word: string): string | null {
  const percent = /^p(?:c|ct)?[_ ]?(\d+(?:\.\d+)?)%?$/iu.exec(word)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return `p(${percent})`;
  return synonyms[word.toLowerCase()] ?? nearest(word, plainAggregations);
}

function operatorOf(signs: string, text: string, where: string): Operator {
  const operator = operators.find((candidate) => candidate === signs);
  if (operator === undefined) throw wrong(text, where, `expected one of ${operators.join(' ')}, got "${signs}"${hint(synonyms[signs] ?? null)}`);
  return operator;
}

function numberOf(word: string, text: string, where: string): number {
  const number = decimal(word);
  if (number !== null) return number;
  const percent = decimal(/^(.*?)\s*%$/su.exec(word)?.[1] ?? '');
  if (percent !== null) throw wrong(text, where, `shares are written from 0 to 1, got "${word}"${hint(String(Number((percent / 100).toPrecision(12))))}`);
  const [, amount, unit] = /^(.*?)\s*(ms|s)$/su.exec(word) ?? [];
  const time = decimal(amount ?? '');
  if (time !== null) throw wrong(text, where, `times are milliseconds without a unit, got "${word}"${hint(String(unit === 's' ? time * 1000 : time))}`);
  const [, before = '', within] = /^(\S+)\s+(?:in|for|per|within|during|of)\s+(\d\S*)$/su.exec(word) ?? [];
  if (within !== undefined) throw wrong(text, where, `expected a number after the operator, got "${word}"${hint(`${before} over ${within}`)}`);
  throw wrong(text, where, `expected a number after the operator, got "${word}"`);
}

/** A decimal number as Go's ParseFloat and JavaScript both read it; null for anything else. */
function decimal(word: string): number | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(word)) return null;
  const number = Number(word);
  return Number.isFinite(number) ? number : null;
}

function hint(meant: string | null): string {
  return meant === null ? '' : `: did you mean ${meant}?`;
}

function wrong(text: string, where: string, what: string): BoomerError {
  return new BoomerError('usage', `${where}: the threshold ${JSON.stringify(text)} cannot be read: ${what}${what.endsWith('?') ? '' : '.'} An example: p(95)<200`);
}

/*
 * What a threshold is about: a row of Locust's table, all of them, or a metric by its name, as in k6.
 *
 *   *   Aggregated                     all requests
 *   GET /users                         the row of this method and name
 *   /users                             rows of this name, of any method
 *   GET /api/*                         where no row is called so: all rows that are, whatever stands for the *
 *   items sold   counter items sold    a check or metric of the scenario's own, where there is no such row
 *   GET /users [from schedule]         its response times, measured from when the requests should have begun
 *   checks   checks{name:has items}    all named checks, or one; in a scenario without any, requests that did not fail
 *   http_req_duration                  k6: all HTTP requests
 *   http_req_duration{name:/users}     k6's sub-metric; tags are `name` and `method`
 *   dropped                            arrivals of an open model that no user was free for: how many, and which share of all
 *   lateness                           how long after their moments arrivals, or the requests of a replay, began: p(99) and max
 */

type NamedMetric = Exclude<Metric, 'row'>;

/** What a metric is. */
type MetricRules = {
  /** What it counts; arrivals are those of an open model, on schedule or dropped. */
  readonly counts: 'requests' | 'arrivals on schedule' | 'dropped arrivals' | 'late arrivals';
  /** What it may be asked for. */
  readonly aggregations: readonly Aggregation['kind'][];
  /** What `rate` means. */
  readonly rate: 'rps' | 'fail_ratio' | 'pass_ratio' | 'drop_ratio';
  /** Whether `{name:…, method:…}` may choose among rows. */
  readonly hasTags: boolean;
};

const times: readonly Aggregation['kind'][] = ['avg', 'min', 'max', 'med', 'p'];

/**
 * All metrics that may stand in place of a row: a further one is a line here, and its numbers are found by `figuresOf` and `numberOf` (thresholdVerdicts.ts). What k6's
 * own may be asked for is what k6 allows for their type: trend, rate or counter (k6 metrics/metric_type.go).
 */
const namedMetrics: Readonly<Record<NamedMetric, MetricRules>> = {
  http_req_duration: { counts: 'requests', aggregations: times, rate: 'fail_ratio', hasTags: true },
  http_req_failed: { counts: 'requests', aggregations: ['rate'], rate: 'fail_ratio', hasTags: true },
  http_reqs: { counts: 'requests', aggregations: ['count', 'rate'], rate: 'rps', hasTags: true },
  checks: { counts: 'requests', aggregations: ['rate'], rate: 'pass_ratio', hasTags: true },
  iterations: { counts: 'arrivals on schedule', aggregations: ['count', 'rate'], rate: 'rps', hasTags: false },
  dropped_iterations: { counts: 'dropped arrivals', aggregations: ['count', 'rate'], rate: 'rps', hasTags: false },
  dropped: { counts: 'dropped arrivals', aggregations: ['count', 'rate'], rate: 'drop_ratio', hasTags: false },
  lateness: { counts: 'late arrivals', aggregations: ['max', 'p'], rate: 'drop_ratio', hasTags: false },
};
const metricNames = Object.keys(namedMetrics) as readonly NamedMetric[];
const ofRows: MetricRules = { counts: 'requests', aggregations: [...times, 'count', 'rate', 'fail_ratio', 'rps', 'value'], rate: 'fail_ratio', hasTags: false };

/** What a metric counts, and what it may be asked for. */
export function metricRules(metric: Metric): MetricRules {
  return metric === 'row' ? ofRows : namedMetrics[metric];
}

/** What of the rows, with `rate` said out. */
export function quantityOf({ metric }: Target, aggregation: Aggregation): TimeAggregation | { readonly kind: 'count' | 'value' | MetricRules['rate'] } {
  return aggregation.kind === 'rate' ? { kind: metricRules(metric).rate } : aggregation;
}

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
  const metric = metricNames.find((candidate) => candidate === word);
  if (metric !== undefined) return { metric, rows: taggedRows(metric, tags, where), isFromSchedule };
  if (otherK6Names.test(name)) {
    throw new BoomerError('usage', `${where}: "${word}" is not measured here${meant(nearest(word, metricNames))} Of metrics there are ${metricNames.join(', ')}; a metric of the scenario's own that is named so is written with its kind: trend ${word}`);
  }
  return { metric: 'row', rows: name === '*' || name === 'Aggregated' || name === '' ? { kind: 'all' } : { kind: 'named', text: name }, isFromSchedule };
}

/** Throws a BoomerError when the metric has no such number. */
export function checkAggregation({ metric, isFromSchedule }: Target, aggregation: Aggregation, where: string): void {
  const { aggregations, counts } = metricRules(metric);
  if (!aggregations.includes(aggregation.kind)) {
    throw new BoomerError('usage', `${where}: ${metric} has no "${aggregationText(aggregation)}"; it has ${aggregations.map((kind) => (kind === 'p' ? 'p(N)' : kind)).join(', ')}`);
  }
  if (isFromSchedule && !times.includes(aggregation.kind)) {
    throw new BoomerError('usage', `${where}: [from schedule] is for response times (avg, min, max, med, p(N)), not for "${aggregationText(aggregation)}"`);
  }
  if (isFromSchedule && counts !== 'requests') {
    throw new BoomerError('usage', `${where}: [from schedule] is for response times of requests: ${metric} is that of arrivals already; leave the mark out`);
  }
}

/** It is told of two numbers alone. */
function checkLateness({ aggregation }: Condition, where: string): void {
  if (aggregation.kind === 'p' && aggregation.percent !== 99) throw new BoomerError('usage', `${where}: lateness has p(99) and max, not "${aggregationText(aggregation)}"`);
}

function taggedRows(metric: NamedMetric, tags: string | undefined, where: string): RowFilter {
  const isHttp = metric.startsWith('http_');
  if (tags === undefined || tags.trim() === '') return isHttp ? { kind: 'http' } : { kind: 'all' };
  if (!metricRules(metric).hasTags) throw new BoomerError('usage', `${where}: ${metric} is counted over all tasks and has no tags, got {${tags}}`);
  const selected: { name: string | null; method: string | null } = { name: null, method: null };
  // Names may hold commas: a comma parts tags only before the next `key:`.
  for (const tag of tags.split(/,(?=\s*\w+\s*:(?!\/\/))/u)) {
    const [, key = '', value = ''] = /^\s*(\w*)\s*:\s*(.*?)\s*$/su.exec(tag) ?? [];
    if ((key !== 'name' && key !== 'method') || value === '') {
      throw new BoomerError('usage', `${where}: ${metric}{…} expects the tags name:… and method:…, got "${tag.trim()}"`);
    }
    selected[key] = value;
  }
  return { kind: 'tagged', isHttp, ...selected };
}

function meant(candidate: string | null): string {
  return candidate === null ? '.' : `: did you mean ${candidate}?`;
}
