/**
 * All windows of one threshold (`p(95)<200 over 10s`): what is in the newest one, looked at once a second, and the worst of all that were full. What
 * the rows, arrivals, checks or metrics of the threshold were in it is a `WindowContent`.
 */
import type { Lateness } from '../engine/shared/pace.ts';
import { isDropped } from '../stats/besides.ts';
import { type CountUs, Histogram } from '../stats/histogram.ts';
import type { CheckNumbers, MetricNumbers } from '../stats/metricNumbers.ts';
import { type MetricReport, metricType, trendScale, unscaled } from '../stats/metrics.ts';
import type { Report, RowSum, StatsRow } from '../stats/report.ts';
import { durationText } from '../util/duration.ts';
import { measureMetric } from './metricMeasure.ts';
import type { Measured, RunStats, ThresholdResult } from './runView.ts';
import { measuredText, metricOf, numberOf, rowOfAll, selectedRows, thresholdResult, type ThresholdView, whyNothing } from './thresholdVerdicts.ts';
import { isMet, metricRules, quantityOf, type Condition, type Threshold } from './thresholds.ts';
import { grownBy, type Slice, WindowContent } from './windowContent.ts';

/** What was recorded since the look before. */
export type Added = {
  readonly counted: Report;
  /** The same samples from their intended start. */
  readonly scheduled: Report;
  /** Checks and metrics of the scenario's own; `histogram` has the values of a trend since counting began. */
  readonly metrics: { readonly rows: MetricReport; readonly histogram: (method: string, name: string) => Histogram };
  /** Null without an open model. */
  readonly lateness: Lateness | null;
};

/** Looks do not come to the millisecond: the window is the one of the looks that are nearest to its ends. */
const slackMs = 500;

const notYet: Measured = { value: null, why: 'no window is full yet' };

/** Of what counts up, at the look before: what a slice is the difference to. */
type Before = { readonly countedMs: number; readonly started: number; readonly dropped: number; readonly histogram: readonly CountUs[] };

const nothingBefore: Before = { countedMs: 0, started: 0, dropped: 0, histogram: [] };

type OwnMetric = CheckNumbers | MetricNumbers;

