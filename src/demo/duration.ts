/** Lengths of time as Locust writes them on its command line. */

/** What to tell a person whose duration was refused. */
export const durationForms = '20, 20s, 3m, 2h, 1m30s or 1h20m';

const pattern = /^(?=\d)(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+)s?)?$/;

/**
 * Seconds of a duration in Locust's forms (`durationForms`): whole hours, minutes and seconds, a bare number meaning
 * seconds (Locust util/timespan.py). Null for anything else.
 */
export function parseDurationSec(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (match === null) return null;
  const { hours = '0', minutes = '0', seconds = '0' } = match.groups ?? {};
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number.isSafeInteger(total) ? total : null;
}

/** `m:ss`, or `h:mm:ss` from an hour on, for a progress line. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}
