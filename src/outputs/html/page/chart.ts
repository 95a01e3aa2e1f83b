/** One chart on uPlot that keeps to the page's width and colours. The only owner of `uplot`, but for its style sheet (`style.css`). */
import uPlot from 'uplot';
import { element } from './elements.ts';

/** One line of a chart, and how the legend says its values. */
export type ChartLine = {
  readonly label: string;
  /** A colour of the style sheet: `--green`. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly format: (value: number | null) => string;
  readonly isFilled: boolean;
};

/** All that a chart shows. */
export type ChartSpec = {
  readonly host: HTMLElement;
  /** What the first entry of the legend is called. */
  readonly xLabel: string;
  readonly x: readonly number[];
  readonly xFormat: (value: number) => string;
  /** Room that a label of x needs. */
  readonly xLabelPx: number;
  /** Which x are labelled, or the distances between them of which the chart takes the shortest that has room. */
  readonly xTicks: ((from: number, to: number) => number[]) | readonly number[];
  readonly isTime: boolean;
  /** Steps from each x to the next instead of straight lines. */
  readonly isStepped: boolean;
  readonly lines: readonly ChartLine[];
  readonly yFormat: (value: number) => string;
};

/** What a chart can be told when it stands. */
export type Chart = {
  /** Draws it anew, in the colours of the moment; `widthPx` null: as wide as its host. */
  readonly redraw: (widthPx: number | null) => void;
  readonly setSpec: (spec: ChartSpec) => void;
};

const chartHeightPx = 260;
const minChartPx = 240;

/** Draws a chart into its host. */
export function createChart(first: ChartSpec): Chart {
  let spec = first;
  let chart: uPlot | null = null;
  const redraw = (widthPx: number | null): void => {
    chart?.destroy();
    spec.host.replaceChildren();
    chart = drawChart(spec, Math.max(minChartPx, widthPx ?? spec.host.clientWidth));
  };
  redraw(null);
  return {
    redraw,
    setSpec(next) {
      spec = next;
      redraw(null);
    },
  };
}

function drawChart(spec: ChartSpec, width: number): uPlot | null {
  if (spec.x.length === 0) {
    spec.host.append(element('p', 'note', 'Nothing was measured.'));
    return null;
  }
  const legendOfX: uPlot.Series = { label: spec.xLabel, value: (_chart, value: number | null) => (value === null ? '–' : spec.xFormat(value)) };
  return new uPlot(
    {
      width,
      height: chartHeightPx,
      // Half of the last label stands out at the right.
      padding: [8, spec.xLabelPx * 0.45, 0, 0],
      cursor: { y: false, ...(spec.isTime ? { sync: { key: 'time' } } : {}) },
      scales: {
        x: { time: spec.isTime },
        y: { time: false, range: (_chart, _min, max: number | null) => [0, max === null || max === 0 ? 1 : max * 1.1] },
      },
      series: [legendOfX, ...spec.lines.map((line) => chartSeries(spec, line))],
      axes: [
        chartAxis({ values: (_chart, splits) => splits.map(spec.xFormat), space: spec.xLabelPx, ...ticksOf(spec) }),
        chartAxis({ values: (_chart, splits) => splits.map(spec.yFormat), size: 60 }),
      ],
    },
    chartData(spec),
    spec.host,
  );
}

/** A run of one second has one point, around which the chart would show a day: it gets a nothing before it. */
function chartData({ x, lines }: ChartSpec): uPlot.AlignedData {
  const only = x.length === 1 ? x[0] : undefined;
  if (only === undefined) return [[...x], ...lines.map(({ values }) => [...values])];
  return [[only - 1, only], ...lines.map(({ values }) => [null, values[0] ?? null])];
}

function ticksOf({ xTicks }: ChartSpec): Pick<uPlot.Axis, 'splits' | 'incrs'> {
  return typeof xTicks === 'function' ? { splits: (_chart, _axis, from, to) => xTicks(from, to) } : { incrs: [...xTicks] };
}

function chartSeries({ isStepped, isTime, x }: ChartSpec, { label, colour, format, isFilled }: ChartLine): uPlot.Series {
  const paths = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    label,
    stroke: resolvedColour(colour),
    width: 2,
    ...(isFilled ? { fill: resolvedColour(`${colour}-fill`) } : {}),
    ...(paths === undefined ? {} : { paths }),
    // Where a run was too short for lines.
    points: { show: isTime && x.length < 30 },
    value: (_chart, value: number | null) => format(value),
  };
}

function chartAxis(own: Pick<uPlot.Axis, 'values' | 'space' | 'size' | 'splits' | 'incrs'>): uPlot.Axis {
  const line = { stroke: resolvedColour('--grid'), width: 1 };
  return { stroke: resolvedColour('--muted'), grid: line, ticks: line, ...own };
}

/** What a colour of the style sheet is at this moment, light or dark, in words that a canvas understands. */
function resolvedColour(name: string): string {
  const probe = element('span', '', '');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
