/**
 * A run as one HTML file that needs no network: data, script, style and the chart library are in it. What runs in the browser is page/, a
 * program of its own, typed for browsers; `npm run build` bundles it.
 *
 * Its Content-Security-Policy lets nothing be loaded, and nothing run but the two scripts that were written into it: what a
 * request's name or an error's text holds is text and cannot become anything else.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RunResult } from '../../report/runView.ts';
import type { Output } from '../outputs.ts';
import { ReportFile } from '../reportFile.ts';
import { factsMarkup, tilesMarkup, verdictMarkup } from './head.ts';
import { markup, type Markup, metricsMarkup, scriptJson, thresholdsMarkup, trusted, trustMarkup } from './markup.ts';
import type { ReportData } from './reportData.ts';
import { resultData } from './resultData.ts';

/** `--html FILE`: the report, written once when the run has ended. `path` is taken as it is. `onStart` rejects with a BoomerError when that will not be possible, `onStop` when it was not. */
export function htmlOutput(path: string): Output {
  const file = new ReportFile(path);
  let isWritten = false;
  return {
    onStart: () => file.open(),
    async onStop(result) {
      await file.write(htmlReport(result));
      isWritten = true;
    },
    files: () => (isWritten ? [path] : []),
  };
}

/** The whole report. The same result gives the same text. */
export function htmlReport(result: RunResult): string {
  const data = resultData(result);
  const style = pageFile('page.css');
  const script = pageFile('page.js');
  const policy = `default-src 'none'; script-src ${policyHash(script)}; style-src ${policyHash(style)}; base-uri 'none'; form-action 'none'`;
  const title = `boomer-node report: ${result.start.files.join(', ')}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${trusted(`<style>${style}</style>`)}
</head>
<body>
${bodyMarkup(result, data)}
<script type="application/json" id="report-data">${scriptJson(data)}</script>
${trusted(`<script>${script}</script>`)}
</body>
</html>
`.html;
}

function bodyMarkup(result: RunResult, { history }: ReportData): Markup {
  const { stats, fromSchedule, thresholds, trust } = result;
  const links: [id: string, title: string][] = [
    ...(thresholds.length === 0 ? [] : [['thresholds', 'Thresholds'] satisfies [string, string]]),
    ['statistics', 'Requests'],
    ['response-times', 'Response times'],
    ...(stats.checks.length + stats.metrics.length === 0 ? [] : [['metrics', 'Checks and metrics'] satisfies [string, string]]),
    ...(stats.errors.length === 0 ? [] : [['failed', 'Failures'] satisfies [string, string]]),
    ...(stats.exceptions.length === 0 ? [] : [['thrown', 'Exceptions'] satisfies [string, string]]),
    ['charts', 'Charts'],
    ['distribution', 'Distribution'],
    ['trust', 'Load generator'],
  ];
  return markup`<header>
<div class="top"><h1>boomer-node test report</h1><button type="button" id="theme" hidden>Light / dark</button></div>
${verdictMarkup(result)}
<nav>${links.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>
${tilesMarkup(result)}
<noscript><p class="bad">Tables and charts need JavaScript, which this viewer does not run. Open the file in a browser.</p></noscript>
${factsMarkup(result)}
${thresholdsMarkup(thresholds)}
<h2 id="statistics">Request statistics</h2>
<div id="requests"></div>
<h2 id="response-times">Response time statistics</h2>
<div id="times"></div>
${fromSchedule === null ? markup`` : markup`<h3>From schedule</h3>
<p class="note">The same requests, measured from when they should have begun.</p>
<div id="schedule"></div>
`}${metricsMarkup(result)}
${stats.errors.length === 0 ? markup`` : markup`<h2 id="failed">Failures</h2>
<div id="failures"></div>
`}${stats.exceptions.length === 0 ? markup`` : markup`<h2 id="thrown">Exceptions</h2>
<div id="exceptions"></div>
`}${chartsMarkup(history.pointSec)}
${trustMarkup(trust)}
</main>`;
}

function chartsMarkup(pointSec: number): Markup {
  return markup`<h2 id="charts">Charts</h2>
${pointSec === 1 ? markup`` : markup`<p class="note">One point for ${pointSec} s: means, and the highest 95th percentile.</p>
`}<h3>Total requests per second</h3>
<div class="chart" id="rate-chart"></div>
<h3>Response times (ms), of the last 10 s</h3>
<div class="chart" id="time-chart"></div>
<h3>Number of users</h3>
<div class="chart" id="user-chart"></div>
<h2 id="distribution">Latency distribution</h2>
<label class="choice">Of <select id="distribution-row"></select></label>
<h3>Requests by response time (ms)</h3>
<div class="chart" id="histogram-chart"></div>
<h3>Response time (ms) by percentile</h3>
<div class="chart" id="percentile-chart"></div>`;
}

/** A bundle of page/: in `dist`, whether this file runs from there or, in tests, from the sources beside it. */
function pageFile(name: string): string {
  return readFileSync(new URL(`../../../dist/outputs/html/${name}`, import.meta.url), 'utf8').trim();
}

/** For a Content-Security-Policy: only this very text may run. */
function policyHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
