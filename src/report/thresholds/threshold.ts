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

/** `row` is ours: all aggregations. The others are k6's metrics, with k6's aggregations. */
export type Metric = 'row' | 'http_req_duration' | 'http_req_failed' | 'http_reqs' | 'checks' | 'iterations' | 'dropped_iterations';

export type RowFilter =
  | { readonly kind: 'all' }
  /** Rows of HTTP requests. */
  | { readonly kind: 'http' }
  /** `METHOD name`, or the name alone, of any method. */
  | { readonly kind: 'named'; readonly text: string }
  /** k6's sub-metric: null matches any. */
  | { readonly kind: 'tagged'; readonly name: string | null; readonly method: string | null };

export type Condition = {
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** Milliseconds for times, 0 … 1 for shares, per second for rates of counts. */
  readonly limit: number;
};

export type Aggregation = TimeAggregation | { readonly kind: 'count' | 'rate' | 'fail_ratio' | 'rps' };

/** Of response times. */
export type TimeAggregation =
  | { readonly kind: 'avg' | 'min' | 'max' | 'med' }
  /** 0 … 100. */
  | { readonly kind: 'p'; readonly percent: number };

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '===' | '!=';
