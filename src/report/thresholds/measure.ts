/**
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
import type { ArrivalCounts, RunStats } from '../runView.ts';
import { nothingSelected, selectedRows, timesOf, type Times } from './selectedRows.ts';
import type { Aggregation, Threshold, TimeAggregation } from './threshold.ts';

/** What thresholds are held against, at any moment of a run. */
export type ThresholdView = {
  readonly stats: RunStats;
  /** Null when nothing had a schedule. */
  readonly fromSchedule: RunStats | null;
  /** What rates are divided by. */
  readonly countedMs: number;
  readonly arrivals: ArrivalCounts | null;
};

export type Measured =
  | { readonly value: number; readonly unit: 'ms' | 'share' | 'count' | 'perSec' }
  /** Nothing to measure, and why. */
  | { readonly value: null; readonly why: string };

export function measure({ target, condition }: Threshold, view: ThresholdView): Measured {
  const { aggregation } = condition;
  if (target.metric === 'iterations' || target.metric === 'dropped_iterations') {
    if (view.arrivals === null) return { value: null, why: `${target.metric} are counted with --rate only` };
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
