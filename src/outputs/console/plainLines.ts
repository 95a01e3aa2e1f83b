/** Progress where nothing can be redrawn: a line for each change of phase, and one every ten seconds. */
import type { RunMoment } from '../../report/runView.ts';
import { statusText } from './progressLines.ts';
import { RequestRate } from './requestRate.ts';

const everyMs = 10_000;

export class PlainLines {
  readonly #rate: RequestRate = new RequestRate();
  #lastPhase = '';
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The line that is due, or null. Requests a second are those since the line before. */
  due(moment: RunMoment, nowMs: number): string | null {
    if (moment.phase === this.#lastPhase && nowMs - this.#lastMs < everyMs) return null;
    this.#lastPhase = moment.phase;
    this.#lastMs = nowMs;
    return statusText(moment, this.#rate.perSec(moment.stats.total.numRequests, moment.elapsedMs));
  }
}
