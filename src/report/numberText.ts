/**
 * Numbers, durations and stamps as people read them: in the terminal, where room is scarce and Locust's tables are the model, and in documents.
 * Pure; the HTML report's page, which runs in a browser, has them from here too.
 */
import { nounFor } from '../util/counted.ts';

/**
 * Milliseconds of a response time. Whole numbers from 10 ms on, as Locust prints them; below, two significant digits
 * (`4.2`, `0.42`, down to a microsecond), so that fast targets do not all read 0. Null reads 0, as in Locust.
 */
export function responseTimeText(ms: number | null): string {
  if (ms === null) return '0';
  if (ms >= 9.95) return String(Math.round(ms));
  const wholeUs = Math.round(ms * 1000) / 1000;
  return String(Number(wholeUs.toPrecision(2)));
}

/** `4973` → `4 973` */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, ' ');
}

/** `1 request`, `4 973 requests` */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${nounFor(count, noun)}`;
}

/** A share as a percentage with one digit: `0.2 %`; what is not nothing never reads `0.0 %`, what is not all never `100.0 %`. */
export function shareText(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return '0.0 %';
  const percent = (100 * part) / whole;
  if (percent < 0.05) return '<0.1 %';
  if (percent < 100 && percent >= 99.95) return '>99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** Something a second: whole numbers from 10 on. */
export function perSecText(perSec: number): string {
  return perSec >= 9.95 ? countText(Math.round(perSec)) : String(Number(perSec.toFixed(1)));
}

/** Bytes with up to three digits: `0 B`, `812 B`, `1.2 kB`, `34.5 MB`. */
export function byteText(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? bytes : amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${['B', 'kB', 'MB', 'GB'][power] ?? ''}`;
}

/** How long a run has gone on, as k6 writes it: `0m05.0s`, `1h02m03.4s`. */
export function clockText(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100);
  const sec = (tenths % 600) / 10;
  const minutes = Math.floor(tenths / 600);
  const hours = Math.floor(minutes / 60);
  const secText = sec.toFixed(1).padStart(4, '0');
  return hours === 0 ? `${minutes}m${secText}s` : `${hours}h${String(minutes % 60).padStart(2, '0')}m${secText}s`;
}

/** A Unix stamp as the time of day, in UTC: `12:00:01Z`. */
export function timeOfDay(stampSec: number): string {
  return `${new Date(stampSec * 1000).toISOString().slice(11, 19)}Z`;
}

/* In documents: a digit more, and dashes. Stamps without a zone are those of the reader's, for the page. */

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
