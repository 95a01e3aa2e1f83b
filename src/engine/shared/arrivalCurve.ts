/**
 * How many arrivals of an open model have come by each moment: the integral of a rate that is made of straight lines. Arrival k (from 0) is due at the moment
 * after which more than k have come; at a constant rate that is k / rate, on a ramp the solution of its square equation. Milliseconds since the first may come.
 *
 *      rate        ╱──────╲           n(t) = ∫ rate,   due(k) = sup { t : n(t) ≤ k }
 *               ╱          ╲
 *      time  ──┴──┴┴┴┴┴┴┴┴┴─┴──┴──►
 */

/** Over `durationMs` the rate goes in a straight line from what it was, first from 0, to `perSec`; 0 jumps. */
export type RateStage = { readonly durationMs: number; readonly perSec: number };

/** `before`: arrivals that have come by its start. */
type RateLine = { readonly startMs: number; readonly durationMs: number; readonly from: number; readonly to: number; readonly before: number };

/** The lines in order; after the last nothing arrives. */
export type ArrivalCurve = readonly RateLine[];

/** What a sum of products may be off, in arrivals. */
const slack = 1e-9;

/** Always the same rate. */
export function steadyCurve(perSec: number): ArrivalCurve {
  return [{ startMs: 0, durationMs: Number.POSITIVE_INFINITY, from: perSec, to: perSec, before: 0 }];
}

/** The rate of stages. */
export function stagedCurve(stages: readonly RateStage[]): ArrivalCurve {
  const lines: RateLine[] = [];
  let [startMs, from, before] = [0, 0, 0];
  for (const { durationMs, perSec: to } of stages) {
    lines.push({ startMs, durationMs, from, to, before });
    startMs += durationMs;
    before += areaOf(from, to, durationMs);
    from = to;
  }
  return lines;
}

/** When arrival k is due; Infinity: it never is. */
export function dueMs(curve: ArrivalCurve, k: number): number {
  for (const { startMs, durationMs, from, to, before } of curve) {
    if (before + areaOf(from, to, durationMs) <= k + slack) continue;
    const wanted = Math.max(0, k - before);
    const perSecPerSec = durationMs === Number.POSITIVE_INFINITY ? 0 : ((to - from) * 1000) / durationMs;
    // The root of from × t + slope × t² / 2 = wanted that stays exact on flat lines, and on those that begin or end at 0.
    const root = from + Math.sqrt(Math.max(0, from * from + 2 * perSecPerSec * wanted));
    return startMs + (root === 0 ? 0 : (2 * wanted * 1000) / root);
  }
  return Number.POSITIVE_INFINITY;
}

/** The highest rate, a second. */
export function maxPerSec(curve: ArrivalCurve): number {
  return Math.max(0, ...curve.flatMap(({ from, to, durationMs }) => (durationMs === 0 ? [] : [from, to])));
}

/** When nothing arrives any more; null: never. */
export function curveEndMs(curve: ArrivalCurve): number | null {
  const last = curve.at(-1);
  const endMs = last === undefined ? 0 : last.startMs + last.durationMs;
  return endMs === Number.POSITIVE_INFINITY ? null : endMs;
}

function areaOf(from: number, to: number, durationMs: number): number {
  return durationMs === 0 ? 0 : ((from + to) / 2) * (durationMs / 1000);
}
