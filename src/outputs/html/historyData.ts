/** A run's seconds as arrays to draw, thinned out when the run was long. */
import type { HistoryPoint } from '../../report/runView.ts';
import type { HistoryData } from './page/reportData.ts';

/** More points than a wide screen has pixels show nothing more. */
export const mostPoints = 1500;

/**
 * At most `most` points. A long run is cut into stretches of equally many points: rates, users and the average are their
 * means, the median is the mean of the medians, and the 95th percentile is the stretch's highest, so that no spike is lost.
 */
export function historyData(history: readonly HistoryPoint[], most: number = mostPoints): HistoryData {
  const length = Math.max(1, Math.ceil(history.length / most));
  const stretches = Array.from({ length: Math.ceil(history.length / length) }, (_, index) => history.slice(index * length, (index + 1) * length));
  const atSec = stretches.map((points) => rounded(points.at(-1)?.atSec ?? 0));
  return {
    pointSec: usualStepSec(atSec),
    atSec,
    users: stretches.map((points) => mean(points.map(({ userCount }) => userCount)) ?? 0),
    requestsPerSec: stretches.map((points) => mean(points.map(({ requestsPerSec }) => requestsPerSec)) ?? 0),
    failuresPerSec: stretches.map((points) => mean(points.map(({ failuresPerSec }) => failuresPerSec)) ?? 0),
    p50Ms: stretches.map((points) => mean(known(points.map(({ p50Ms }) => p50Ms)))),
    p95Ms: stretches.map((points) => highest(known(points.map(({ p95Ms }) => p95Ms)))),
    averageMs: stretches.map((points) => mean(known(points.map(({ averageMs }) => averageMs)))),
  };
}

/** Between two points, in whole seconds: a history that came in thinned out has longer steps already. */
function usualStepSec(atSec: readonly number[]): number {
  const [first = 0, last = 0] = [atSec[0], atSec.at(-1)];
  return Math.max(1, Math.round((last - first) / Math.max(1, atSec.length - 1)));
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(Math.max(...values));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
