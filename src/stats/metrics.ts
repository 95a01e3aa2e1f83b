/**
 * Checks and metrics of a scenario's own: what a load thread counts of them, all threads together, and what is told of each. They are rows
 * of a ledger apart from the requests' (see ledgerLayout.ts), so that no total of requests ever holds one.
 *
 *   kind      a row's requests    failures       content length    times
 *   check     checks              those failed
 *   rate      samples             those false
 *   counter   additions                          the sum
 *   gauge     settings                           the last value    smallest and largest
 *   trend     samples                                              the values, see `trendScale`
 */
import { PairMap } from '../util/pairMap.ts';
import { Histogram } from './histogram.ts';
import type { SlotCounts } from './ledgerHistogram.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import type { LedgerDelta } from './ledgerReader.ts';
import type { CheckNumbers, MetricNumbers, TrendNumbers } from './metricNumbers.ts';
import { addRow, emptyRowSum, reportedPercents, type RowSum } from './report.ts';
import { ThreadLedgers } from './threadLedgers.ts';

/** Names that one thread keeps apart; further ones of a kind are counted as one. */
export const maxMetricNames = 1_000;

/** Of a check, and of each class of metrics. */
export const metricKinds = ['check', 'counter', 'gauge', 'rate', 'trend'] as const;
/** `check`, or what a metric's class is called. */
export type MetricKind = (typeof metricKinds)[number];

/** Kind and unit as a ledger, and a Locust master, has them: `check`, `counter items`, `trend` (of milliseconds), `trend bytes`. */
export function metricType(kind: MetricKind, unit: string): string {
  return unit === usualUnit(kind) ? kind : `${kind} ${unit}`;
}

/** The unit of a metric that names none; empty: none. */
export function usualUnit(kind: MetricKind): string {
  return kind === 'trend' ? 'ms' : '';
}

/** Kind and unit again. */
export function ofMetricType(type: string): { readonly kind: MetricKind; readonly unit: string } {
  const [word = '', ...rest] = type.split(' ');
  const kind = metricKinds.find((known) => known === word) ?? 'counter';
  return { kind, unit: rest.length === 0 ? usualUnit(kind) : rest.join(' ') };
}

/**
 * What a trend's values are multiplied with to be counted as milliseconds are, from a thousandth to 3 600 000: bytes are whole numbers, and
 * more of them.
 */
export function trendScale(unit: string): number {
  return unit === 'bytes' ? 0.001 : 1;
}

/** The same as plain data; a trend has Locust's percentiles. */
export type PlainMetric = Exclude<MetricNumbers, TrendNumbers> | (Omit<TrendNumbers, 'percentile'> & { readonly percentiles: Readonly<Record<string, number>> });

/** Keys of its percentiles are percents as people write them: `50`, `99.9`. */
export function plainMetric(metric: MetricNumbers): PlainMetric {
  if (metric.kind !== 'trend') return metric;
  const { percentile, ...figures } = metric;
  return { ...figures, percentiles: Object.fromEntries(reportedPercents.map((percent) => [String(percent), percentile(percent)])) };
}

/** What threads counted of checks and metrics since the last report, as rows. */
export type MetricReport = readonly RowSum[];

