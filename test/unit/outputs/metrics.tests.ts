/** Checks and metrics of a scenario's own in everything that a run is shown in. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endReport } from '../../../src/outputs/console/endReport.ts';
import { csvOutput } from '../../../src/outputs/csv/csvOutput.ts';
import { stepSummary } from '../../../src/outputs/github.ts';
import { htmlReport } from '../../../src/outputs/html/htmlReport.ts';
import { summaryOf } from '../../../src/outputs/summary.ts';
import type { RunStats } from '../../../src/report/runView.ts';
import { aResult, aStart, emptyStats } from './runExamples.ts';

const own: Pick<RunStats, 'checks' | 'metrics'> = {
  checks: [{ kind: 'check', name: 'fine', passes: 3, fails: 0 }, { kind: 'check', name: 'has <b>items</b>', passes: 1, fails: 1 }],
  metrics: [
    { kind: 'counter', name: 'items sold', unit: 'items', sum: 120 },
    { kind: 'trend', name: 'size', unit: 'bytes', count: 2, average: 15, min: 10, max: 20, percentile: () => 20 },
  ],
};
const stats: RunStats = { rows: [], total: emptyStats.total, errors: [], exceptions: [], percentileMs: () => null, histogramUs: () => [], ...own };
const result = aResult({ stats, countedMs: 60_000 });

test('the terminal has a list of each', () => {
  expect(endReport(result, { columns: 100, colours: false, files: [] })).toContain(`
Checks
  ✓ fine              100.0 %, 3 of 3
  ✗ has <b>items</b>  50.0 %, 1 of 2

Metrics
    items sold  120 items, 2 a second
    size        avg 15 bytes, min 10, med 20, p(90) 20, p(95) 20, max 20, of 2
`);
});

test('the page has a table, with a link to it, and none without any', () => {
  expect(htmlReport(result)).toContain('<tr><td>check</td><td class="name">has &lt;b&gt;items&lt;/b&gt;</td><td class="bad">50.0 %, 1 of 2</td></tr>');
  expect(htmlReport(result)).toContain('<a href="#metrics">');
  expect(htmlReport(aResult())).not.toContain('#metrics');
});

test('a pull request has a table', () => {
  expect(stepSummary(result)).toContain('| ✅ | check | fine | 100.0 %, 3 of 3 |\n| ❌ | check |');
  expect(stepSummary(result)).toContain('|  | counter | items sold | 120 items, 2 a second |');
});

test('the summary has all figures', () => {
  expect(JSON.parse(JSON.stringify(summaryOf(result, { encoded: () => '', decoded: () => null })))).toMatchObject({
    checks: own.checks,
    metrics: [{ kind: 'counter', name: 'items sold', unit: 'items', sum: 120 }, { kind: 'trend', name: 'size', unit: 'bytes', count: 2, average: 15, min: 10, max: 20, percentiles: { 50: 20, 99.9: 20 } }],
  });
});

test('CSV has a file of them, where there are some', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boomer-node-metrics-'));
  try {
    const output = csvOutput({ prefix: join(folder, 'out'), fullHistory: false });
    await output.onStart?.(aStart());
    await output.onStop?.(result);
    expect(output.files?.().at(-1)).toBe(join(folder, 'out_metrics.csv'));
    expect(readFileSync(join(folder, 'out_metrics.csv'), 'utf8').split(/\r?\n/u).slice(0, 4)).toEqual([
      'Kind,Name,Unit,Passes,Fails,Sum,Value,Count,Average,Min,Max,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%',
      `check,fine,,3,0${','.repeat(17)}`,
      `check,has <b>items</b>,,1,1${','.repeat(17)}`,
      `counter,items sold,items,,,120${','.repeat(16)}`,
    ]);
    const none = csvOutput({ prefix: join(folder, 'none'), fullHistory: false });
    await none.onStart?.(aStart());
    await none.onStop?.(aResult());
    expect(none.files?.()).toHaveLength(4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
