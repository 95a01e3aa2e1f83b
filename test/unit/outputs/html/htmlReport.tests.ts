import { createHash } from 'node:crypto';
import { Script } from 'node:vm';

import { htmlReport } from '../../../../src/outputs/html/htmlReport.ts';
import { resultData } from '../../../../src/outputs/html/resultData.ts';
import type { RunResult } from '../../../../src/report/runView.ts';
import { exampleHistory, exampleResult, spreadTimes } from './exampleResult.ts';

const nasty = `</script><script>alert('1')</script><!-- "&amp;\u2028\n<img src=x onerror=alert(1)>`;

/** A result whose every text would do harm if it were markup. */
function nastyResult(): RunResult {
  const seen = { occurrences: 1, firstSeenSec: 1, lastSeenSec: 2 };
  const result = exampleResult({
    rows: [{ method: nasty, name: nasty, timesMs: spreadTimes(100, 20) }],
    scheduled: [{ method: nasty, name: nasty, timesMs: spreadTimes(100, 40) }],
    errors: [{ method: nasty, name: nasty, error: nasty, ...seen }],
    exceptions: [{ message: nasty, trace: nasty, ...seen }],
  });
  return {
    ...result,
    start: { ...result.start, files: [nasty], host: nasty, plan: nasty, seed: nasty, classes: [{ name: nasty, weight: 1, fixedCount: 0 }], labels: { [nasty]: nasty } },
    ended: { kind: 'stopTest', reason: nasty },
    thresholds: [{ row: nasty, expression: nasty, measured: null, text: nasty, passed: false }],
    trust: { ...result.trust, line: nasty },
    verdict: { passed: false, reasons: [nasty] },
  };
}

const scriptsOf = (html: string): string[] => Array.from(html.matchAll(/<script>([\s\S]*?)<\/script>/gu), ([, text = '']) => text);
const dataOf = (html: string): string => /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/u.exec(html)?.[1] ?? '';

it('lets no text become markup, and embeds the data whole', () => {
  const result = nastyResult();
  const html = htmlReport(result);
  expect(html).not.toContain('<img');
  expect(html).not.toContain(`alert('1')</script>`);
  expect(html.match(/<\/script>/gu)).toHaveLength(2); // the data, the page's own
  expect(JSON.parse(dataOf(html))).toEqual(resultData(result));
});

it('allows its own scripts and styles by their hashes, and nothing else', () => {
  const html = htmlReport(nastyResult());
  const policy = /Content-Security-Policy" content="([^"]*)"/u.exec(html)?.[1]?.replaceAll('&#39;', "'");
  const hashes = (texts: readonly string[]): string => texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');
  const styles = Array.from(html.matchAll(/<style>([\s\S]*?)<\/style>/gu), ([, text = '']) => text);
  expect(policy).toBe(`default-src 'none'; script-src ${hashes(scriptsOf(html))}; style-src ${hashes(styles)}; base-uri 'none'; form-action 'none'`);
});

it('runs scripts in which nothing is left of types and modules', () => {
  const scripts = scriptsOf(htmlReport(nastyResult()));
  expect(scripts.filter((text) => text.length > 50_000)).toHaveLength(1); // with the chart library
  for (const script of scripts) expect(() => new Script(script)).not.toThrow();
});

it('points nowhere but into itself', () => {
  const html = htmlReport(exampleResult({ rows: [{ method: 'GET', name: '/', timesMs: [1] }] }));
  const targets = Array.from(html.replace(/<script[\s\S]*?<\/script>/gu, '').matchAll(/\s(?:href|src|action)="([^"]*)"|url\(([^)]*)\)/gu), ([, target, url]) => target ?? url);
  expect(targets).toEqual(['#thresholds', '#statistics', '#response-times', '#charts', '#distribution', '#trust']);
});

it('is the same text for the same result', () => {
  const parts = { rows: [{ method: 'GET', name: '/', timesMs: spreadTimes(50, 20) }] };
  expect(htmlReport(exampleResult(parts))).toBe(htmlReport(exampleResult(parts)));
});

it('its large numbers are those of the run, as people read them', () => {
  const result = exampleResult({ rows: [{ method: 'GET', name: '/', timesMs: spreadTimes(10_000, 20), failures: 9_996 }] });
  const textOf = (changes: Partial<RunResult>): string => htmlReport({ ...result, ...changes }).replace(/<script[\s\S]*?<\/script>/gu, '').replace(/<[^>]*>/gu, ' ').replace(/\s+/gu, ' ');
  const usersOf = (userCounts: readonly number[], users: number | null): string | undefined => {
    const history = exampleHistory(userCounts.length).map((point, second) => ({ ...point, userCount: userCounts[second] ?? 0 }));
    return /(\d+) users at most/u.exec(textOf({ history, start: { ...result.start, users } }))?.[1];
  };
  expect([usersOf([5, 20, 3], 10), usersOf([1, 3], 100), usersOf([0], 7), usersOf([], 7), usersOf([], null)]).toEqual(['20', '3', '7', '7', '0']);
  expect(textOf({})).toContain('9996 failed (&gt;99.9 %)');
  const arrivals = { perSec: 100 / 3, started: 9, dropped: 1, latestMs: 12.5, lateP99Ms: 4 };
  expect(textOf({ arrivals })).toContain('Arrivals 33 a second: 9 started');
});

it('says the verdict, the thresholds and what ran without any script', () => {
  const rows = [{ method: 'GET', name: '/cart', timesMs: [10, 20, 30], failures: 1 }];
  const html = htmlReport(exampleResult({ rows, scheduled: rows }));
  const text = html.replace(/^[\s\S]*<body>/u, '').replace(/<script[\s\S]*?<\/script>/gu, '').replace(/<[^>]*>/gu, ' ').replace(/\s+/gu, ' ');
  expect(text).toContain('FAIL 1 threshold not met 3 of 900 requests failed');
  expect(text).toContain('3 requests 1 failed (33.3 %) 0.05 requests/s 20.0 ms 50th percentile 30.0 ms 95th percentile 30.0 ms 99th percentile 30.0 ms 99th from schedule');
  expect(text).toContain('During 2026-09-21 14:13:20 UTC – 2026-09-21 14:14:20 UTC Counted 1m End the time was up; exit code 99 Target host http://shop.test Script shop.ts');
  expect(text).toContain('User classes Shopper (weight 3), Admin (fixed count 2) Arrivals 100 a second: 5990 started, 99 % at most 4 ms after their moment, the latest 13 ms; 10 dropped because no user was free Load threads 2 Seed 42 Label branch main');
  expect(text).toContain('✗ not met Aggregated rate&lt;0.01 rate=2.13 %');
  expect(text).toContain('generator: on time (loop delay p99 1.8 ms, 31 % busy)');
});