/** All threads' checks and metrics together; of one run after the other. */
export class MetricAggregator {
  readonly #ledgers = new ThreadLedgers(true, (reader) => {
    this.#add(reader.readRest());
    reader.addRowSlots((method, name) => this.#removedSlots.ensure(method, name, () => new Map<number, number>()));
  });
  readonly #run = new PairMap<RowSum>();
  /** Since the last report. */
  #report = new PairMap<RowSum>();
  readonly #removedSlots = new PairMap<SlotCounts>();

  /** Takes a thread's definition, in the order in which it sent them; a control page begins a new ledger. */
  define(threadKey: string, message: LedgerMessage): void {
    this.#ledgers.define(threadKey, message);
  }

  /** Reads the rest of a thread's ledger: the thread has ended, or writes to another. May be called twice. */
  removeThread(threadKey: string): void {
    this.#ledgers.removeThread(threadKey);
  }

  /** What was recorded since the last report. */
  takeReport(): MetricReport {
    this.#read();
    const rows = [...this.#report.values()];
    this.#report = new PairMap();
    return rows;
  }

  /** The report that was taken last has reached nobody: what it holds comes with the next one. */
  putBack(report: MetricReport): void {
    const since = [...this.#report.values()];
    this.#report = new PairMap();
    for (const row of [...report, ...since]) addTo(this.#report, row);
  }

  /** The run so far begins now; users go on, and the next report has what it would have had. */
  restartSoFar(): void {
    this.#read();
    for (const reader of this.#ledgers.readers) reader.restartHistograms();
    this.#run.clear();
    this.#removedSlots.clear();
  }

  /** Forgets everything: a new run begins. Only while no user lives. */
  clear(): void {
    for (const reader of this.#ledgers.readers) reader.clear();
    this.#run.clear();
    this.#report = new PairMap();
    this.#removedSlots.clear();
  }

  /** The checks of the run so far, by name. */
  checks(): readonly CheckNumbers[] {
    return this.#rowsOf(({ kind }) => kind === 'check').map(({ name, numRequests, numFailures }) => ({ kind: 'check', name, passes: numRequests - numFailures, fails: numFailures }));
  }

  /** The values of a trend so far, scaled (see `trendScale`); of another kind, or an unknown one, empty. */
  histogram(method: string, name: string): Histogram {
    const slots: SlotCounts = new Map(this.#removedSlots.get(method, name));
    for (const reader of this.#ledgers.readers) reader.addSlotsOf(method, name, slots);
    return new Histogram(slots);
  }

  /** The metrics of the run so far, by name. */
  metrics(): readonly MetricNumbers[] {
    return this.#rowsOf(({ kind }) => kind !== 'check').map((row) => this.#numbersOf(row));
  }

  #rowsOf(isWanted: (type: { readonly kind: MetricKind }) => boolean): readonly RowSum[] {
    this.#read();
    return [...this.#run.values()].filter(({ method }) => isWanted(ofMetricType(method))).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #numbersOf(row: RowSum): MetricNumbers {
    const { name } = row;
    const { kind, unit } = ofMetricType(row.method);
    switch (kind) {
      case 'check':
      case 'rate': return { kind: 'rate', name, passes: row.numRequests - row.numFailures, fails: row.numFailures };
      case 'counter': return { kind, name, unit, sum: row.totalContentLength };
      case 'gauge': return { kind, name, unit, value: row.totalContentLength, min: row.minResponseTimeMs ?? 0, max: row.maxResponseTimeMs };
      case 'trend': return this.#trendOf(row, unit);
    }
  }

  #trendOf(row: RowSum, unit: string): TrendNumbers {
    const { name, numRequests, totalResponseTimeMs, minResponseTimeMs, maxResponseTimeMs } = row;
    const scale = trendScale(unit);
    // Of the same moment as the rest.
    const extremes = { minResponseTimeMs, maxResponseTimeMs };
    let histogram: Histogram | null = null;
    return {
      kind: 'trend', name, unit, count: numRequests,
      average: unscaled(totalResponseTimeMs / numRequests, scale),
      min: unscaled(minResponseTimeMs ?? 0, scale),
      max: unscaled(maxResponseTimeMs, scale),
      percentile: (percent) => unscaled((histogram ??= this.histogram(row.method, name)).percentileMs(percent, extremes) ?? maxResponseTimeMs, scale),
    };
  }

  #read(): void {
    for (const reader of this.#ledgers.readers) this.#add(reader.readDelta());
  }

  #add({ rows }: LedgerDelta): void {
    for (const row of rows) {
      addTo(this.#report, row);
      const sum = addTo(this.#run, row);
      // Nobody asks for them, and a run may last for days.
      sum.requestsPerSec.clear();
      sum.failuresPerSec.clear();
    }
  }
}

/** A value of a trend as the scenario gave it. A thousandth of a byte is none: takes out what the division has left. */
export function unscaled(value: number, scale: number): number {
  return scale === 1 ? value : Number((value / scale).toPrecision(12));
}

function addTo(sums: PairMap<RowSum>, row: RowSum): RowSum {
  const into = sums.ensure(row.method, row.name, () => ({ ...emptyRowSum(row.method, row.name), timeBuckets: new Map() }));
  const later = (row.lastRequestSec ?? 0) >= (into.lastRequestSec ?? 0) ? row : into;
  const value = later.totalContentLength;
  addRow(into, row);
  // A gauge's values are not added up: the last one stays.
  if (ofMetricType(row.method).kind === 'gauge') into.totalContentLength = value;
  return into;
}
