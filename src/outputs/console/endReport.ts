/** What a person reads when a run is over, the most important first; pure. */
import { clockText, countOf, perSecText, responseTimeText, shareText, timeOfDay } from '../../report/numberText.ts';
import { metricText, passText } from '../../report/metricText.ts';
import { endText, type ExceptionRow, type RunResult, type RunStats, type ThresholdResult, type TrustReport } from '../../report/runView.ts';
import type { ErrorRow } from '../../stats/report.ts';
import { isDropped } from '../../stats/besides.ts';
import { harmless } from '../../util/harmless.ts';
import { changeLine } from './console.ts';
import { moreRows, percentileTable, statsTable } from './statsTable.ts';
import { cellsOf, type Colours, coloursOf, cut, padEnd } from './table.ts';

/** How the report at the end is to look. */
export type EndReportOptions = {
  /** Of the window. Tables are no wider, lines of prose wrap as the terminal wraps them. */
  readonly columns: number;
  readonly colours: boolean;
  /** Paths that were written. */
  readonly files: readonly string[];
  /** `--quiet`: the verdict, and what is wrong. */
  readonly isQuiet?: boolean;
};

/** Rows of the tables, the busiest ones (Locust's web UI has as many); each costs a millisecond for its percentiles. */
const maxRows = 500;

/**
 * The verdict, thresholds with what was measured, Locust's tables of requests and of percentiles, checks and metrics, its error report,
 * arrivals that no user was free for, how well the generator kept up, and the files. Ends with a line break.
 */
