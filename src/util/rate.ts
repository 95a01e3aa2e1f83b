/**
 * Rates as people write them: `100`, `100/s`, `30/1m`, `5/500ms` (boomer ratelimiter.go; k6's `rate` and `timeUnit`).
 */
import { BoomerError } from './boomerError.ts';
import { parseDurationMs } from './duration.ts';

/** `count` things in each `periodMs`. */
export type Rate = { readonly count: number; readonly periodMs: number };

const unitMs: ReadonlyMap<string, number> = new Map([['ms', 1], ['s', 1_000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000]]);

/** Reads a rate above 0; a bare number is per second. Throws a BoomerError that names `where` and shows the forms. */
export function parseRate(text: string, where: string): Rate {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:\/\s*(\S+)\s*)?$/u.exec(text);
  const count = Number(match?.[1]);
  if (match === null || !(count > 0)) throw wrongRate(text, where);
  const period = match[2];
  if (period === undefined) return { count, periodMs: 1_000 };
  const periodMs = unitMs.get(period) ?? parsePeriod(period, text, where);
  return { count, periodMs };
}

/** Things a second. */
export function ratePerSec({ count, periodMs }: Rate): number {
  return (count * 1_000) / periodMs;
}

/** A rate a second in words: `0.5`. */
export function rateText(perSec: number): string {
  return String(Number(perSec.toPrecision(4)));
}

/** What a user is where the users are an arrival rate: `stands for 2 arrivals a second, on schedule, at most 20 at once`. */
export function standsFor({ perSec, maxAtOnce }: { readonly perSec: number; readonly maxAtOnce: number }): string {
  return `stands for ${rateText(perSec)} ${perSec === 1 ? 'arrival' : 'arrivals'} a second, on schedule, at most ${maxAtOnce} at once`;
}

function parsePeriod(period: string, text: string, where: string): number {
  try {
    const periodMs = parseDurationMs(period, where);
    if (periodMs > 0) return periodMs;
  } catch (error) {
    if (!(error instanceof BoomerError)) throw error;
  }
  throw wrongRate(text, where);
}

function wrongRate(text: string, where: string): BoomerError {
  return new BoomerError('usage', `${where} expects a rate above 0 such as 100, 100/s, 30/1m or 5/500ms, got "${text}"`);
}
