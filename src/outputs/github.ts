/** What a run leaves in GitHub Actions: a step summary and annotations. Nothing anywhere else. */
import { appendFile } from 'node:fs/promises';
import { metricText, passText } from '../report/metricText.ts';
import { responseTimeText, shareText } from '../report/numberText.ts';
import type { RunResult, RunStats } from '../report/runView.ts';
import { averageMs, type StatsRow } from '../stats/report.ts';
import { harmless } from '../util/harmless.ts';
import type { Output } from './outputs.ts';
import { assertWritable, unwritable } from './reportFile.ts';

/** The variables that GitHub's runner sets. */
export type GithubEnvironment = { readonly [name: string]: string | undefined };

/**
 * An output that adds to `$GITHUB_STEP_SUMMARY` when that is set, and writes annotations with `write` (stdout by default)
 * when `$GITHUB_ACTIONS` is `true`. The runner reads both of a step's streams: give stderr's where stdout is for data.
 */
export function githubOutput(env: GithubEnvironment, write: (text: string) => unknown = (text) => process.stdout.write(text)): Output {
  const { GITHUB_STEP_SUMMARY: summaryPath, GITHUB_ACTIONS: isActions } = env;
  return {
    onStart: async () => {
      if (summaryPath !== undefined && summaryPath !== '') await assertWritable(summaryPath);
    },
    onStop: async (result) => {
      if (isActions === 'true') for (const line of annotations(result)) write(`${line}\n`);
      if (summaryPath !== undefined && summaryPath !== '') await append(summaryPath, stepSummary(result));
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/* A run as annotations of a GitHub workflow, which stand beside the change that is looked at; pure. */

/** GitHub shows ten of each kind a step. */
const maxThresholds = 9;
const maxAnnotatedErrors = 5;

/** Workflow commands, a line each; empty for a run of which nothing needs to be said. */
export function annotations({ verdict, thresholds, stats, trust, arrivals }: RunResult): readonly string[] {
  const lines: string[] = [];
  if (!verdict.passed) lines.push(command('error', 'Load test failed', verdict.reasons.join('\n')));
  const missed = thresholds.filter(({ passed }) => !passed).slice(0, maxThresholds);
  for (const { row, expression, text } of missed) lines.push(command('error', `Threshold not met: ${row}`, `${expression}: ${text}`));
  if (!trust.isTrusted) lines.push(command('warning', 'Numbers in doubt', trust.line));
  if (arrivals !== null && arrivals.dropped > 0) {
    const share = `${arrivals.dropped} of ${arrivals.dropped + arrivals.started}`;
    lines.push(arrivals.perSec === null ? command('warning', 'Recorded requests not sent', `${share}, though due`) : command('warning', 'Arrivals dropped', `${share}: no user was free`));
  }
  const commonest = [...stats.errors].sort((one, other) => other.occurrences - one.occurrences).slice(0, maxAnnotatedErrors);
  for (const { method, name, error, occurrences } of commonest) lines.push(command('warning', `${method} ${name}`.trim(), `${occurrences} × ${error}`));
  return lines;
}

/** `::error title=…::…` with the escapes of the runner (actions/toolkit, core/src/command.ts). */
function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escapedProperty(harmless(title))}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/* A run as the Markdown of a step summary: what a reviewer wants to see without opening the log; pure. */

/** Rows and errors beyond so many are only counted. */
const maxRows = 100;
const maxErrors = 20;

/** Ends in a line end; begins with a heading of the second level. */
export function stepSummary(result: RunResult): string {
  const parts = [heading(result), facts(result), thresholdTable(result), requestTable(result), metricTable(result), errorTable(result), markdownText(result.trust.line)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading({ verdict: { passed, reasons }, exitCode }: RunResult): string {
  const title = `## ${passed ? '✅ Load test passed' : `❌ Load test failed (exit code ${exitCode})`}`;
  return [title, ...(reasons.length > 0 ? ['', ...reasons.map((reason) => `- ${markdownText(reason)}`)] : [])].join('\n');
}

function facts({ start, countedMs, arrivals }: RunResult): string {
  const dropped = arrivals === null || arrivals.dropped === 0 ? '' : ` · **${arrivals.dropped} ${arrivals.perSec === null ? 'recorded requests not sent' : 'arrivals dropped'}**`;
  return `${markdownText(start.files.join(', '))} · ${markdownText(start.plan)} · ${(countedMs / 1000).toFixed(1)} s${dropped}`;
}

function thresholdTable({ thresholds }: RunResult): string {
  if (thresholds.length === 0) return '';
  const rows = thresholds.map(({ row, expression, text, passed }) => [passed ? '✅' : '❌', markdownText(row), markdownText(expression), markdownText(text)]);
  return markdownTable([text(''), text('Threshold of'), text('Expected'), text('Measured')], rows);
}

function requestTable({ stats, fromSchedule }: RunResult): string {
  const busiest = [...stats.rows].sort((one, other) => other.numRequests - one.numRequests).slice(0, maxRows);
  const shown = stats.rows.filter((row) => busiest.includes(row));
  const columns = [text('Type'), text('Name'), ...['# reqs', '# fails', 'Avg', 'Med', 'p95', 'p99', 'Max'].map(number), ...(fromSchedule === null ? [] : [number('p99 from schedule')])];
  const table = markdownTable(columns, [...shown, stats.total].map((row) => requestCells(row, stats, fromSchedule)));
  const hidden = stats.rows.length - shown.length;
  return hidden === 0 ? table : `${table}\n\nand ${hidden} more names with fewer requests`;
}

function requestCells(row: StatsRow, stats: RunStats, fromSchedule: RunStats | null): readonly string[] {
  const { method, name, numRequests, numFailures, minResponseTimeMs, maxResponseTimeMs } = row;
  const isTimed = minResponseTimeMs !== null;
  const cells = [
    markdownText(method),
    row === stats.total ? `**${markdownText(name)}**` : markdownText(name),
    String(numRequests),
    numFailures === 0 ? '0' : `**${numFailures}** (${markdownText(shareText(numFailures, numRequests))})`,
    msText(isTimed ? averageMs(row) : null),
    ...[50, 95, 99].map((percent) => msText(stats.percentileMs(row, percent))),
    msText(isTimed ? maxResponseTimeMs : null),
  ];
  if (fromSchedule === null) return cells;
  const scheduled = row === stats.total ? fromSchedule.total : fromSchedule.rows.find((other) => other.method === method && other.name === name);
  return [...cells, msText(scheduled === undefined ? null : fromSchedule.percentileMs(scheduled, 99))];
}

function metricTable({ stats: { checks, metrics }, countedMs }: RunResult): string {
  if (checks.length + metrics.length === 0) return '';
  const rows = [
    ...checks.map((check) => [check.fails === 0 ? '✅' : '❌', 'check', markdownText(check.name), markdownText(passText(check))]),
    ...metrics.map((metric) => ['', metric.kind, markdownText(metric.name), markdownText(metricText(metric, countedMs))]),
  ];
  const table = markdownTable([text(''), text('Kind'), text('Name'), text('Measured')], rows.slice(0, maxRows));
  return rows.length <= maxRows ? table : `${table}\n\nand ${rows.length - maxRows} more checks and metrics`;
}

function errorTable({ stats }: RunResult): string {
  if (stats.errors.length === 0 && stats.exceptions.length === 0) return '';
  const failures = stats.errors.map(({ method, name, error, occurrences }) => ({ occurrences, where: `${method} ${name}`.trim(), what: error }));
  const escaped = stats.exceptions.map(({ message, occurrences }) => ({ occurrences, where: 'escaped a task', what: message }));
  const all = [...failures, ...escaped].sort((one, other) => other.occurrences - one.occurrences);
  const table = markdownTable([number('# errors'), text('Of'), text('Error')], all.slice(0, maxErrors).map(({ occurrences, where, what }) => [String(occurrences), markdownText(where), markdownText(what)]));
  return all.length <= maxErrors ? table : `${table}\n\nand ${all.length - maxErrors} more kinds of errors`;
}

function msText(ms: number | null): string {
  return ms === null ? '–' : `${responseTimeText(ms)} ms`;
}

function text(head: string): Column {
  return { head, isNumber: false };
}

function number(head: string): Column {
  return { head, isNumber: true };
}

/* Markdown as GitHub reads it, of texts that may hold anything. */

/** Longer texts are cut: a step summary holds 1 MiB. */
const maxCharacters = 200;

/** One column of a Markdown table. */
export type Column = { readonly head: string; readonly isNumber: boolean };

/** Text that shows as it is, on one line, also in a cell of a table. */
export function markdownText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const characters = Array.from(line);
  const short = characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}…` : line;
  // As entities, since a backslash does not keep GitHub from linking @names and addresses.
  return short.replace(/[&<>\\`*_[\]#|~@:]/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A table; cells are Markdown already, numbers stand at the right. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map(({ head }) => head);
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
