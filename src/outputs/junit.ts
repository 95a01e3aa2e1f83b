/**
 * A run as test cases for a CI: one for each threshold, one for each row, one for the verdict; pure.
 *
 * A row with failed requests is a failed case, as anybody who opens a red build expects to see which request it was.
 * It is not when somebody has said how many failures are fine: the run passed all the same (`--exit-code-on-error 0`), or
 * a threshold judges failures, of this row or of all rows; then that threshold's case says it. The verdict is a case of
 * its own, since a run can fail without a threshold or a request: a run that failed is never green.
 */
import Builder from 'fast-xml-builder';
import type { RunResult, ThresholdResult } from '../report/runView.ts';
import { rowsJudgedByFailures } from '../report/thresholdVerdicts.ts';
import { averageMs, type ErrorRow, type StatsRow } from '../stats/report.ts';
import type { Output } from './outputs.ts';
import { ReportFile } from './reportFile.ts';

/** `--junit FILE`: an output that writes JUnit's XML to `path` when the run has ended. */
export function junitOutput(path: string): Output {
  const file = new ReportFile(path);
  return {
    onStart: () => file.open(),
    onStop: (result) => file.write(junitXml(junitSuites(result))),
    files: () => [path],
  };
}

/** Distinct errors that a failed row shows. */
const maxErrorsShown = 20;

/** The suites of one run. */
export function junitSuites(result: RunResult): readonly JunitSuite[] {
  const { thresholds, stats, verdict, countedMs } = result;
  const accepted = new Set(verdict.passed ? stats.rows : thresholds.flatMap((threshold) => rowsJudgedByFailures(threshold, stats)));
  return [
    { name: 'thresholds', cases: thresholds.map(thresholdCase) },
    { name: 'requests', cases: stats.rows.map((row) => rowCase(row, stats.errors, accepted.has(row))) },
    {
      name: 'verdict',
      cases: [{ className: 'boomer-node', name: 'verdict', timeSec: countedMs / 1000, failure: verdict.passed ? null : verdictFailure(result), ...(verdict.passed && verdict.reasons.length > 0 ? { note: verdict.reasons.join('\n') } : {}) }],
    },
  ];
}

function thresholdCase({ row, expression, text, passed }: ThresholdResult): JunitCase {
  return { className: `boomer-node.thresholds.${row}`, name: `${row}: ${expression}`, timeSec: null, failure: passed ? null : { message: text, text: `${row}: ${expression}\n${text}` } };
}

/** `isAccepted`: its failures are judged elsewhere. */
function rowCase(row: StatsRow, errors: readonly ErrorRow[], isAccepted: boolean): JunitCase {
  const fails = row.numFailures > 0 && !isAccepted;
  // The time that CIs chart over builds is the average response time.
  return { className: 'boomer-node.requests', name: titleOf(row), timeSec: averageMs(row) / 1000, failure: fails ? rowFailure(row, errors) : null };
}

function rowFailure(row: StatsRow, errors: readonly ErrorRow[]): JunitFailure {
  const ofRow = errors.filter(({ method, name }) => method === row.method && name === row.name);
  const shown = [...ofRow].sort((one, other) => other.occurrences - one.occurrences).slice(0, maxErrorsShown);
  const lines = shown.map(({ occurrences, error }) => `${occurrences} × ${error}`);
  if (ofRow.length > shown.length) lines.push(`and ${ofRow.length - shown.length} more kinds of errors`);
  return { message: `${row.numFailures} of ${row.numRequests} requests failed`, text: lines.join('\n') };
}

function verdictFailure({ verdict, exitCode }: RunResult): JunitFailure {
  return { message: verdict.reasons[0] ?? 'failed', text: [...verdict.reasons, `exit code ${exitCode}`].join('\n') };
}

function titleOf({ method, name }: StatsRow): string {
  return method === '' ? name : `${method} ${name}`;
}

/*
 * The only owner of `fast-xml-builder`: JUnit's XML, as CI servers read it (testmoapp/junitxml describes the common form).
 */

/** A `testsuite`. */
export type JunitSuite = {
  readonly name: string;
  readonly cases: readonly JunitCase[];
};

/** A `testcase`. */
export type JunitCase = {
  /** What groups cases in a CI's list. */
  readonly className: string;
  readonly name: string;
  /** Null: takes no time. */
  readonly timeSec: number | null;
  /** Null: it passed. */
  readonly failure: JunitFailure | null;
  /** Why it could not be judged; absent: it was. */
  readonly skipped?: string;
  /** What a person should know of it all the same; absent: nothing. */
  readonly note?: string;
};

/** A `failure` of a case. */
export type JunitFailure = {
  /** One line. */
  readonly message: string;
  /** As many lines as it needs. */
  readonly text: string;
};

/** A whole document; texts may hold anything, what XML cannot say is replaced. */
export function junitXml(suites: readonly JunitSuite[]): string {
  const document = {
    '?xml': attributes({ version: '1.0', encoding: 'UTF-8' }),
    testsuites: {
      ...attributes({ name: 'boomer-node', ...countsOf(suites.flatMap((suite) => suite.cases)) }),
      testsuite: suites.map(({ name, cases }) => ({ ...attributes({ name, ...countsOf(cases), skipped: String(cases.filter(({ skipped }) => skipped !== undefined).length) }), testcase: cases.map(caseElement) })),
    },
  };
  return builder.build(document);
}

/** Attributes begin with `@`; what is in an element stands under `#`. */
const builder = new Builder({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', format: true, indentBy: '  ', suppressEmptyNode: true, suppressBooleanAttributes: false });

function caseElement({ className, name, timeSec, failure, skipped, note }: JunitCase): Readonly<Record<string, unknown>> {
  return {
    ...attributes({ classname: className, name, time: seconds(timeSec ?? 0) }),
    ...(failure === null ? {} : { failure: { ...attributes({ message: failure.message, type: 'failure' }), '#': legal(failure.text) } }),
    ...(skipped === undefined ? {} : { skipped: attributes({ message: skipped }) }),
    ...(note === undefined ? {} : { 'system-out': { '#': legal(note) } }),
  };
}

/** A parser turns line ends in attributes into spaces: shown as they are written in code they stay readable. */
function attributes(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`@${name}`, legal(value.replaceAll('\r', '\\r').replaceAll('\n', '\\n'))]));
}

function countsOf(cases: readonly JunitCase[]): Record<string, string> {
  return {
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure !== null).length),
    errors: '0',
    time: seconds(cases.reduce((sum, { timeSec }) => sum + (timeSec ?? 0), 0)),
  };
}

function seconds(timeSec: number): string {
  return timeSec.toFixed(3);
}

/** Replaces characters that XML 1.0 forbids even when escaped. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
