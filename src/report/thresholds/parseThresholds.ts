/**
 * All thresholds of a run, whoever wrote them: flags, the scenario's export, configuration files. Each of them must be
 * met; one that is written twice counts once.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { parseDurationMs } from '../../util/duration.ts';
import { nearest } from '../../util/nearest.ts';
import { printed } from '../../util/printed.ts';
import { parseExpression } from './expression.ts';
import { checkAggregation, parseTarget } from './target.ts';
import type { Threshold } from './threshold.ts';

export type ThresholdSources = {
  /** `--threshold`, each `row: expression`, or an expression alone for all requests. */
  readonly typed: readonly string[];
  /**
   * The scenario's `thresholds` in k6's form, `{ 'GET /users': ['p(95)<200', { threshold: 'rate<0.01', abortOnFail: true,
   * delayAbortEval: '10s' }] }`, or a list of what could be typed; null or undefined: none.
   */
  readonly exported: unknown;
  /** Of configuration files, in the same form. */
  readonly fromFile: unknown;
};

/** Throws a BoomerError that says where it stands, what was expected, and what is near to what came. */
export function parseThresholds({ typed, exported, fromFile }: ThresholdSources): readonly Threshold[] {
  const all = [
    ...typed.map((text) => fromLine(text, '--threshold')),
    ...fromTable(exported, 'the scenario\'s thresholds'),
    ...fromTable(fromFile, 'the configuration\'s thresholds'),
  ];
  // The first of equals stays, unless only the later one ends the run.
  const kept = new Map<string, Threshold>();
  for (const threshold of all) {
    const key = JSON.stringify([threshold.row, threshold.expression]);
    const earlier = kept.get(key);
    if (earlier === undefined || (threshold.abortOnFail && !earlier.abortOnFail)) kept.set(key, threshold);
  }
  return [...kept.values()];
}

/** Names may hold colons, expressions do not: the last colon parts the two. */
function fromLine(line: string, where: string): Threshold {
  const colon = line.lastIndexOf(':');
  return colon < 0 ? threshold('Aggregated', line, where) : threshold(line.slice(0, colon), line.slice(colon + 1), where);
}

function fromTable(table: unknown, where: string): readonly Threshold[] {
  if (table === undefined || table === null) return [];
  if (Array.isArray(table)) return table.map((line: unknown) => fromLine(textOf(line, where), where));
  if (typeof table !== 'object') throw new BoomerError('usage', `${where}: expected { 'GET /users': ['p(95)<200'] }, got ${printed(table)}`);
  return Object.entries(table).flatMap(([row, value]: [string, unknown]) => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
    return entries.map((entry) => fromEntry(row, entry, `${where}, ${JSON.stringify(row)}`));
  });
}

const entryKeys = ['threshold', 'abortOnFail', 'delayAbortEval'];

function fromEntry(row: string, entry: unknown, where: string): Threshold {
  if (typeof entry === 'string') return threshold(row, entry, where);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new BoomerError('usage', `${where}: expected 'p(95)<200' or { threshold, abortOnFail, delayAbortEval }, got ${printed(entry)}`);
  const unknownKey = Object.keys(entry).find((key) => !entryKeys.includes(key));
  if (unknownKey !== undefined) {
    const meant = nearest(unknownKey, entryKeys);
    throw new BoomerError('usage', `${where}: expected the keys ${entryKeys.join(', ')}, got "${unknownKey}"${meant === null ? '' : `: did you mean "${meant}"?`}`);
  }
  const { threshold: expression, abortOnFail = false, delayAbortEval } = entry as Readonly<Record<string, unknown>>;
  if (typeof abortOnFail !== 'boolean') throw new BoomerError('usage', `${where}: abortOnFail expects true or false, got ${printed(abortOnFail)}`);
  return { ...threshold(row, textOf(expression, where), where), abortOnFail, delayAbortEvalMs: delayOf(delayAbortEval, where) };
}

/** A bare number is milliseconds, as in k6's object form; text is as everywhere else. */
function delayOf(delay: unknown, where: string): number {
  if (delay === undefined || delay === null) return 0;
  if (typeof delay === 'number' && Number.isFinite(delay) && delay >= 0) return delay;
  if (typeof delay === 'string') return parseDurationMs(delay, `${where}: delayAbortEval`);
  throw new BoomerError('usage', `${where}: delayAbortEval expects a duration such as '10s', got ${printed(delay)}`);
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new BoomerError('usage', `${where}: expected a text such as 'p(95)<200', got ${printed(value)}`);
}

function threshold(row: string, expression: string, where: string): Threshold {
  const target = parseTarget(row, where);
  const condition = parseExpression(expression, where);
  checkAggregation(target, condition.aggregation, where);
  return { row: row.trim(), expression: expression.trim(), target, condition, abortOnFail: false, delayAbortEvalMs: 0 };
}