export function endReport(result: RunResult, { columns, colours, files, isQuiet = false }: EndReportOptions): string {
  const paint = coloursOf(colours);
  const width = Math.max(1, columns);
  const { stats } = result;
  if (isQuiet) return `${quietLines(result, paint).join('\n')}\n`;
  const hasRows = stats.rows.length > 0;
  const blocks = [
    [verdictLine(result, paint), ...(result.start.changed === null ? [] : [harmless(changeLine(result.start))])],
    thresholdLines(result.thresholds, paint),
    hasRows ? statsTable(stats, { width, colours: paint, atSec: null, room: maxRows }) : [],
    hasRows ? percentileTable(result, { width, room: maxRows }) : [],
    checkLines(stats, paint),
    metricLines(result),
    errorReport(stats, width, paint),
    exceptionReport(stats, width, paint),
    [...arrivalLines(result, paint), trustLine(result.trust, paint)],
    files.length === 0 ? [] : ['Files', ...files.map((file) => `  ${harmless(file)}`)],
  ];
  return `\n${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function quietLines(result: RunResult, paint: Colours): readonly string[] {
  const missed = result.thresholds.filter(({ passed }) => !passed);
  return [verdictLine(result, paint), ...errorSummary(result.stats, paint), ...(missed.length === 0 ? [] : thresholdLines(missed, paint)), ...(result.trust.isTrusted ? [] : [trustLine(result.trust, paint)])];
}

function arrivalLines({ arrivals, stats }: RunResult, { bad }: Colours): string[] {
  if (arrivals === null) return [];
  const { perSec, started, dropped, latestMs, lateP99Ms } = arrivals;
  const late = `99 % at most ${responseTimeText(lateP99Ms)} ms after their moment, the latest ${responseTimeText(latestMs)} ms`;
  if (perSec === null) {
    const sent = `${countOf(started, 'recorded request')} at their moments: ${late}`;
    return dropped === 0 ? [sent] : [sent, bad(`${countOf(dropped, 'recorded request')} not sent (${shareText(dropped, started + dropped)}), though due`)];
  }
  const onTime = `${countOf(started, 'arrival')} on schedule (${perSecText(perSec)} a second), ${late}`;
  if (dropped === 0) return [onTime];
  const share = shareText(dropped, started + dropped);
  const remedy = stats.rows.some(isDropped) ? 'let more be under way at once (maxAtOnce)' : 'give more users (--users)';
  return [onTime, bad(`${countOf(dropped, 'arrival')} dropped (${share}): no user was free; ${remedy}`)];
}

function trustLine({ line, isTrusted }: TrustReport, { doubtful }: Colours): string {
  return isTrusted ? harmless(line) : doubtful(harmless(line));
}

/*
 * Locust's error report (stats.py, `print_error_report`), the most frequent first, with when each was seen; and the errors
 * that escaped tasks, each with the top of its trace.
 */

/** Distinct errors to show; files have them all. */
const maxErrors = 20;
const maxExceptions = 10;
const maxTraceLines = 6;
const maxSampleLines = 8;
const maxSampleCells = 160;
/** An error may quote a whole page. */
const maxErrorCells = 1000;
const countCells = 18;
const indent = ' '.repeat(countCells + 1);

/** Empty without failures. */
export function errorReport({ errors, failureSample }: RunStats, width: number, colours: Colours): string[] {
  if (errors.length === 0) return [];
  const shown = mostFrequent(errors, maxErrors);
  return framed('Error report', 'Error', width, errors.length - shown.length, shown.map((row) => [...errorLines(row, colours), ...sampleLines(failureSample?.(row) ?? null, colours)]));
}

/** One line for each kind of failure, for who wants no more than what is wrong. */
export function errorSummary({ errors }: RunStats, { bad }: Colours): string[] {
  const shown = mostFrequent(errors, maxErrors);
  const more = moreRows(errors.length - shown.length);
  return [...shown.map((row) => bad(`${row.occurrences} × ${errorText(row)}`)), ...(more === null ? [] : [more])];
}

/** Empty when no error escaped a task. */
export function exceptionReport({ exceptions }: RunStats, width: number, colours: Colours): string[] {
  if (exceptions.length === 0) return [];
  const shown = mostFrequent(exceptions, maxExceptions);
  return framed('Exceptions', 'Exception', width, exceptions.length - shown.length, shown.map((row) => exceptionLines(row, colours)));
}

function framed(title: string, heading: string, width: number, leftOut: number, blocks: readonly (readonly string[])[]): string[] {
  const rule = `${'-'.repeat(countCells)}|${'-'.repeat(Math.max(1, Math.min(width, 160) - countCells - 1))}`;
  const more = moreRows(leftOut);
  return [title, `${'# occurrences'.padEnd(countCells)} ${heading}`, rule, ...blocks.flat(), ...(more === null ? [] : [`${indent}${more}`]), rule];
}

function errorLines(row: ErrorRow, { bad, faint }: Colours): string[] {
  return [`${String(row.occurrences).padEnd(countCells)} ${bad(errorText(row))}`, faint(seenLine(row))];
}

function errorText({ method, name, error }: ErrorRow): string {
  // Locust's `to_name` takes its own wrapper off.
  const unwrapped = /^CatchResponseError\((.*)\)$/su.exec(error)?.[1] ?? error;
  return cut(harmless(`${method} ${name}: ${unwrapped}`), maxErrorCells);
}

/** What the first such request looked like: enough of it to go and see. */
function sampleLines(sample: string | null, { faint }: Colours): string[] {
  if (sample === null) return [];
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, maxSampleLines).map((line) => faint(`${indent}  ${cut(harmless(line), maxSampleCells)}`));
  const more = moreRows(lines.length - shown.length);
  return more === null ? shown : [...shown, faint(`${indent}  ${more} lines`)];
}

function exceptionLines({ message, trace, occurrences, ...seen }: ExceptionRow, { bad, faint }: Colours): string[] {
  const frames = trace.split('\n').filter((line) => /^\s+at /u.test(line));
  const shown = frames.slice(0, maxTraceLines).map((line) => `${indent}  ${cut(harmless(line.trim()), maxErrorCells)}`);
  const more = moreRows(frames.length - shown.length);
  return [
    `${String(occurrences).padEnd(countCells)} ${bad(cut(harmless(message), maxErrorCells))}`,
    faint(seenLine(seen)),
    ...shown,
    ...(more === null ? [] : [`${indent}  ${more} lines`]),
  ];
}

function seenLine({ firstSeenSec, lastSeenSec }: { readonly firstSeenSec: number; readonly lastSeenSec: number }): string {
  const [first, last] = [timeOfDay(firstSeenSec), timeOfDay(lastSeenSec)];
  return `${indent}${first === last ? `seen at ${first}` : `first seen at ${first}, last at ${last}`}`;
}

/** Those that are equally frequent stay in the order in which they came. */
function mostFrequent<Row extends { readonly occurrences: number }>(rows: readonly Row[], most: number): Row[] {
  return [...rows].sort((a, b) => b.occurrences - a.occurrences).slice(0, most);
}

/* Thresholds with what was measured, as k6 shows them; pure. */

/** Empty without thresholds. */
export function thresholdLines(results: readonly ThresholdResult[], { good, bad, measured }: Colours): string[] {
  if (results.length === 0) return [];
  const rules = results.map(({ row, expression }) => harmless(`${row}: ${expression}`));
  const widest = Math.max(...rules.map(cellsOf));
  return [
    'Thresholds',
    ...results.map(({ passed, text }, index) => `  ${passed ? good('✓') : bad('✗')} ${padEnd(rules[index] ?? '', widest)}  ${measured(harmless(text))}`),
  ];
}

/* Checks and metrics of the scenario's own: k6 shows them in much the same way. */

/** Names of each; files have them all. */
const maxMetrics = 200;

/** Empty without checks. */
export function checkLines({ checks }: RunStats, { good, bad, measured }: Colours): string[] {
  return listed('Checks', checks, (check) => measured(passText(check)), ({ fails }) => (fails === 0 ? good('✓') : bad('✗')));
}

/** Empty without metrics. */
export function metricLines({ stats: { metrics }, countedMs }: RunResult): string[] {
  return listed('Metrics', metrics, (metric) => harmless(metricText(metric, countedMs)), () => ' ');
}

function listed<Item extends { readonly name: string }>(title: string, items: readonly Item[], textOf: (item: Item) => string, signOf: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, maxMetrics).map((item) => ({ item, name: cut(harmless(item.name), maxNameCells) }));
  const widest = Math.max(...shown.map(({ name }) => cellsOf(name)));
  const more = moreRows(items.length - shown.length);
  return [title, ...shown.map(({ item, name }) => `  ${signOf(item)} ${padEnd(name, widest)}  ${textOf(item)}`), ...(more === null ? [] : [`    ${more}`])];
}

const maxNameCells = 80;

/* The one line that matters most: did the run pass, and if not, why; pure. */

/** `PASS · 4 210 requests in 1m00.0s, none failed · the time was up · exit code 0`; a PASS with something to know first is not green. */
export function verdictLine({ verdict, stats, countedMs, ended, exitCode }: RunResult, { good, bad, doubtful, strong }: Colours): string {
  const { numRequests, numFailures } = stats.total;
  const counted = `${countOf(numRequests, 'request')} in ${clockText(countedMs)}`;
  const parts = [
    verdict.passed ? (verdict.reasons.length === 0 ? good : doubtful)(strong('PASS')) : bad(strong('FAIL')),
    ...verdict.reasons.map(harmless),
    numRequests > 0 && numFailures === 0 ? `${counted}, none failed` : counted,
    harmless(endText(ended)),
    `exit code ${exitCode}`,
  ];
  // A signal is a reason and an end.
  return [...new Set(parts)].join(' · ');
}
