/** Numbers and times as the page shows them. */

/** Milliseconds with three significant digits or to the whole millisecond; a dash for null. */
export function formatMs(ms: number | null): string {
  if (ms === null) return '–';
  const decimals = ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 || ms === 0 ? 2 : 3;
  return ms.toFixed(decimals);
}

/** Two decimals, as Locust's report has; a dash for null. */
export function formatTwo(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

/** Axis labels: no needless zeros, thousands as `12k`. */
export function formatShort(value: number): string {
  if (Math.abs(value) >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`;
  return String(Number(value.toPrecision(6)));
}

/** `50%`, `99.9%`. */
export function formatPercent(percent: number): string {
  return `${Number(percent.toFixed(6))}%`;
}

/** `14:05:09` in the reader's time zone. */
export function formatClock(atSec: number): string {
  const date = new Date(atSec * 1000);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-08-01 14:05:09` in the reader's time zone. */
export function formatStamp(atSec: number): string {
  const date = new Date(atSec * 1000);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatClock(atSec)}`;
}
