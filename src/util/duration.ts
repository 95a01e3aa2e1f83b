/**
 * Durations as people type them: `20`, `20s`, `1h20m`, `1.5m`, `300ms`; a bare number is seconds, as in Locust.
 */
import { BoomerError } from './boomerError.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; throws a BoomerError that lists the forms, and names `what` was wrong. */
export function parseDurationMs(text: string, what: string): number {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/u.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/u.test(trimmed)) {
    throw new BoomerError('bad-duration', `${what} expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "${text}"`);
  }
  let ms = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gu)) ms += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return ms;
}

/** Milliseconds (0 or more) as they could be typed: `90000` → `1m30s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const parts: string[] = [];
  let leftMs = ms;
  for (const [unit, unitMs] of [['h', 3_600_000], ['m', 60_000]] as const) {
    if (leftMs >= unitMs) parts.push(`${Math.floor(leftMs / unitMs)}${unit}`);
    leftMs %= unitMs;
  }
  if (leftMs > 0 || parts.length === 0) parts.push(`${leftMs / 1000}s`);
  return parts.join('');
}
