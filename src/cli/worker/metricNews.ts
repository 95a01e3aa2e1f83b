/**
 * What reports tell a master of gauges, and of trends that are not in milliseconds, which rows of its table cannot say: their values since the report before, so that
 * its thresholds judge them (`OwnMetric` of locust/boomer_master.py).
 */
import { isToldByRows } from '../../stats/besides.ts';
import { preciseMsAt } from '../../stats/histogram.ts';
import { type MetricReport, ofMetricType, trendScale, unscaled } from '../../stats/metrics.ts';
import type { RowSum } from '../../stats/report.ts';

/** Of one metric; plain data. */
type MetricNews = {
  readonly kind: 'gauge' | 'trend';
  readonly unit: string;
  readonly name: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Of a gauge what was set last, of a trend the sum. */
  readonly value: number;
  /** Of a trend: each value to three digits, tenths below 10, and how often it came. */
  readonly times: readonly (readonly [value: number, count: number])[];
};

/** For the report that is sent now; nothing without such metrics. */
export function metricNews(rows: MetricReport): Readonly<Record<string, readonly MetricNews[]>> {
  const news = rows.flatMap((row) => newsOf(row));
  return news.length === 0 ? {} : { boomer_metrics: news };
}

function newsOf(row: RowSum): readonly MetricNews[] {
  const { kind, unit } = ofMetricType(row.method);
  const { name, numRequests: count, minResponseTimeMs, maxResponseTimeMs } = row;
  if (minResponseTimeMs === null) return [];
  if (kind === 'gauge') return [{ kind, unit, name, count, min: minResponseTimeMs, max: maxResponseTimeMs, value: row.totalContentLength, times: [] }];
  // One of bytes has a row, which says nothing of percentiles.
  if (kind !== 'trend' || (unit !== 'bytes' && isToldByRows(row.method))) return [];
  const own = (value: number): number => unscaled(value, trendScale(unit));
  const times = row.timeBuckets === null ? [...row.responseTimes] : Array.from(row.timeBuckets, ([bucket, times]) => [preciseMsAt(bucket, true), times] as const);
  return [{ kind, unit, name, count, min: own(minResponseTimeMs), max: own(maxResponseTimeMs), value: own(row.totalResponseTimeMs), times: times.map(([value, number]) => [own(value), number]) }];
}
