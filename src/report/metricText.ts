/** Checks and metrics of a scenario's own as people read them: in the terminal, on pages and in pull requests. Pure. */
import type { MetricNumbers } from '../stats/metricNumbers.ts';
import { perCountedSec } from '../stats/report.ts';
import { countText, perSecText, responseTimeText, shareText } from './numberText.ts';

/** `99.2 %, 1 240 of 1 250` */
export function passText({ passes, fails }: { readonly passes: number; readonly fails: number }): string {
  return `${shareText(passes, passes + fails)}, ${countText(passes)} of ${countText(passes + fails)}`;
}

/** `1 234 items, 41.1 a second`; `5, from 1 to 9`; `avg 12 ms, min 4.1, med 10, p(90) 20, p(95) 31, max 99, of 1 250`. */
export function metricText(metric: MetricNumbers, countedMs: number): string {
  switch (metric.kind) {
    case 'rate': return passText(metric);
    case 'counter': return `${valueText(metric.sum, metric.unit)}, ${perSecText(perCountedSec(metric.sum, countedMs))} a second`;
    case 'gauge': return `${valueText(metric.value, metric.unit)}, from ${valueText(metric.min, '')} to ${valueText(metric.max, '')}`;
    case 'trend': {
      const { unit, average, min, max, count, percentile } = metric;
      const plain = (value: number): string => (unit === 'ms' ? responseTimeText(value) : valueText(value, ''));
      return `avg ${`${plain(average)} ${unit}`.trim()}, min ${plain(min)}, med ${plain(percentile(50))}, p(90) ${plain(percentile(90))}, p(95) ${plain(percentile(95))}, max ${plain(max)}, of ${countText(count)}`;
    }
  }
}

/** To five digits, and to the whole number from 10 000 on; whole numbers whole. */
function valueText(value: number, unit: string): string {
  const isWhole = Number.isInteger(value) || Math.abs(value) >= 10_000;
  const text = isWhole && Math.abs(value) < 1e15 ? countText(Math.round(value)) : String(Number(value.toPrecision(5)));
  return `${text} ${unit}`.trim();
}
