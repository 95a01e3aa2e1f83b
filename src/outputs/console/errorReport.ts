/**
 * Locust's error report (stats.py, `print_error_report`), the most frequent first, with when each was seen; and the errors
 * that escaped tasks, each with the top of its trace.
 */
import type { ErrorRow } from '../../stats/report.ts';
import type { ExceptionRow, RunStats } from '../../report/runView.ts';
import type { Colours } from './colours.ts';
import { cut } from './cells.ts';
import { harmless } from '../../util/harmless.ts';
import { timeOfDay } from './printedNumbers.ts';
import { moreRows } from './statsTable.ts';

/** Distinct errors to show; files have them all. */
const mostErrors = 20;
const mostExceptions = 10;
const mostTraceLines = 6;
const mostSampleLines = 8;
const mostSampleCells = 160;
/** An error may quote a whole page. */
const mostErrorCells = 1000;
const countCells = 18;
const indent = ' '.repeat(countCells + 1);

/** Empty without failures. */
export function errorReport({ errors, failureSample }: RunStats, width: number, colours: Colours): string[] {
  if (errors.length === 0) return [];
  const shown = mostFrequent(errors, mostErrors);
  return framed('Error report', 'Error', width, errors.length - shown.length, shown.map((row) => [...errorLines(row, colours), ...sampleLines(failureSample?.(row) ?? null, colours)]));
}

/** One line for each kind of failure, for who wants no more than what is wrong. */
export function errorSummary({ errors }: RunStats, { bad }: Colours): string[] {
  const shown = mostFrequent(errors, mostErrors);
  const more = moreRows(errors.length - shown.length);
  return [...shown.map((row) => bad(`${row.occurrences} × ${errorText(row)}`)), ...(more === null ? [] : [more])];
}

/** Empty when no error escaped a task. */
export function exceptionReport({ exceptions }: RunStats, width: number, colours: Colours): string[] {
  if (exceptions.length === 0) return [];
  const shown = mostFrequent(exceptions, mostExceptions);
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
  return cut(harmless(`${method} ${name}: ${unwrapped}`), mostErrorCells);
}

/** What the first such request looked like: enough of it to go and see. */
function sampleLines(sample: string | null, { faint }: Colours): string[] {
  if (sample === null) return [];
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, mostSampleLines).map((line) => faint(`${indent}  ${cut(harmless(line), mostSampleCells)}`));
  const more = moreRows(lines.length - shown.length);
  return more === null ? shown : [...shown, faint(`${indent}  ${more} lines`)];
}

function exceptionLines({ message, trace, occurrences, ...seen }: ExceptionRow, { bad, faint }: Colours): string[] {
  const frames = trace.split('\n').filter((line) => /^\s+at /u.test(line));
  const shown = frames.slice(0, mostTraceLines).map((line) => `${indent}  ${cut(harmless(line.trim()), mostErrorCells)}`);
  const more = moreRows(frames.length - shown.length);
  return [
    `${String(occurrences).padEnd(countCells)} ${bad(cut(harmless(message), mostErrorCells))}`,
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
