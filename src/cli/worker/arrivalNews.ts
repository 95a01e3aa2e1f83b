/**
 * What reports tell a master of arrivals of an open model, beside the rows `CLASS [dropped]`: how many were on schedule and how many dropped since the report
 * before, so that it can judge their share (`Arrivals` of locust/boomer_master.py).
 */
import type { ArrivalCounts } from '../../report/runView.ts';

type Counts = Pick<ArrivalCounts, 'started' | 'dropped'>;

const none: Counts = { started: 0, dropped: 0 };

/** Of one test after the other. */
export class ArrivalNews {
  #told = none;

  /** A test begins: its arrivals are counted from 0. */
  begin(): void {
    this.#told = none;
  }

  /** For the report that is sent now; nothing without an open model. */
  take(counts: Counts | null): Readonly<Record<string, Counts>> {
    if (counts === null) return {};
    const { started, dropped } = counts;
    const news = { started: started - this.#told.started, dropped: dropped - this.#told.dropped };
    this.#told = { started, dropped };
    return { boomer_arrivals: news };
  }
}
