/** What a threshold measures of a check or a metric of the scenario's own; pure. */
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import { perCountedSec } from '../stats/report.ts';
import type { Measured, RunStats } from './runView.ts';
import { type Aggregation, aggregationText } from './thresholds.ts';

/** A check or metric by its name, or by kind and name (`counter items sold`), in that order; undefined: there is none. */
export function metricNamed({ checks, metrics }: Pick<RunStats, 'checks' | 'metrics'>, text: string): CheckNumbers | MetricNumbers | undefined {
  const all = [...checks, ...metrics];
  return all.find(({ name }) => name.trim() === text) ?? all.find(({ kind, name }) => `${kind} ${name}`.trim() === text);
}

/** What each kind can be asked for; `rate` is the share that passed, or what was added a second. */
const aggregations: Readonly<Record<(CheckNumbers | MetricNumbers)['kind'], readonly Aggregation['kind'][]>> = {
  check: ['rate', 'fail_ratio', 'count'],
  rate: ['rate', 'fail_ratio', 'count'],
  counter: ['count', 'rate', 'rps'],
  gauge: ['value', 'min', 'max'],
  trend: ['avg', 'min', 'max', 'med', 'p', 'count'],
};

/** Of the whole run, or of a window of it; rates are over `countedMs`. */
export function measureMetric(metric: CheckNumbers | MetricNumbers, aggregation: Aggregation, countedMs: number): Measured {
  const allowed = aggregations[metric.kind];
  if (!allowed.includes(aggregation.kind)) return { value: null, why: `a ${metric.kind} has no "${aggregationText(aggregation)}"; it has ${allowed.map((kind) => (kind === 'p' ? 'p(N)' : kind)).join(', ')}` };
  switch (metric.kind) {
    case 'check':
    case 'rate': return shareOf(metric, aggregation);
    case 'counter': return aggregation.kind === 'count' ? { value: metric.sum, unit: 'own', name: metric.unit } : { value: perCountedSec(metric.sum, countedMs), unit: 'perSec' };
    case 'gauge': return { value: aggregation.kind === 'min' ? metric.min : aggregation.kind === 'max' ? metric.max : metric.value, unit: 'own', name: metric.unit };
    case 'trend': return aggregation.kind === 'count' ? { value: metric.count, unit: 'count' } : { value: trendValue(metric, aggregation), unit: 'own', name: metric.unit };
  }
}

function shareOf({ name, passes, fails }: { readonly name: string; readonly passes: number; readonly fails: number }, { kind }: Aggregation): Measured {
  const count = passes + fails;
  if (kind === 'count') return { value: count, unit: 'count' };
  if (count === 0) return { value: null, why: `nothing was counted for "${name}"` };
  return { value: (kind === 'rate' ? passes : fails) / count, unit: 'share' };
}

function trendValue({ average, min, max, percentile }: Extract<MetricNumbers, { readonly kind: 'trend' }>, aggregation: Aggregation): number {
  if (aggregation.kind === 'p') return percentile(aggregation.percent);
  if (aggregation.kind === 'med') return percentile(50);
  if (aggregation.kind === 'min') return min;
  return aggregation.kind === 'max' ? max : average;
}
