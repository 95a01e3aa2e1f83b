/**
 * Locust's four tables as records of text: the columns, their order and the types of their numbers are those of Locust
 * 2.47 (stats.py, `StatsCSV` and `StatsCSVFileWriter`), so that whatever reads Locust's files reads these. Percentiles are
 * more exact than Locust's: HDR counts, rounded to the whole milliseconds that Locust writes.
 */
import { stringify } from 'csv-stringify/sync';
import { errorKeyOf, maskAddresses } from '../../protocol/wire/errorKey.ts';
import { compareTexts } from '../../report/runBook.ts';
import type { ExceptionRow, Percentile } from '../../report/runView.ts';
import type { CheckNumbers, MetricNumbers } from '../../stats/metricNumbers.ts';
import { averageMs, currentPerSec, type ErrorRow, perSecOfRun, reportedPercents, type StatsRow } from '../../stats/report.ts';
import { pythonFloat, utcTimestamp } from '../locustJson.ts';

/** One line, cell by cell. */
export type CsvRecord = readonly string[];

const percentHeads: CsvRecord = reportedPercents.map((percent) => `${percent}%`);

/** Head of `PREFIX_stats.csv`. */
export const statsHead: CsvRecord = [
  'Type', 'Name', 'Request Count', 'Failure Count', 'Median Response Time', 'Average Response Time', 'Min Response Time',
  'Max Response Time', 'Average Content Size', 'Requests/s', 'Failures/s', ...percentHeads,
];

/** Head of `PREFIX_stats_history.csv`. */
export const historyHead: CsvRecord = [
  'Timestamp', 'User Count', 'Type', 'Name', 'Requests/s', 'Failures/s', ...percentHeads, 'Total Request Count',
  'Total Failure Count', 'Total Median Response Time', 'Total Average Response Time', 'Total Min Response Time',
  'Total Max Response Time', 'Total Average Content Size',
];

/** Head of `PREFIX_failures.csv`. */
export const failuresHead: CsvRecord = ['Method', 'Name', 'Error', 'Occurrences', 'First Seen', 'Last Seen'];

/** Head of `PREFIX_exceptions.csv`. */
export const exceptionsHead: CsvRecord = ['Count', 'Message', 'Traceback', 'Nodes'];

/** Head of `PREFIX_metrics.csv`, which Locust has not: checks and metrics of the scenario's own. */
export const metricsHead: CsvRecord = ['Kind', 'Name', 'Unit', 'Passes', 'Fails', 'Sum', 'Value', 'Count', 'Average', 'Min', 'Max', ...percentHeads];

/** One line of it; what the kind has not is empty. */
export function metricRecord(metric: CheckNumbers | MetricNumbers): CsvRecord {
  const cell = (value: number | undefined): string => (value === undefined ? '' : String(value));
  const figures: { readonly [Figure in 'passes' | 'fails' | 'sum' | 'value' | 'count' | 'average' | 'min' | 'max']?: number } = metric;
  const percentiles = reportedPercents.map((percent) => (metric.kind === 'trend' ? metric.percentile(percent) : undefined));
  const { passes, fails, sum, value, count, average, min, max } = figures;
  return [metric.kind, metric.name, 'unit' in metric ? metric.unit : '', ...[passes, fails, sum, value, count, average, min, max, ...percentiles].map(cell)];
}

/** The node that Locust names when it has no workers (runners.py, `LocalRunner`). */
const localNode = 'local';

/** One line of `_stats.csv`; `total` is the row over all, which tells the time. */
export function statsRecord(row: StatsRow, total: StatsRow, percentileMs: Percentile): CsvRecord {
  return [
    row.method,
    row.name,
    String(row.numRequests),
    String(row.numFailures),
    ...timesAndSize(row, percentileMs),
    pythonFloat(perSecOfRun(row.numRequests, total)),
    pythonFloat(perSecOfRun(row.numFailures, total)),
    ...percentilesOf(row, (percent) => percentileMs(row, percent)),
  ];
}