export class ThresholdWindows {
  readonly #threshold: Threshold;
  readonly #overMs: number;
  readonly #asksPercentile: boolean;
  readonly #content = new WindowContent();
  #before = nothingBefore;
  /** What the threshold was about at the look before; null: requests or arrivals. */
  #metricKind: OwnMetric['kind'] | null = null;
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
    this.#before = nothingBefore;
    this.#content.clear();
    this.#forget();
  }

  look(view: ThresholdView, added: Added, isEnding: boolean): void {
    const { countedMs } = view;
    const metric = metricOf(this.#threshold.target, view.stats);
    // A request has come that has the name of a metric: the threshold is about requests (see thresholds.ts). Or the first check has, where `checks` were
    // requests. Of either there was nothing before.
    const isOfRequestsNow = metric === null && this.#metricKind !== null;
    const isOfChecksNow = metric !== null && this.#metricKind === null && this.#threshold.target.metric === 'checks';
    if (isOfRequestsNow || isOfChecksNow) {
      this.#content.empty();
      this.#forget();
    }
    this.#metricKind = metric?.kind ?? null;
    this.#addSlice(view, added, metric);
    this.#content.forgetUntil(countedMs - this.#overMs + slackMs);
    this.newest = countedMs - this.#content.fromMs < this.#overMs - slackMs ? notYet : this.#measure(view, metric);
    if (this.newest.value === null) return;
    // Fewer requests a second while users leave say nothing of the target; but a window as long as the run is full only then.
    const growsWithLoad = this.newest.unit === 'count' || this.newest.unit === 'perSec' || metric?.kind === 'counter';
    if (isEnding && growsWithLoad && this.#measured > 0) {
      this.newest = { value: null, why: 'users are leaving' };
      return;
    }
    const { condition } = this.#threshold;
    this.#measured += 1;
    if (!isMet(condition, this.newest.value)) this.#missed += 1;
    if (this.#worst === null || badness(condition, this.newest.value) > badness(condition, this.#worst.value)) {
      this.#worst = { ...this.newest, fromMs: this.#content.fromMs, toMs: countedMs };
    }
  }

  result(view: ThresholdView): ThresholdResult {
    const threshold = this.#threshold;
    const worst = this.#worst;
    if (worst === null) return thresholdResult(threshold, { value: null, why: (this.#metricKind === null ? whyNothing(threshold.target, view) : null) ?? this.#whyNoWindow(view) });
    const { fromMs, toMs } = worst;
    const [measured, missed] = [this.#measured, this.#missed];
    const share = missed > 0 ? `${missed} of ${measured} windows missed` : `${measured} ${measured === 1 ? 'window' : 'windows'}`;
    return {
      ...thresholdResult(threshold, worst),
      text: `${measuredText(threshold.condition, worst)} at worst, from ${secondsText(fromMs)} to ${secondsText(toMs)} (${share})`,
      window: { fromMs: Math.round(fromMs), toMs: Math.round(toMs), measured, missed },
    };
  }

  #whyNoWindow({ countedMs }: ThresholdView): string {
    if (countedMs - this.#content.fromMs < this.#overMs - slackMs) return `no window of ${durationText(this.#overMs)}: only ${secondsText(countedMs)} were counted`;
    return this.newest.value === null ? this.newest.why : 'no window was measured';
  }

  #forget(): void {
    this.#before = { ...this.#before, histogram: [] };
    [this.#measured, this.#missed, this.#worst] = [0, 0, null];
    this.newest = notYet;
  }

  #addSlice(view: ThresholdView, added: Added, metric: OwnMetric | null): void {
    const before = this.#before;
    const { started, dropped } = view.arrivals ?? nothingBefore;
    const histogram = this.#asksPercentile ? this.#histogramSoFar(view, added, metric) : before.histogram;
    this.#before = { countedMs: view.countedMs, started, dropped, histogram };
    const isLateness = metricRules(this.#threshold.target.metric).counts === 'late arrivals';
    const { counts, latestMs } = added.lateness ?? { counts: [], latestMs: 0 };
    this.#content.add({
      toMs: view.countedMs,
      ...(isLateness ? { ...sumsOf([]), timed: started - before.started, min: 0, max: latestMs } : sumsOf(this.#rowsOf(view, added, metric))),
      started: started - before.started,
      dropped: dropped - before.dropped,
      gauge: metric?.kind === 'gauge' ? metric.value : null,
    }, isLateness ? counts : grownBy(histogram, before.histogram));
  }

  #rowsOf({ stats, fromSchedule }: ThresholdView, { counted, scheduled, metrics }: Added, metric: OwnMetric | null): readonly (RowSum | StatsRow)[] {
    const { target } = this.#threshold;
    if (metric !== null) return metricRows(this.#threshold, metric, metrics.rows);
    if (metricRules(target.metric).counts !== 'requests') return [];
    return target.isFromSchedule ? selectedRows(scheduled.rows, target.rows, fromSchedule?.rows) : [counted.rows, counted.besides ?? []].flatMap((rows) => selectedRows(rows, target.rows, stats.rows));
  }

  #histogramSoFar(view: ThresholdView, { metrics }: Added, metric: OwnMetric | null): readonly CountUs[] {
    if (metric === null) return histogramOf(this.#threshold.target.isFromSchedule ? view.fromSchedule : view.stats, this.#threshold);
    return metric.kind === 'trend' ? metrics.histogram(metricType(metric.kind, metric.unit), metric.name).countsUs() : [];
  }

  /** A window without requests counts 0 of them, but not before the first one: it would hide a typing error. */
  #measure(view: ThresholdView, metric: OwnMetric | null): Measured {
    const { target, condition } = this.#threshold;
    const countedMs = view.countedMs - this.#content.fromMs;
    // A look that came a second late has a window that is longer: of times, shares and rates, but not of a number in the time that was asked for.
    if (condition.aggregation.kind === 'count' && countedMs > this.#overMs + 1.5 * slackMs) return { value: null, why: `no window of ${durationText(this.#overMs)} was looked at in time` };
    if (metric !== null) return this.#measureMetric(metric, countedMs);
    const why = whyNothing(target, view);
    if (why !== null) return { value: null, why };
    const { requests, failures, timed, total, min, max, started, dropped } = this.#content.sums();
    const times = timed === 0 ? null : { count: timed, totalMs: total, minMs: min, maxMs: max, percentileMs: (percent: number) => this.#percentile(percent, min, max) };
    return numberOf(target, condition, { requests, failures, times, arrivals: { started, dropped }, countedMs });
  }

  #measureMetric(metric: OwnMetric, countedMs: number): Measured {
    const { aggregation } = this.#threshold.condition;
    const { requests, failures, timed, total, min, max, amount, gauge } = this.#content.sums();
    switch (metric.kind) {
      case 'check':
      case 'rate': return measureMetric({ ...metric, passes: requests - failures, fails: failures }, aggregation, countedMs);
      case 'counter': return measureMetric({ ...metric, sum: amount }, aggregation, countedMs);
      case 'gauge': return measureMetric({ ...metric, value: gauge ?? metric.value, min, max }, aggregation, countedMs);
      case 'trend': {
        if (timed === 0 && aggregation.kind !== 'count') return { value: null, why: `no value of "${metric.name}"` };
        const own = (value: number): number => unscaled(value, trendScale(metric.unit));
        return measureMetric({ ...metric, count: timed, average: own(total / timed), min: own(min), max: own(max), percentile: (percent) => own(this.#percentile(percent, min, max)) }, aggregation, countedMs);
      }
    }
  }

  #percentile(percent: number, min: number, max: number): number {
    return this.#content.histogram().percentileMs(percent, { minResponseTimeMs: min, maxResponseTimeMs: max }) ?? max;
  }
}

/** Of a report. */
function metricRows({ target }: Threshold, metric: OwnMetric, rows: MetricReport): readonly RowSum[] {
  const type = metricType(metric.kind, 'unit' in metric ? metric.unit : '');
  const isAnyCheck = target.metric === 'checks' && target.rows.kind === 'all';
  return rows.filter(({ method, name }) => method === type && (isAnyCheck || name === metric.name));
}

/** Of rows of a report, of requests or of metrics. */
function sumsOf(rows: readonly (RowSum | StatsRow)[]): Pick<Slice, 'requests' | 'failures' | 'timed' | 'total' | 'min' | 'max' | 'amount'> {
  let [requests, failures, timed, total, amount] = [0, 0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (const row of rows) {
    requests += row.numRequests;
    failures += row.numFailures;
    timed += row.numRequests - row.numNoneRequests;
    total += row.totalResponseTimeMs;
    amount += row.totalContentLength;
    if (row.minResponseTimeMs === null) continue;
    min = Math.min(min, row.minResponseTimeMs);
    max = Math.max(max, row.maxResponseTimeMs);
  }
  return { requests, failures, timed, total, min, max, amount };
}

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
  return others.length === 0 || others.length > rows.length ? addedUp(stats, rows) : grownBy(stats.histogramUs(stats.total), addedUp(stats, others));
}

function addedUp(stats: RunStats, rows: readonly StatsRow[]): readonly CountUs[] {
  return Histogram.ofCountsUs(rows.flatMap((row) => [...stats.histogramUs(row)])).countsUs();
}

/** To the tenth of a second. */
function secondsText(ms: number): string {
  const tenths = Math.round(ms / 100);
  return tenths === 0 ? '0s' : durationText(100 * tenths);
}
