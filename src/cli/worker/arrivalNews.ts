/**
 * What reports tell a master of arrivals of an open model, beside the rows `CLASS [dropped]`: how many were on schedule and how many dropped since the report
 * before, and how late they began, so that its thresholds judge them (`Arrivals` of locust/boomer_master.py).
 */
import type { Lateness } from '../../engine/shared/pace.ts';
import type { ArrivalCounts } from '../../report/runView.ts';

type Counts = Pick<ArrivalCounts, 'started' | 'dropped'>;

type News = Counts & {
  /** Of those that began; 0 where none did. */
  readonly latest: number;
  /** So many milliseconds late or less, to 1 %, and how many. */
  readonly late: readonly (readonly [ms: number, count: number])[];
};

const none: Counts = { started: 0, dropped: 0 };

/** Of one test after the other. */
export class ArrivalNews {
  #told = none;

  /** A test begins: its arrivals are counted from 0. */
  begin(): void {
    this.#told = none;
  }

  /** For the report that is sent now; nothing without an open model. */
  take(counts: Counts | null, lateness: Lateness | null): Readonly<Record<string, News>> {
    if (counts === null) return {};
    const { started, dropped } = counts;
    const news = { started: started - this.#told.started, dropped: dropped - this.#told.dropped };
    this.#told = { started, dropped };
    const { latestMs: latest, counts: late } = lateness ?? { latestMs: 0, counts: [] };
    return { boomer_arrivals: { ...news, latest, late: late.map(([us, count]) => [us / 1_000, count]) } };
  }
}
