import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annotations, githubOutput, markdownText, stepSummary } from '../../../../src/outputs/github.ts';
import { bookScene } from '../bookScene.ts';
import { aResult, aStart, trusted } from '../runExamples.ts';

const folder = mkdtempSync(join(tmpdir(), 'boomer-node-github-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the summary is added to what other steps wrote, and annotations come only where GitHub reads them', async () => {
  const path = join(folder, 'step.md');
  writeFileSync(path, 'before\n');
  const failed = aResult({ verdict: { passed: false, reasons: ['1 threshold not met'] }, exitCode: 99 });
  const lines: string[] = [];
  const write = (text: string): number => lines.push(text);
  for (const env of [{}, { GITHUB_STEP_SUMMARY: path }, { GITHUB_STEP_SUMMARY: '', GITHUB_ACTIONS: 'true' }]) {
    const output = githubOutput(env, write);
    await output.onStart?.(aStart());
    await output.onStop?.(failed);
  }
  expect(readFileSync(path, 'utf8')).toMatch(/^before\n## ❌ Load test failed \(exit code 99\)\n\n- 1 threshold not met\n/u);
  expect(lines).toEqual(['::error title=Load test failed::1 threshold not met\n']);
  await expect(githubOutput({ GITHUB_STEP_SUMMARY: folder }).onStart?.(aStart())).rejects.toThrow(`cannot write ${folder}: EISDIR`);
});

test('annotations are escaped as the runner reads them', () => {
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', 'a: b, c%\n\u001b[31m', 1, 0, '50% of\r\n::error::that', 0);
  tickAt(1_000);
  const result = aResult({
    stats: book.stats,
    thresholds: [{ row: '/x', expression: 'p(95)<1', measured: 2, text: 'p(95)=2 ms', passed: false }],
    trust: { ...trusted, isTrusted: false, line: 'late' },
    arrivals: { perSec: 10, started: 8, dropped: 2, latestMs: 12.5, lateP99Ms: 4 },
  });
  expect(annotations(result)).toEqual([
    '::error title=Threshold not met%3A /x::p(95)<1: p(95)=2 ms',
    '::warning title=Numbers in doubt::late',
    '::warning title=Arrivals dropped::2 of 10: no user was free',
    '::warning title=GET a%3A b%2C c%25\\n\\x1b[31m::1 × 50%25 of\\r\\n::error::that',
  ]);
  expect(annotations(aResult())).toEqual([]);
});

test('the step summary has tables of what was measured', () => {
  const { book, recorder, tickAt } = bookScene();
  recorder.record('GET', '/a', 0.42, 0, null, 0);
  recorder.record('GET', '/b|c', 187.2, 0, 'no\nluck', 0);
  tickAt(1_000);
  book.addException('boom <b>', 'trace', 1, 1);
  const thresholds = [{ row: 'GET /a', expression: 'p(95)<200', measured: 0.42, text: 'p(95)=0.42 ms', passed: true }];
  expect(stepSummary(aResult({ stats: book.stats, fromSchedule: book.stats, thresholds }))).toMatchInlineSnapshot(`
"## ✅ Load test passed

shop.ts · 10 users, 5 a second, for 1m · 60.0 s

|  | Threshold of | Expected | Measured |
| --- | --- | --- | --- |
| ✅ | GET /a | p(95)&#60;200 | p(95)=0.42 ms |

| Type | Name | # reqs | # fails | Avg | Med | p95 | p99 | Max | p99 from schedule |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| GET | /a | 1 | 0 | 0.42 ms | 0.42 ms | 0.42 ms | 0.42 ms | 0.42 ms | 0.42 ms |
| GET | /b&#124;c | 1 | **1** (100.0 %) | 187 ms | 187 ms | 187 ms | 187 ms | 187 ms | 187 ms |
|  | **Aggregated** | 2 | **1** (50.0 %) | 94 ms | 0.42 ms | 187 ms | 187 ms | 187 ms | 187 ms |

| # errors | Of | Error |
| ---: | --- | --- |
| 1 | GET /b&#124;c | no&#92;nluck |
| 1 | escaped a task | boom &#60;b&#62; |

generator&#58; on time
"
`);
});

test('thousands of names and errors fit', () => {
  const { book, recorder, tickAt } = bookScene();
  for (let index = 0; index < 400; index++) recorder.record('GET', `/n/${index}/${'x'.repeat(5_000)}`, 1, 0, `e ${index}`, 0);
  tickAt(1_000);
  const text = stepSummary(aResult({ stats: book.stats }));
  expect(text.length).toBeLessThan(50_000);
  expect(text).toContain('and 300 more names with fewer requests');
  expect(text).toContain('and 380 more kinds of errors');
});

test('any text is one line that shows as it is', () => {
  expect(markdownText('| a\n<b> *c* @d `e` [f](https://g) \u0007')).toBe('&#124; a &#60;b&#62; &#42;c&#42; &#64;d &#96;e&#96; &#91;f&#93;(https&#58;//g)');
});
