/**
 * The script of the report's page: the functions of the modules in page/, as this very program has them compiled.
 *
 * Only the compiler builds the package, so what the page runs is written as modules like everything else (typed, linted,
 * tested one by one) and carried over as source text. Hence the rule of that folder: everything is exported, and is either a
 * `function` or a constant of plain data.
 */
import { createHash } from 'node:crypto';
import * as chart from './page/chart.ts';
import * as distribution from './page/distribution.ts';
import * as distributionShape from './page/distributionShape.ts';
import * as elements from './page/elements.ts';
import * as format from './page/format.ts';
import * as rows from './page/rows.ts';
import * as start from './page/start.ts';
import * as table from './page/table.ts';
import * as tables from './page/tables.ts';
import * as timeCharts from './page/timeCharts.ts';

const modules: readonly Readonly<Record<string, unknown>>[] = [format, elements, rows, table, tables, chart, timeCharts, distributionShape, distribution, start];

/** A complete script that calls `start()`; needs the global `uPlot`. */
export function pageScript(): string {
  const parts = modules.flatMap((module) => Object.entries(module).map(([name, value]) => sourceOf(name, value)));
  // Constants first: a function declaration may be used before its place, a constant may not.
  parts.sort((left, right) => Number(right.startsWith('const ')) - Number(left.startsWith('const ')));
  return `(() => {\n'use strict';\n${parts.join('\n')}\nstart();\n})();`;
}

/** For a Content-Security-Policy: only this very text may run. */
export function policyHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

function sourceOf(name: string, value: unknown): string {
  if (typeof value !== 'function') return `const ${name} = ${JSON.stringify(value)};`;
  const source = Function.prototype.toString.call(value);
  if (!source.startsWith(`function ${name}(`)) throw new Error(`page function ${name} is not a plain function`);
  return source;
}
