/**
 * The history of a run, one point a second. A run of hours does not make the charts' data grow for ever: whenever there
 * are more than `mostPoints`, neighbours become one point, and later points cover as much time as these do. What a
 * point says stays true: its rates are those of all the time since the point before it.
 */
import type { HistoryPoint } from '../runView.ts';

/** More points than a chart has pixels. */
export const mostPoints = 4_000;

/** A point over less than this is the tail of a run: its rate would be that of a handful of requests. */
const leastSec = 0.5;

export class History {
  #points: HistoryPoint[] = [];
  /** How long each point is, in seconds, and of how many given points it was made. */
  #spans: { readonly sec: number; readonly points: number }[] = [];
  #pointsPerPoint = 1;

  /** Adds a point whose rates are those of the last `sec` seconds (above 0). */
  add(point: HistoryPoint, sec: number): void {
    const last = this.#spans.at(-1);
    const isTail = last !== undefined && sec < leastSec;
    if (last !== undefined && (isTail || last.points < this.#pointsPerPoint)) {
      const before = this.#points.at(-1) ?? point;
      this.#points[this.#points.length - 1] = joined(before, last.sec, point, sec);
      this.#spans[this.#spans.length - 1] = { sec: last.sec + sec, points: last.points + (isTail ? 0 : 1) };
      return;
    }
    this.#points.push(point);
    this.#spans.push({ sec, points: 1 });
    if (this.#points.length > mostPoints) this.#halve();
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
