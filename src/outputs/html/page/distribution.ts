/** The latency distribution of the total or of one row, from the schedule beside it when there is one. */
import { formatMs, formatShort } from '../../../report/numberText.ts';
import type { ReportData, RowData, TimesData } from '../reportData.ts';
import { createChart, type Chart, type ChartLine, type ChartSpec } from './chart.ts';
import { byId, element, selectById } from './elements.ts';

/** What the rest of the page does with it. */
export type Distribution = {
  readonly charts: readonly Chart[];
  /** Shows a row and brings it into sight. */
  readonly showRow: (row: RowData) => void;
};

/** Builds both charts and the list of rows to choose from. */
export function createDistribution(data: ReportData): Distribution {
  const choices = [data.total, ...data.rows];
  const choice = selectById('distribution-row');
  choice.replaceChildren(...choices.map((row, index) => {
    const option = element('option', '', `${row.method} ${row.name}`.trim());
    option.value = String(index);
    return option;
  }));
  const histogram = createChart(histogramSpec(data, data.total));
  const curve = createChart(curveSpec(data, data.total));
  const draw = (row: RowData): void => {
    histogram.setSpec(histogramSpec(data, row));
    curve.setSpec(curveSpec(data, row));
  };
  choice.addEventListener('change', () => draw(choices[Number(choice.value)] ?? data.total));
  return {
    charts: [histogram, curve],
    showRow(row) {
      choice.value = String(Math.max(0, choices.indexOf(row)));
      draw(row);
      byId('distribution').scrollIntoView({ behavior: 'auto', block: 'start' });
    },
  };
}

function histogramSpec({ bucketsPerDecade }: ReportData, row: RowData): ChartSpec {
  const { x, counts } = histogramPoints(shownTimes(row), bucketsPerDecade);
  const formatMsOfLog = (log: number): string => formatMsTick(10 ** log);
  return {
    host: byId('histogram-chart'),
    xLabel: 'From (ms)',
    x,
    xFormat: formatMsOfLog,
    xLabelPx: 60,
    xTicks: logTicks,
    isTime: false,
    isStepped: true,
    lines: distributionLines(counts, (count) => (count === null ? '–' : String(count))),
    yFormat: formatShort,
  };
}

function curveSpec({ curvePercents }: ReportData, row: RowData): ChartSpec {
  const { x, valuesMs } = curvePoints(shownTimes(row), curvePercents);
  return {
    host: byId('percentile-chart'),
    xLabel: 'Percentile',
    x,
    xFormat: ninesLabel,
    xLabelPx: 60,
    xTicks: ninesTicks,
    isTime: false,
    isStepped: false,
    lines: distributionLines(valuesMs, formatMs).map((line) => ({ ...line, isFilled: false })),
    yFormat: formatShort,
  };
}

/** Of the row as it was measured, and from its schedule. */
function shownTimes({ times, fromSchedule }: RowData): TimesData[] {
  return fromSchedule === null ? [times] : [times, fromSchedule];
}

function distributionLines(series: readonly (readonly number[])[], format: ChartLine['format']): ChartLine[] {
  return series.map((values, index): ChartLine => (index === 0
    ? { label: 'Response time', colour: '--green', values, format, isFilled: true }
    : { label: 'From schedule', colour: '--purple', values, format, isFilled: true }));
}

/** `0.05`, `2`, `1500`: two significant digits are enough between buckets. */
function formatMsTick(ms: number): string {
  return String(Number(ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)));
}

/** One x for all series; x is the decimal logarithm of the milliseconds at which a bucket begins. */
type Histogram = { readonly x: readonly number[]; readonly counts: readonly (readonly number[])[] };

/** The counts of one or two rows over the same buckets, empty ones between them included, and one empty one at the end. */
export function histogramPoints(all: readonly TimesData[], bucketsPerDecade: number): Histogram {
  const indexes = all.flatMap(({ buckets }) => buckets.map(([index]) => index));
  if (indexes.length === 0) return { x: [], counts: all.map(() => []) };
  const lowest = indexes.reduce((least, index) => Math.min(least, index)) - 1;
  const highest = indexes.reduce((most, index) => Math.max(most, index)) + 1;
  const shown = Array.from({ length: highest - lowest + 1 }, (_, offset) => lowest + offset);
  return {
    // Buckets count from 1 µs, a thousandth of a millisecond.
    x: shown.map((index) => index / bucketsPerDecade - 3),
    counts: all.map(({ buckets }) => {
      const counted = new Map(buckets);
      return shown.map((index) => counted.get(index) ?? 0);
    }),
  };
}

/** x counts nines: 0 is the fastest sample, 1 the 90th percentile, 2 the 99th, 3 the 99.9th. */
type Curve = { readonly x: readonly number[]; readonly valuesMs: readonly (readonly number[])[] };

/**
 * Percentile curves of one or two rows. Percentiles that are beyond the number of samples are left out, as they say nothing
 * that the slowest sample, the last point, does not say.
 */
export function curvePoints(all: readonly TimesData[], percents: readonly number[]): Curve {
  const timed = all[0]?.timed ?? 0;
  if (timed === 0 || all.some(({ curveMs }) => curveMs.length === 0)) return { x: [], valuesMs: all.map(() => []) };
  const kept = percents.map((_, index) => index).filter((index) => timed * (1 - (percents[index] ?? 0) / 100) >= 1);
  const x = kept.map((index) => nines(percents[index] ?? 0));
  return {
    x: [...x, Math.max(Math.log10(timed), (x.at(-1) ?? 0) + 0.05)],
    valuesMs: all.map(({ curveMs }) => [...kept.map((index) => curveMs[index] ?? 0), curveMs.at(-1) ?? 0]),
  };
}

function nines(percent: number): number {
  return -Math.log10(1 - percent / 100);
}

/** The percent at so many nines, as an axis says it: `50%`, `99.9%`. */
export function ninesLabel(count: number): string {
  const percent = 100 - 100 * 10 ** -count;
  const decimals = count <= 2 ? 1 : Math.ceil(count) - 1;
  return `${Number(percent.toFixed(decimals))}%`;
}

/** 0, 50, 90, 99, 99.9 … percent, as many as lie in sight. */
export function ninesTicks(from: number, to: number): number[] {
  return [0, nines(50), 1, 2, 3, 4, 5, 6, 7, 8].filter((tick) => tick >= from && tick <= to);
}

/** Logarithms of 1, 2, 5, 10, 20 …, or of powers of ten alone where those would crowd each other. */
export function logTicks(from: number, to: number): number[] {
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  const decades = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, offset) => Math.floor(from) + offset);
  return decades.flatMap((decade) => steps.map((step) => decade + Math.log10(step))).filter((tick) => tick >= from && tick <= to);
}
