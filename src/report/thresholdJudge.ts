/**
 * The thresholds of one run, looked at once a second: those over the whole run at its end, those over a window (`over 10s`) at each look, on the last
 * seconds before it. A window threshold is missed when any full window missed it.
 */
import type { ThresholdResult } from './runView.ts';
import { measure, thresholdResult, type ThresholdView } from './thresholdVerdicts.ts';
import { isMet, type Threshold } from './thresholds.ts';
import { type Added, ThresholdWindows } from './thresholdWindows.ts';

/** When a look is taken. */
export type LookMoment = {
  /** Since the first user was asked for. */
  readonly elapsedMs: number;
  /** The users are leaving, or have left. */
  readonly isEnding: boolean;
};

/** Of one run. */
export class ThresholdJudge {
  readonly #thresholds: readonly Threshold[];
  readonly #windows: ReadonlyMap<Threshold, ThresholdWindows>;

  constructor(thresholds: readonly Threshold[]) {
    this.#thresholds = thresholds;
    this.#windows = new Map(thresholds.flatMap((threshold) => (threshold.condition.overMs === null ? [] : [[threshold, new ThresholdWindows(threshold, threshold.condition.overMs)]])));
  }

  /** Counting begins now: the warm-up is in no window. */
  startCounting(): void {
    for (const windows of this.#windows.values()) windows.clear();
  }

  /**
   * Takes a look, after each report. Returns the first threshold that ends the run now; null: go on. What has nothing to measure yet does not end a run:
   * its first request may still come.
   */
  look(view: ThresholdView, added: Added, { elapsedMs, isEnding }: LookMoment): Threshold | null {
    for (const windows of this.#windows.values()) windows.look(view, added, isEnding);
    const aborting = this.#thresholds.find((threshold) => {
      if (!threshold.abortOnFail || elapsedMs < threshold.delayAbortEvalMs) return false;
      const windows = this.#windows.get(threshold);
      const { value } = windows === undefined ? measure(threshold, view) : windows.newest;
      return value !== null && !isMet(threshold.condition, value);
    });
    return aborting ?? null;
  }

  /** In the order of the thresholds, after the last look. */
  results(view: ThresholdView): readonly ThresholdResult[] {
    return this.#thresholds.map((threshold) => this.#windows.get(threshold)?.result(view) ?? thresholdResult(threshold, measure(threshold, view)));
  }
}
