/**
 * The history of a run, one point a second. A run of hours does not make the charts' data grow for ever: whenever there
 * are more than `maxPoints`, neighbours become one point, and later points cover as much time as these do. What a
 * point says stays true: its rates are those of all the time since the point before it.
 */
import { locustPercentileMs } from '../stats/histogram.ts';
import type { StatsRow } from '../stats/report.ts';
import type { HistoryPoint } from './runView.ts';

/** More points than a chart has pixels. */
export const maxPoints = 4_000;

/** A point over less than this is the tail of a run: its rate would be that of a handful of requests. */
const minSec = 0.5;

/** The run over time, as a view that grows. */
export class History {
  #points: HistoryPoint[] = [];
  /** How long each point is, in seconds, and of how many given points it was made. */
  #spans: { readonly sec: number; readonly points: number }[] = [];
  #pointsPerPoint = 1;

  /** Adds a point whose rates are those of the last `sec` seconds (above 0). */
  add(point: HistoryPoint, sec: number): void {
    const last = this.#spans.at(-1);
    const isTail = last !== undefined && sec < minSec;
    if (last !== undefined && (isTail || last.points < this.#pointsPerPoint)) {
      const before = this.#points.at(-1) ?? point;
      this.#points[this.#points.length - 1] = joined(before, last.sec, point, sec);
      this.#spans[this.#spans.length - 1] = { sec: last.sec + sec, points: last.points + (isTail ? 0 : 1) };
      return;
    }
    this.#points.push(point);
    this.#spans.push({ sec, points: 1 });
    if (this.#points.length > maxPoints) this.#halve();
  }

  /** Oldest first. */
  get points(): readonly HistoryPoint[] {
    return this.#points;
  }

  #halve(): void {
    const [points, spans] = [this.#points, this.#spans];
    this.#points = [];
    this.#spans = [];
    this.#pointsPerPoint *= 2;
    for (const [index, point] of points.entries()) {
      const span = spans[index] ?? { sec: 1, points: 1 };
      const before = this.#points.at(-1);
      const open = this.#spans.at(-1);
      if (before === undefined || open === undefined || open.points >= this.#pointsPerPoint) {
        this.#points.push(point);
        this.#spans.push(span);
      } else {
        this.#points[this.#points.length - 1] = joined(before, open.sec, point, span.sec);
        this.#spans[this.#spans.length - 1] = { sec: open.sec + span.sec, points: open.points + span.points };
      }
    }
  }
}

/** One point over both; all but the rates is that of the later one. */
function joined(earlier: HistoryPoint, earlierSec: number, later: HistoryPoint, laterSec: number): HistoryPoint {
  const mean = (one: number, other: number): number => (one * earlierSec + other * laterSec) / (earlierSec + laterSec);
  return {
    ...later,
    requestsPerSec: mean(earlier.requestsPerSec, later.requestsPerSec),
    failuresPerSec: mean(earlier.failuresPerSec, later.failuresPerSec),
  };
}

/** What the total has grown by since the last look at it. */
export type TickDelta = TimesTaken & { readonly numFailures: number };

/** Looks at the total once a tick. */
export class TotalSinceTick {
  #before: TickDelta = { numRequests: 0, numNoneRequests: 0, numFailures: 0, totalResponseTimeMs: 0, responseTimes: new Map() };

  take(total: StatsRow): TickDelta {
    const before = this.#before;
    this.#before = { ...total, responseTimes: new Map(total.responseTimes) };
    return {
      numRequests: total.numRequests - before.numRequests,
      numNoneRequests: total.numNoneRequests - before.numNoneRequests,
      numFailures: total.numFailures - before.numFailures,
      totalResponseTimeMs: total.totalResponseTimeMs - before.totalResponseTimeMs,
      responseTimes: grownCounts(total.responseTimes, before.responseTimes),
    };
  }
}

function grownCounts(now: ReadonlyMap<number, number>, before: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const grown = new Map<number, number>();
  for (const [key, count] of now) {
    const more = count - (before.get(key) ?? 0);
    if (more !== 0) grown.set(key, more);
  }
  return grown;
}

/*
 * Response times of the last 10 s, from Locust's rounded ones: the window of its charts and of its full history
 * (stats.py, `CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW`). Locust takes the difference to a copy that is about 10 s old;
 * here the reports of these seconds are added up.
 */

/** Length of the window. */
export const recentWindowMs = 10_000;

/** What one report says of response times. */
export type TimesTaken = Pick<StatsRow, 'responseTimes' | 'numRequests' | 'numNoneRequests' | 'totalResponseTimeMs'>;

/** Of the last `recentWindowMs`. */
export type RecentView = {
  /** Requests with a response time. */
  readonly timedCount: number;
  readonly averageMs: number | null;
  /** Of the fraction 0 … 1 as Locust computes it; null when there are none. */
  readonly percentileMs: (fraction: number) => number | null;
};

/** Takes reports, gives the window's percentiles. */
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