/** What a line of the history is made of. */
export type HistoryMoment = {
  readonly atSec: number;
  readonly userCount: number;
  readonly total: StatsRow;
  readonly percentileMs: Percentile;
};

/**
 * One line of `_stats_history.csv`. `shownMs` gives the percentiles in front: with the full history those of the last
 * 10 s, else those of the run so far.
 */
export function historyRecord(row: StatsRow, moment: HistoryMoment, shownMs: (percent: number) => number | null): CsvRecord {
  const { atSec, userCount, total, percentileMs } = moment;
  return [
    String(Math.trunc(atSec)),
    String(userCount),
    row.method,
    row.name,
    currentPerSec(row.requestsPerSec, total).toFixed(6),
    currentPerSec(row.failuresPerSec, total).toFixed(6),
    ...percentilesOf(row, shownMs),
    String(row.numRequests),
    String(row.numFailures),
    ...timesAndSize(row, percentileMs),
  ];
}

/** All lines of `_failures.csv` but the first, in the order of Locust's keys. */
export function failureRecords(errors: readonly ErrorRow[]): readonly CsvRecord[] {
  return errors
    .map((row) => ({ row, key: errorKeyOf(row.method, row.name, row.error) }))
    .sort((one, other) => compareTexts(one.key, other.key))
    .map(({ row }) => [
      row.method, row.name, maskAddresses(row.error), String(row.occurrences), utcTimestamp(row.firstSeenSec), utcTimestamp(row.lastSeenSec),
    ]);
}

/** All lines of `_exceptions.csv` but the first. */
export function exceptionRecords(exceptions: readonly ExceptionRow[]): readonly CsvRecord[] {
  return exceptions.map(({ occurrences, message, trace }) => [String(occurrences), message, trace, localNode]);
}

/** Median, average, minimum, maximum, content size. Extremes without a request are the whole number 0 in Locust. */
function timesAndSize(row: StatsRow, percentileMs: Percentile): CsvRecord {
  const { minResponseTimeMs: minMs, maxResponseTimeMs: maxMs, numRequests, totalContentLength } = row;
  const medianMs = percentileMs(row, 50);
  return [
    medianMs === null || minMs === null ? '0' : medianText(Math.round(medianMs), minMs, maxMs),
    pythonFloat(averageMs(row)),
    minMs === null || minMs === 0 ? '0' : pythonFloat(minMs),
    minMs === null ? '0' : pythonFloat(maxMs),
    numRequests === 0 ? '0' : pythonFloat(totalContentLength / numRequests),
  ];
}

/** Whole, unless rounding leads out of the exact extremes: then it is the nearer one of them. */
function medianText(wholeMs: number, minMs: number, maxMs: number): string {
  if (wholeMs > maxMs) return pythonFloat(maxMs);
  return wholeMs < minMs ? pythonFloat(minMs) : String(wholeMs);
}

function percentilesOf({ numRequests }: StatsRow, shownMs: (percent: number) => number | null): CsvRecord {
  if (numRequests === 0) return reportedPercents.map(() => 'N/A');
  return reportedPercents.map((percent) => String(Math.round(shownMs(percent) ?? 0)));
}

/* The only owner of `csv-stringify`: records as Python's `csv.writer` writes them, but for what a spreadsheet would run. */

/** Lines that end in CR LF; quotes only where a comma, a quote or a line end asks for them. */
export function csvText(records: readonly (readonly string[])[]): string {
  return stringify(records.map((record) => record.map(harmless)), { record_delimiter: '\r\n', quoted_match: /[\r\n]/u });
}

/** What a spreadsheet takes for the beginning of a formula, in their wide forms too (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/u;
const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu;

/**
 * Names and errors are the target's words as much as ours, and quotes do not keep a spreadsheet from running them: an apostrophe in
 * front does. Readers of CSV, Locust's included, find it as the first letter of that text; numbers stay numbers.
 */
function harmless(cell: string): string {
  return formula.test(cell) && !number.test(cell) ? `'${cell}` : cell;
}
