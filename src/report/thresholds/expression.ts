/**
 * `p(95)<200`: k6's grammar of thresholds (k6 metrics/thresholds_parser.go), with two aggregations more.
 *
 *   expression   aggregation operator number        blanks between them
 *   aggregation  avg  min  max  med  p(N)           response times in milliseconds
 *                count                              requests
 *                rate                               what k6's metric calls its rate: see measure.ts
 *                fail_ratio  rps                    share of failed requests 0 … 1, requests a second
 *   operator     <  <=  >  >=  ==  ===  !=
 */
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import type { Aggregation, Condition, Operator } from './threshold.ts';

const plainAggregations = ['avg', 'min', 'max', 'med', 'count', 'rate', 'fail_ratio', 'rps'] as const;
const operators: readonly Operator[] = ['<', '<=', '>', '>=', '==', '===', '!='];

/** What other tools call them. */
const synonyms: Readonly<Record<string, string>> = {
  average: 'avg', mean: 'avg', median: 'med', minimum: 'min', maximum: 'max', requests: 'count', fails: 'fail_ratio', failures: 'fail_ratio',
  error_rate: 'fail_ratio', errors: 'fail_ratio', 'req/s': 'rps', reqs: 'rps', percentile: 'p(95)', '=': '==', '=<': '<=', '=>': '>=', '<>': '!=', '!==': '!=',
};

/** Throws a BoomerError that names `where`, what it expected and what is near to what came. */
export function parseExpression(text: string, where: string): Condition {
  const parts = /^([^<>=!]*)([<>=!]+)(.*)$/su.exec(text.trim());
  if (parts === null) throw wrong(text, where, 'expected an aggregation, an operator and a number');
  const [, left = '', operator = '', right = ''] = parts;
  return {
    aggregation: aggregationOf(left.trim(), text, where),
    operator: operatorOf(operator, text, where),
    limit: numberOf(right.trim(), text, where),
  };
}

/** How an aggregation is written: `p(95)`, `avg`. */
export function aggregationText(aggregation: Aggregation): string {
  return aggregation.kind === 'p' ? `p(${aggregation.percent})` : aggregation.kind;
}

/** k6's `===` and `==` are the same: everything is a number. */
export function isMet({ operator, limit }: Condition, measured: number): boolean {
  switch (operator) {
    case '<': return measured < limit;
    case '<=': return measured <= limit;
    case '>': return measured > limit;
    case '>=': return measured >= limit;
    case '==':
    case '===': return measured === limit;
    case '!=': return measured !== limit;
  }
}

function aggregationOf(word: string, text: string, where: string): Aggregation {
  const plain = plainAggregations.find((name) => name === word);
  if (plain !== undefined) return { kind: plain };
  const inside = /^p\((.*)\)$/su.exec(word)?.[1];
  if (inside !== undefined) {
    const percent = decimal(inside.trim());
    if (percent === null || percent < 0 || percent > 100) throw wrong(text, where, `p() expects a percentage from 0 to 100, got "${inside}"`);
    return { kind: 'p', percent };
  }
  if (word === 'value') throw wrong(text, where, '"value" is for gauges, and no gauge is measured here; expected one of avg, min, max, med, p(N), count, rate, fail_ratio, rps');
  throw wrong(text, where, `expected one of avg, min, max, med, p(N), count, rate, fail_ratio, rps before the operator, got "${word}"${hint(meantAggregation(word))}`);
}

function meantAggregation(word: string): string | null {
  const percent = /^p(?:c|ct)?[_ ]?(\d+(?:\.\d+)?)%?$/iu.exec(word)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return `p(${percent})`;
  return synonyms[word.toLowerCase()] ?? nearest(word, plainAggregations);
}

function operatorOf(signs: string, text: string, where: string): Operator {
  const operator = operators.find((candidate) => candidate === signs);
  if (operator === undefined) throw wrong(text, where, `expected one of ${operators.join(' ')}, got "${signs}"${hint(synonyms[signs] ?? null)}`);
  return operator;
}

function numberOf(word: string, text: string, where: string): number {
  const number = decimal(word);
  if (number !== null) return number;
  const percent = decimal(/^(.*?)\s*%$/su.exec(word)?.[1] ?? '');
  if (percent !== null) throw wrong(text, where, `shares are written from 0 to 1, got "${word}"${hint(String(Number((percent / 100).toPrecision(12))))}`);
  const [, amount, unit] = /^(.*?)\s*(ms|s)$/su.exec(word) ?? [];
  const time = decimal(amount ?? '');
  if (time !== null) throw wrong(text, where, `times are milliseconds without a unit, got "${word}"${hint(String(unit === 's' ? time * 1000 : time))}`);
  throw wrong(text, where, `expected a number after the operator, got "${word}"`);
}

/** A decimal number as Go's ParseFloat and JavaScript both read it; null for anything else. */
function decimal(word: string): number | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(word)) return null;
  const number = Number(word);
  return Number.isFinite(number) ? number : null;
}

function hint(meant: string | null): string {
  return meant === null ? '' : `: did you mean ${meant}?`;
}

function wrong(text: string, where: string, what: string): BoomerError {
  return new BoomerError('usage', `${where}: the threshold ${JSON.stringify(text)} cannot be read: ${what}. An example: p(95)<200`);
}
