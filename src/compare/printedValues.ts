/** Values of comparisons as a person reads them. */
import type { Comparison } from './comparison.ts';

/** `187 ms`, `0.12 %`, `842/s`; `–` where there is none. */
export function valueText(value: number | null, { metric }: Comparison): string {
  if (value === null) return '–';
  switch (metric) {
    case 'error rate': return `${digits(100 * value, 3)} %`;
    case 'throughput': return `${digits(value, 4)}/s`;
    case 'p50':
    case 'p95':
    case 'p99': return `${digits(value, value >= 1000 ? 4 : 3)} ms`;
  }
}

/** `+9.8 %` of the base; of error rates `+0.9 pp` (percentage points). */
export function changeText({ change, metric }: Comparison): string {
  return change === null ? '–' : signed(change, unitOf(metric));
}

/** `+7.1 … +12.6 %`; `–` where nothing can be said. */
export function intervalText({ interval, metric }: Comparison): string {
  return interval === null ? '–' : `${signed(interval.low, '')} … ${signed(interval.high, unitOf(metric))}`;
}

export function outcomeText({ outcome, why, noiseBand, metric }: Comparison): string {
  const word = outcome === 'unchanged' ? 'no change' : outcome;
  const reason = noiseBand !== null && outcome !== 'unknown' ? [why, `noise ±${digits(100 * noiseBand, 2)}${unitOf(metric)}`].filter((part) => part !== '').join(', ') : why;
  return reason === '' ? word : `${word} (${reason})`;
}

export function rowText({ method, name }: { readonly method: string; readonly name: string }): string {
  return `${method} ${name}`.trim();
}

function unitOf(metric: Comparison['metric']): string {
  return metric === 'error rate' ? ' pp' : ' %';
}

function signed(share: number, unit: string): string {
  const text = digits(Math.abs(100 * share), 3);
  return `${text === '0' ? '' : share < 0 ? '-' : '+'}${text}${unit}`;
}

/** At most so many digits that mean something; nothing is more precise than a thousandth. */
function digits(value: number, most: number): string {
  if (value >= 10 ** most) return String(Math.round(value));
  return String(Number(Number(value.toPrecision(most)).toFixed(3)));
}
