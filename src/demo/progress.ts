/** The line that shows how far the run is. */
import type { MasterStats } from './masterStats.ts';

export type ProgressInput = {
  readonly stats: MasterStats;
  /** Since the run began; null before. */
  readonly elapsedSec: number | null;
  readonly runTimeSec: number;
  /** The peak. */
  readonly users: number;
};

/** `0:35 of 1:10 · running · 35/50 users · 104.2 requests/s · 2431 requests, 0 failed`. */
export function formatProgress({ stats, elapsedSec, runTimeSec, users }: ProgressInput): string {
  if (elapsedSec === null) return stats.workers === 0 ? 'waiting for the worker' : 'the worker is there: about to start';
  const parts = [
    `${formatClock(Math.min(elapsedSec, runTimeSec))} of ${formatClock(runTimeSec)}`,
    stats.state,
    `${stats.users}/${users} users`,
    `${stats.requestsPerSec.toFixed(1)} requests/s`,
    `${stats.requests} requests, ${stats.failures} failed`,
  ];
  return parts.join(' · ');
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
