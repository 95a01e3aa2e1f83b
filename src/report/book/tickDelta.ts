/** What the total has grown by since the last look at it. */
import type { StatsRow } from '../../stats/report.ts';
import type { TimesTaken } from './recentTimes.ts';

export type TickDelta = TimesTaken & { readonly numFailures: number };

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
