/** Thresholds and trust: short tables that stand in the page's own markup. */
import type { ThresholdResult, TrustReport } from '../../report/runView.ts';
import { markup, type Markup } from './markup.ts';
import { formatMs } from './page/format.ts';

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
