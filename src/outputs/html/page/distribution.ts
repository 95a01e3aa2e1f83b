/** The latency distribution of the total or of one row, from the schedule beside it when there is one. */
import { createChart, type Chart, type ChartLine, type ChartSpec } from './chart.ts';
import { curvePoints, histogramPoints, logTicks, ninesLabel, ninesTicks } from './distributionShape.ts';
import { byId, element } from './elements.ts';
import { formatMs, formatShort } from './format.ts';
import type { ReportData, RowData, TimesData } from './reportData.ts';

export type Distribution = {
  readonly charts: readonly Chart[];
  /** Shows a row and brings it into sight. */
  readonly showRow: (row: RowData) => void;
};

/** Builds both charts and the list of rows to choose from. */
export function createDistribution(data: ReportData): Distribution {
  const choices = [data.total, ...data.rows];
  const choice = byId('distribution-row');
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

export function histogramSpec({ bucketsPerDecade }: ReportData, row: RowData): ChartSpec {
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

export function curveSpec({ curvePercents }: ReportData, row: RowData): ChartSpec {
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
export function shownTimes({ times, fromSchedule }: RowData): TimesData[] {
  return fromSchedule === null ? [times] : [times, fromSchedule];
}

export function distributionLines(series: readonly (readonly number[])[], format: ChartLine['format']): ChartLine[] {
  return series.map((values, index): ChartLine => (index === 0
    ? { label: 'Response time', colour: '--green', values, format, isFilled: true }
    : { label: 'From schedule', colour: '--purple', values, format, isFilled: true }));
}

/** `0.05`, `2`, `1500`: two significant digits are enough between buckets. */
export function formatMsTick(ms: number): string {
  return String(Number(ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)));
}
