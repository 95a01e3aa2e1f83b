/**
 * The thresholds of one run, looked at once a second: those over the whole run at its end, those over a window (`over 10s`) at each look, on the last
 * seconds before it. A window threshold is missed when any full window missed it.
 */
import { isDropped } from '../stats/besides.ts';
import { type CountUs, hdrIndexOf, Histogram } from '../stats/histogram.ts';
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import type { Report, StatsRow } from '../stats/report.ts';
import { durationText } from '../util/duration.ts';
import { measureMetric } from './metricMeasure.ts';
import type { Measured, RunStats, ThresholdResult } from './runView.ts';
import { type Figures, measure, measuredText, metricOf, numberOf, rowOfAll, selectedRows, thresholdResult, type ThresholdView, type Times, whyNothing } from './thresholdVerdicts.ts';
import { isMet, metricRules, quantityOf, type Condition, type Threshold } from './thresholds.ts';

/** What was recorded since the look before. */
export type Added = {
  readonly counted: Report;
  /** The same samples from their intended start. */
  readonly scheduled: Report;
};

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
  readonly #windows: ReadonlyMap<Threshold, Windows>;

  constructor(thresholds: readonly Threshold[]) {
    this.#thresholds = thresholds;
    this.#windows = new Map(thresholds.flatMap((threshold) => (threshold.condition.overMs === null ? [] : [[threshold, new Windows(threshold, threshold.condition.overMs)]])));
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

/** What one look added to the rows of one threshold. */
type Slice = {
  /** When the look was taken; since counting began. */
  readonly toMs: number;
  readonly requests: number;
  readonly failures: number;
  readonly timed: number;
  readonly totalMs: number;
  /** `Infinity` and 0 without a response time. */
  readonly minMs: number;
  readonly maxMs: number;
  readonly started: number;
  readonly dropped: number;
  /** Of a check, rate or counter of the scenario's own. */
  readonly passes: number;
  readonly fails: number;
  readonly sum: number;
  /** Of the histogram: slots, and as many counts. Empty where nobody asks for a percentile. */
  readonly slots: Uint16Array;
  readonly counts: Float64Array;
};

/** Looks do not come to the millisecond: the window is the one of the looks that are nearest to its ends. */
const slackMs = 500;

const notYet: Measured = { value: null, why: 'no window is full yet' };

/** All windows of one threshold: what is in the newest one, and the worst of all. Keeps one slice a second of it. */
class Windows {
  readonly #threshold: Threshold;
  readonly #overMs: number;
  readonly #asksPercentile: boolean;
  #slices: Slice[] = [];
  /** Where the oldest slice begins. */
  #fromMs = 0;
  /** The counts of all slices, by slot. */
  readonly #counts = new Map<number, number>();
  /** Of the rows so far: what the next slice is the difference to. */
  #before = nothingBefore;
  /** Full windows that were measured, and those of them that missed the threshold. */
  #measured = 0;
  #missed = 0;
  #worst: (Exclude<Measured, { readonly value: null }> & { readonly fromMs: number; readonly toMs: number }) | null = null;
  /** Of the newest window. */
  newest: Measured = notYet;

  constructor(threshold: Threshold, overMs: number) {
    const { kind } = quantityOf(threshold.target, threshold.condition.aggregation);
    this.#threshold = threshold;
    this.#overMs = overMs;
    this.#asksPercentile = kind === 'p' || kind === 'med';
  }

  clear(): void {
    this.#slices = [];
    this.#fromMs = 0;
    this.#counts.clear();
    this.#before = nothingBefore;
    this.newest = notYet;
  }

  look(view: ThresholdView, added: Added, isEnding: boolean): void {
    const { countedMs } = view;
    this.#add(this.#sliceOf(view, added));
    this.#forgetBefore(countedMs - this.#overMs + slackMs);
    this.newest = countedMs < this.#overMs - slackMs ? notYet : this.#measure(view);
    if (this.newest.value === null) return;
    // Fewer requests a second while users leave say nothing of the target; but a window as long as the run is full only then.
    const isOfLoad = this.newest.unit === 'ms' || this.newest.unit === 'share';
    if (isEnding && !isOfLoad && this.#measured > 0) {
      this.newest = { value: null, why: 'users are leaving' };
      return;
    }
    const { condition } = this.#threshold;
    this.#measured += 1;
    if (!isMet(condition, this.newest.value)) this.#missed += 1;
    if (this.#worst === null || badness(condition, this.newest.value) > badness(condition, this.#worst.value)) {
      this.#worst = { ...this.newest, fromMs: this.#fromMs, toMs: countedMs };
    }
  }

  result(view: ThresholdView): ThresholdResult {
    const threshold = this.#threshold;
    const worst = this.#worst;
    if (worst === null) return thresholdResult(threshold, { value: null, why: this.#isOfMetric(view) ? this.#whyNoWindow(view) : (whyNothing(threshold.target, view) ?? this.#whyNoWindow(view)) });
    const { fromMs, toMs } = worst;
    const [measured, missed] = [this.#measured, this.#missed];
    const share = missed > 0 ? `${missed} of ${measured} windows missed` : `${measured} ${measured === 1 ? 'window' : 'windows'}`;
    return {
      ...thresholdResult(threshold, worst),
      text: `${measuredText(threshold.condition, worst)} at worst, from ${secondsText(fromMs)} to ${secondsText(toMs)} (${share})`,
      window: { fromMs: Math.round(fromMs), toMs: Math.round(toMs), measured, missed },
    };
  }

  #isOfMetric({ stats }: ThresholdView): boolean {
    return metricOf(this.#threshold.target, stats) !== null;
  }

  #whyNoWindow({ countedMs }: ThresholdView): string {
    if (countedMs < this.#overMs - slackMs) return `no window of ${durationText(this.#overMs)}: only ${secondsText(countedMs)} were counted`;
    return this.newest.value === null ? this.newest.why : 'no window was measured';
  }

  #sliceOf(view: ThresholdView, { counted, scheduled }: Added): Slice {
    const { target } = this.#threshold;
    const rows = metricRules(target.metric).counts === 'requests' ? [target.isFromSchedule ? scheduled.rows : counted.rows, target.isFromSchedule ? [] : (counted.besides ?? [])].flatMap((list) => selectedRows(list, target.rows)) : [];
    const sum = (of: (row: StatsRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
    const { started, dropped } = view.arrivals ?? nothingBefore;
    const before = this.#before;
    const histogram = this.#asksPercentile ? histogramOf(target.isFromSchedule ? view.fromSchedule : view.stats, this.#threshold) : before.histogram;
    const own = amountsOf(metricOf(target, view.stats));
    this.#before = { started, dropped, histogram, ...own };
    const grown = difference(histogram, before.histogram);
    return {
      toMs: view.countedMs,
      requests: sum(({ numRequests }) => numRequests),
      failures: sum(({ numFailures }) => numFailures),
      timed: sum(({ numRequests, numNoneRequests }) => numRequests - numNoneRequests),
      totalMs: sum(({ totalResponseTimeMs }) => totalResponseTimeMs),
      minMs: rows.reduce((least, { minResponseTimeMs }) => Math.min(least, minResponseTimeMs ?? Infinity), Infinity),
      maxMs: rows.reduce((most, { maxResponseTimeMs }) => Math.max(most, maxResponseTimeMs), 0),
      started: started - before.started,
      dropped: dropped - before.dropped,
      passes: own.passes - before.passes,
      fails: own.fails - before.fails,
      sum: own.sum - before.sum,
      slots: Uint16Array.from(grown, ([lowestUs]) => hdrIndexOf(lowestUs / 1000)),
      counts: Float64Array.from(grown, ([, count]) => count),
    };
  }

  #add(slice: Slice): void {
    this.#slices.push(slice);
    for (const [place, slot] of slice.slots.entries()) this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + (slice.counts[place] ?? 0));
  }

  /** Slices that ended before `fromMs`. */
  #forgetBefore(fromMs: number): void {
    const kept = this.#slices.findIndex(({ toMs }) => toMs > fromMs);
    for (const { toMs, slots, counts } of this.#slices.splice(0, kept < 0 ? 0 : kept)) {
      this.#fromMs = toMs;
      for (const [place, slot] of slots.entries()) {
        const left = (this.#counts.get(slot) ?? 0) - (counts[place] ?? 0);
        if (left === 0) this.#counts.delete(slot);
        else this.#counts.set(slot, left);
      }
    }
  }

  /** A window without requests counts 0 of them, but not before the first one: it would hide a typing error. */
  #measure(view: ThresholdView): Measured {
    const { target, condition } = this.#threshold;
    const metric = metricOf(target, view.stats);
    if (metric !== null) return this.#measureMetric(metric, view.countedMs);
    const why = whyNothing(target, view);
    return why === null ? numberOf(target, condition, this.#figures(view.countedMs)) : { value: null, why };
  }

  #measureMetric(metric: CheckNumbers | MetricNumbers, toMs: number): Measured {
    const { aggregation } = this.#threshold.condition;
    const countedMs = toMs - this.#fromMs;
    switch (metric.kind) {
      case 'check':
      case 'rate': return measureMetric({ ...metric, passes: this.#sum(({ passes }) => passes), fails: this.#sum(({ fails }) => fails) }, aggregation, countedMs);
      case 'counter': return measureMetric({ ...metric, sum: this.#sum(({ sum }) => sum) }, aggregation, countedMs);
      case 'gauge':
      case 'trend': return { value: null, why: `a ${metric.kind} is measured over the whole run: leave the window out` };
    }
  }

  #sum(of: (slice: Slice) => number): number {
    return this.#slices.reduce((all, slice) => all + of(slice), 0);
  }

  #figures(toMs: number): Figures {
    const sum = (of: (slice: Slice) => number): number => this.#sum(of);
    return {
      requests: sum(({ requests }) => requests),
      failures: sum(({ failures }) => failures),
      times: this.#times(sum(({ timed }) => timed), sum(({ totalMs }) => totalMs)),
      arrivals: { started: sum(({ started }) => started), dropped: sum(({ dropped }) => dropped) },
      countedMs: toMs - this.#fromMs,
    };
  }

  #times(count: number, totalMs: number): Times | null {
    if (count === 0) return null;
    const minMs = this.#slices.reduce((least, slice) => Math.min(least, slice.minMs), Infinity);
    const maxMs = this.#slices.reduce((most, slice) => Math.max(most, slice.maxMs), 0);
    return {
      count,
      totalMs,
      minMs,
      maxMs,
      percentileMs: (percent) => new Histogram(this.#counts).percentileMs(percent, { minResponseTimeMs: minMs, maxResponseTimeMs: maxMs }) ?? maxMs,
    };
  }
}

/** What a window of it is the difference of; a gauge and a trend have nothing that is. */
function amountsOf(metric: CheckNumbers | MetricNumbers | null): { readonly passes: number; readonly fails: number; readonly sum: number } {
  if (metric === null || metric.kind === 'gauge' || metric.kind === 'trend') return { passes: 0, fails: 0, sum: 0 };
  return metric.kind === 'counter' ? { passes: 0, fails: 0, sum: metric.sum } : { passes: metric.passes, fails: metric.fails, sum: 0 };
}

const nothingBefore = { started: 0, dropped: 0, passes: 0, fails: 0, sum: 0, histogram: [] as readonly CountUs[] };

/** The greater, the worse; above that of the limit where it is missed. */
function badness({ operator, limit }: Condition, value: number): number {
  switch (operator) {
    case '<':
    case '<=': return value;
    case '>':
    case '>=': return -value;
    case '==':
    case '===': return Math.abs(value - limit);
    case '!=': return -Math.abs(value - limit);
  }
}

/** Counts of the rows of a threshold so far. Of thousands of rows that are almost all, it is the total less the others. */
function histogramOf(stats: RunStats | null, { target }: Threshold): readonly CountUs[] {
  if (stats === null) return [];
  const rows = selectedRows(stats.rows, target.rows);
  const whole = rowOfAll(stats, rows);
  if (whole !== null) return stats.histogramUs(whole);
  const all = selectedRows(stats.rows, { kind: 'all' });
  const chosen = new Set(rows);
  const others = rows.some(isDropped) ? [] : all.filter((row) => !chosen.has(row));
  return others.length === 0 || others.length > rows.length ? addedUp(stats, rows) : difference(stats.histogramUs(stats.total), addedUp(stats, others));
}

function addedUp(stats: RunStats, rows: readonly StatsRow[]): readonly CountUs[] {
  return Histogram.ofCountsUs(rows.flatMap((row) => [...stats.histogramUs(row)])).countsUs();
}

/** `now` less `before`, both ascending; a sample that was being written may be in one that was read later alone. */
function difference(now: readonly CountUs[], before: readonly CountUs[]): readonly CountUs[] {
  const more: CountUs[] = [];
  let place = 0;
  for (const [lowestUs, count] of now) {
    for (let other = before[place]; other !== undefined && other[0] < lowestUs; other = before[++place]) more.push([other[0], -other[1]]);
    const same = before[place];
    const less = same !== undefined && same[0] === lowestUs ? same[1] : 0;
    if (same !== undefined && same[0] === lowestUs) place += 1;
    if (count !== less) more.push([lowestUs, count - less]);
  }
  for (const [lowestUs, count] of before.slice(place)) more.push([lowestUs, -count]);
  return more;
}

/** To the tenth of a second. */
function secondsText(ms: number): string {
  const tenths = Math.round(ms / 100);
  return tenths === 0 ? '0s' : durationText(100 * tenths);
}
