/**
 * HTML in which text can never become markup: the template escapes whatever is put into it, unless it is markup itself.
 */
import { metricText, passText } from '../../report/metricText.ts';
import type { RunResult, ThresholdResult, TrustReport } from '../../report/runView.ts';
import { formatMs } from '../../report/numberText.ts';

/** A piece of HTML, made by `markup` alone. */
export type Markup = { readonly html: string };

type Part = string | number | Markup | readonly Markup[];

/** `` markup`<td>${name}</td>` ``: strings are text, markup stays, lists of markup are joined. Also right inside quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const html = strings.map((literal, index) => (index === 0 ? literal : `${htmlOf(parts[index - 1] ?? '')}${literal}`)).join('');
  return { html };
}

/** HTML that this program wrote itself, e.g. a style sheet: never for anything that came from outside. */
export function trusted(html: string): Markup {
  return { html };
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element or open a comment. */
export function scriptJson(value: unknown): Markup {
  return { html: JSON.stringify(value).replaceAll('<', String.raw`\u003c`) };
}

function htmlOf(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'html' in part ? part.html : part.map(({ html }) => html).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (char) => entities[char] ?? char);
}

/* Thresholds, checks, metrics and trust: short tables that stand in the page's own markup. */

/** Each threshold with what was measured; nothing when there is none. */
export function thresholdsMarkup(thresholds: readonly ThresholdResult[]): Markup {
  if (thresholds.length === 0) return markup``;
  const rows = thresholds.map(({ row, expression, text, passed }) => markup`
<tr><td class="${passed ? 'good' : 'bad'}">${passed ? '✓ met' : '✗ not met'}</td><td class="name">${row}</td><td>${expression}</td><td>${text}</td></tr>`);
  return markup`<h2 id="thresholds">Thresholds</h2>
<div class="frame" tabindex="0"><table aria-label="thresholds">
<thead><tr><th></th><th>Name</th><th>Threshold</th><th>Measured</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** Checks and metrics of the scenario's own; nothing when there are none. */
export function metricsMarkup({ stats: { checks, metrics }, countedMs }: RunResult): Markup {
  if (checks.length + metrics.length === 0) return markup``;
  const rows = [
    ...checks.map((check) => ({ name: check.name, kind: 'check', text: passText(check), tone: check.fails === 0 ? 'good' : 'bad' })),
    ...metrics.map((metric) => ({ name: metric.name, kind: metric.kind, text: metricText(metric, countedMs), tone: '' })),
  ];
  return markup`<h2 id="metrics">Checks and metrics</h2>
<div class="frame" tabindex="0"><table aria-label="checks and metrics">
<thead><tr><th>Kind</th><th>Name</th><th>Measured</th></tr></thead>
<tbody>${rows.map(({ name, kind, text, tone }) => markup`
<tr><td>${kind}</td><td class="name">${name}</td><td class="${tone}">${text}</td></tr>`)}</tbody></table></div>`;
}

/** How well the generator itself kept up, a line for each load thread. */
export function trustMarkup({ line, isTrusted, threads }: TrustReport): Markup {
  const headings = ['Thread', 'Loop delay 50%ile (ms)', '99%ile (ms)', 'Max (ms)', 'Busy', 'GC pauses', 'GC total (ms)', 'GC max (ms)', 'Samples', 'Taken while late'];
  const rows = threads.map((thread) => [
    String(thread.threadIndex),
    formatMs(thread.loopDelayP50Ms),
    formatMs(thread.loopDelayP99Ms),
    formatMs(thread.loopDelayMaxMs),
    `${(100 * thread.utilisation).toFixed(1)} %`,
    String(thread.gcPauses),
    formatMs(thread.gcPauseTotalMs),
    formatMs(thread.gcPauseMaxMs),
    String(thread.samples),
    String(thread.lateSamples),
  ]);
  return markup`<h2 id="trust">Load generator</h2>
<p class="${isTrusted ? 'good' : 'bad'}">${line}</p>
<div class="frame" tabindex="0"><table aria-label="load threads">
<thead><tr>${headings.map((heading) => markup`<th class="number">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`
<tr>${cells.map((cell) => markup`<td class="number">${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
