/** The tables of the report. */
import type { ExceptionRow } from '../../../report/runView.ts';
import { formatMs, formatPercent, formatStamp, formatTwo } from '../../../report/numberText.ts';
import type { FailureData, ReportData, RowData, TimesData } from '../reportData.ts';
import { byId } from './elements.ts';
import { createTable, type Column } from './table.ts';

/** Builds all tables; the function that comes back shows all of their rows at once, or pages again. */
export function createTables(data: ReportData, onPick: (row: RowData) => void): (isWhole: boolean) => void {
  const { rows, total: totalRow, failures, exceptions, hasSchedule } = data;
  const tables = [
    createTable({ host: byId('requests'), label: 'request statistics', columns: requestColumns(data, onPick), rows, totalRow }),
    createTable({ host: byId('times'), label: 'response times', columns: percentileColumns(data, (row) => row.times), rows, totalRow }),
  ];
  if (hasSchedule) {
    const columns = percentileColumns(data, (row) => row.fromSchedule);
    tables.push(createTable({ host: byId('schedule'), label: 'response times from schedule', columns, rows, totalRow }));
  }
  if (failures.length > 0) tables.push(createTable({ host: byId('failures'), label: 'failures', columns: failureColumns(failures.some(({ sample }) => sample !== null)), rows: failures, totalRow: null }));
  if (exceptions.length > 0) tables.push(createTable({ host: byId('exceptions'), label: 'exceptions', columns: exceptionColumns(), rows: exceptions, totalRow: null }));
  return (isWhole) => tables.forEach((showWhole) => showWhole(isWhole));
}

function requestColumns(data: ReportData, onPick: (row: RowData) => void): Column<RowData>[] {
  const columns: Column<RowData>[] = [
    { title: 'Type', kind: 'text', value: (row) => row.method, text: (row) => row.method },
    { title: 'Name', kind: 'name', value: (row) => row.name, text: (row) => row.name, onPick },
    { title: '# Requests', kind: 'number', value: (row) => row.requests, text: (row) => String(row.requests) },
    { title: '# Fails', kind: 'number', value: (row) => row.failures, text: (row) => String(row.failures), isAlarming: (row) => row.failures > 0 },
    { title: 'Average (ms)', kind: 'number', value: (row) => row.times.averageMs, text: (row) => formatTwo(row.times.averageMs) },
    { title: 'Min (ms)', kind: 'number', value: (row) => row.times.minMs, text: (row) => formatMs(row.times.minMs) },
    { title: 'Max (ms)', kind: 'number', value: (row) => row.times.maxMs, text: (row) => formatMs(row.times.maxMs) },
    { title: 'Average size (bytes)', kind: 'number', value: (row) => row.averageBytes, text: (row) => formatTwo(row.averageBytes) },
    { title: 'RPS', kind: 'number', value: (row) => row.requestsPerSec, text: (row) => formatTwo(row.requestsPerSec) },
    { title: 'Failures/s', kind: 'number', value: (row) => row.failuresPerSec, text: (row) => formatTwo(row.failuresPerSec) },
  ];
  if (!data.hasSchedule) return columns;
  const fromSchedule = (title: string, valueMs: (times: TimesData) => number | null): Column<RowData> => {
    const value = (row: RowData): number | null => (row.fromSchedule === null ? null : valueMs(row.fromSchedule));
    return { title: `${title} from schedule (ms)`, kind: 'number', value, text: (row) => formatMs(value(row)) };
  };
  const percentile = (percent: number) => (times: TimesData): number | null => times.percentilesMs[data.percents.indexOf(percent)] ?? null;
  return [
    ...columns,
    fromSchedule('Average', (times) => times.averageMs),
    fromSchedule('95%ile', percentile(95)),
    fromSchedule('99%ile', percentile(99)),
    fromSchedule('Max', (times) => times.maxMs),
  ];
}

function percentileColumns({ percents }: ReportData, timesOf: (row: RowData) => TimesData | null): Column<RowData>[] {
  return [
    { title: 'Type', kind: 'text', value: (row) => row.method, text: (row) => row.method },
    { title: 'Name', kind: 'name', value: (row) => row.name, text: (row) => row.name },
    ...percents.map((percent, index): Column<RowData> => {
      const value = (row: RowData): number | null => timesOf(row)?.percentilesMs[index] ?? null;
      return { title: `${formatPercent(percent)}ile (ms)`, kind: 'number', value, text: (row) => formatMs(value(row)) };
    }),
  ];
}

/** `hasSamples`: a column more for the first request of each kind. */
export function failureColumns(hasSamples: boolean): Column<FailureData>[] {
  const sample: Column<FailureData> = { title: 'First such request', kind: 'code', value: (row) => row.sample, text: (row) => row.sample ?? '' };
  return [
    { title: '# Failures', kind: 'number', value: (row) => row.occurrences, text: (row) => String(row.occurrences) },
    { title: 'Type', kind: 'text', value: (row) => row.method, text: (row) => row.method },
    { title: 'Name', kind: 'name', value: (row) => row.name, text: (row) => row.name },
    { title: 'Message', kind: 'name', value: (row) => row.error, text: (row) => row.error },
    { title: 'First seen', kind: 'number', value: (row) => row.firstSeenSec, text: (row) => formatStamp(row.firstSeenSec) },
    { title: 'Last seen', kind: 'number', value: (row) => row.lastSeenSec, text: (row) => formatStamp(row.lastSeenSec) },
    ...(hasSamples ? [sample] : []),
  ];
}

function exceptionColumns(): Column<ExceptionRow>[] {
  return [
    { title: '# Occurrences', kind: 'number', value: (row) => row.occurrences, text: (row) => String(row.occurrences) },
    { title: 'Message', kind: 'name', value: (row) => row.message, text: (row) => row.message },
    { title: 'Trace', kind: 'code', value: (row) => row.trace, text: (row) => row.trace },
    { title: 'First seen', kind: 'number', value: (row) => row.firstSeenSec, text: (row) => formatStamp(row.firstSeenSec) },
    { title: 'Last seen', kind: 'number', value: (row) => row.lastSeenSec, text: (row) => formatStamp(row.lastSeenSec) },
  ];
}

/** Turns the stamps of the page's own markup, which are UTC, into the reader's time zone, as the charts are. */
export function localiseStamps(): void {
  for (const stamp of document.querySelectorAll('time')) {
    const atSec = Number(stamp.getAttribute('data-sec'));
    stamp.title = stamp.textContent;
    stamp.textContent = formatStamp(atSec);
  }
}
