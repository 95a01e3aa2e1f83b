/**
 * Response times of the last 10 s, from Locust's rounded ones: the window of its charts and of its full history
 * (stats.py, `CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW`). Locust takes the difference to a copy that is about 10 s old;
 * here the reports of these seconds are added up.
 */
import { locustPercentileMs } from '../../stats/histogram.ts';
import type { StatsRow } from '../../stats/report.ts';

/** Length of the window. */
export const recentWindowMs = 10_000;

/** What one report says of response times. */
export type TimesTaken = Pick<StatsRow, 'responseTimes' | 'numRequests' | 'numNoneRequests' | 'totalResponseTimeMs'>;

export type RecentView = {
  /** Requests with a response time. */
  readonly timedCount: number;
  readonly averageMs: number | null;
  /** Of the fraction 0 … 1 as Locust computes it; null when there are none. */
  readonly percentileMs: (fraction: number) => number | null;
};

export class RecentTimes {
  #taken: { readonly atMs: number; readonly times: TimesTaken }[] = [];

  /** Adds what was recorded until `atMs`, a monotonic moment. */
  add(atMs: number, times: TimesTaken): void {
    this.#forgetBefore(atMs);
    this.#taken.push({ atMs, times });
  }

  /** The window that ends at `atMs`. */
  view(atMs: number): RecentView {
    this.#forgetBefore(atMs);
    const counts = new Map<number, number>();
    let timedCount = 0;
    let sumMs = 0;
    for (const { times } of this.#taken) {
      timedCount += times.numRequests - times.numNoneRequests;
      sumMs += times.totalResponseTimeMs;
      for (const [ms, count] of times.responseTimes) counts.set(ms, (counts.get(ms) ?? 0) + count);
    }
    const descending = [...counts].sort(([one], [other]) => other - one);
    return {
      timedCount,
      averageMs: timedCount === 0 ? null : sumMs / timedCount,
      percentileMs: (fraction) => (timedCount === 0 ? null : locustPercentileMs(descending, timedCount, fraction)),
    };
  }

  #forgetBefore(atMs: number): void {
    const firstKept = this.#taken.findIndex((taken) => taken.atMs > atMs - recentWindowMs);
    this.#taken.splice(0, firstKept < 0 ? this.#taken.length : firstKept);
  }
}
