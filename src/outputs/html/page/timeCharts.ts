/** The charts over time, with one cursor for all of them. */
import { formatClock, formatMs, formatShort, formatStamp, formatTwo } from '../../../report/numberText.ts';
import type { HistoryData } from '../reportData.ts';
import { createChart, type Chart, type ChartLine, type ChartSpec } from './chart.ts';
import { byId } from './elements.ts';

/** Whole seconds, minutes, hours and days: half a second has no label of its own. */
const timeTicksSec: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

/** Draws them all. */
export function createTimeCharts(history: HistoryData): Chart[] {
  const isOfDays = (history.atSec.at(-1) ?? 0) - (history.atSec[0] ?? 0) > 86_400;
  return timeChartLines(history).map(({ id, lines }) => {
    const spec: ChartSpec = {
      host: byId(id),
      xLabel: 'Time',
      x: history.atSec,
      xFormat: isOfDays ? formatStamp : formatClock,
      xLabelPx: isOfDays ? 140 : 70,
      xTicks: timeTicksSec,
      isTime: true,
      isStepped: false,
      lines,
      yFormat: formatShort,
    };
    return createChart(spec);
  });
}

/** Which series is drawn where; the colours are those of Locust's charts. */
function timeChartLines(history: HistoryData): { readonly id: string; readonly lines: readonly ChartLine[] }[] {
  const formatUsers = (users: number | null): string => (users === null ? '–' : formatShort(users));
  return [
    {
      id: 'rate-chart',
      lines: [
        { label: 'RPS', colour: '--green', values: history.requestsPerSec, format: formatTwo, isFilled: true },
        { label: 'Failures/s', colour: '--red', values: history.failuresPerSec, format: formatTwo, isFilled: true },
      ],
    },
    {
      id: 'time-chart',
      lines: [
        { label: '95th percentile', colour: '--purple', values: history.p95Ms, format: formatMs, isFilled: false },
        { label: 'Average', colour: '--teal', values: history.averageMs, format: formatMs, isFilled: false },
        { label: '50th percentile', colour: '--orange', values: history.p50Ms, format: formatMs, isFilled: false },
      ],
    },
    { id: 'user-chart', lines: [{ label: 'Users', colour: '--blue', values: history.users, format: formatUsers, isFilled: true }] },
  ];
}
