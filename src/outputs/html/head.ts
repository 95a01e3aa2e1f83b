/** The top of the report: verdict, the numbers that everybody asks for first, and what ran. */
import { perSecOfRun } from '../../stats/report.ts';
import type { EndReason, RunResult, RunStart } from '../../report/runView.ts';
import { markup, type Markup } from './markup.ts';
import { formatMs, formatTwo } from './format.ts';

/** The heading with the verdict and why. */
export function verdictMarkup({ verdict: { passed, reasons } }: RunResult): Markup {
  return markup`<strong class="verdict ${passed ? 'passed' : 'failed'}">${passed ? 'PASS' : 'FAIL'}</strong>
<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`;
}

/** Totals as large numbers. */
export function tilesMarkup({ stats, fromSchedule, start }: RunResult): Markup {
  const { total } = stats;
  const percentFailed = total.numRequests === 0 ? 0 : (100 * total.numFailures) / total.numRequests;
  const tiles: [value: string, label: string][] = [
    [String(total.numRequests), 'requests'],
    [String(total.numFailures), `failed (${percentFailed.toFixed(percentFailed > 0 && percentFailed < 0.1 ? 4 : 1)} %)`],
    [formatTwo(perSecOfRun(total.numRequests, total)), 'requests/s'],
    ...[50, 95, 99].map((percent): [string, string] => [`${formatMs(stats.percentileMs(total, percent))} ms`, `${percent}th percentile`]),
    ...(fromSchedule === null ? [] : [[`${formatMs(fromSchedule.percentileMs(fromSchedule.total, 99))} ms`, '99th from schedule'] satisfies [string, string]]),
    [String(start.users), 'users at most'],
  ];
  return markup`<div class="tiles">${tiles.map(([value, label]) => markup`<div class="tile"><b>${value}</b><span>${label}</span></div>`)}</div>`;
}

/** What ran, when, how long and why it ended. */
export function factsMarkup(result: RunResult): Markup {
  const { start, arrivals } = result;
  const facts: [name: string, value: string | Markup][] = [
    ['During', markup`${stamp(start.startSec)} – ${stamp(result.endSec)}`],
    ['Counted', `${durationText(result.countedMs)}${start.warmUpMs > 0 ? `, after a warm-up of ${durationText(start.warmUpMs)}` : ''}`],
    ['Ended', `${endText(result.ended)}; exit code ${result.exitCode}`],
    ['Target host', start.host ?? 'that of each user class'],
    ['Script', start.files.join(', ')],
    ['Plan', start.plan],
    ['User classes', start.classes.map(classText).join(', ')],
    ...(arrivals === null ? [] : [['Arrivals', `${arrivals.perSec} a second: ${arrivals.started} started, ${arrivals.dropped} dropped because no user was free`] satisfies [string, string]]),
    ['Load threads', String(start.threadCount)],
    ['Seed', start.seed],
    ...Object.entries(start.labels).map(([key, value]): [string, string] => [`Label ${key}`, value]),
    ['boomer-node', start.version],
  ];
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** UTC as text; the page's script turns it into the reader's time zone. */
function stamp(atSec: number): Markup {
  const iso = new Date(atSec * 1000).toISOString();
  return markup`<time datetime="${iso}" data-sec="${atSec}">${iso.replace('T', ' ').replace(/\.\d+Z$/u, ' UTC')}</time>`;
}

function classText({ name, weight, fixedCount }: RunStart['classes'][number]): string {
  return `${name} (${fixedCount > 0 ? `fixed count ${fixedCount}` : `weight ${weight}`})`;
}

/** `850 ms`, `12.5 s`, `1h 2m 3s`. */
function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']];
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join(' ');
}

function endText(ended: EndReason): string {
  switch (ended.kind) {
    case 'runTime':
      return 'after its run time';
    case 'stages':
      return 'after its last stage';
    case 'iterations':
      return 'after its iterations';
    case 'usersGone':
      return 'when all users had ended by themselves';
    case 'key':
      return 'by a key at the terminal';
    case 'signal':
      return `by ${ended.signal}`;
    case 'stopTest':
      return `by the scenario: ${ended.reason}`;
    case 'threshold':
      return `by the threshold ${ended.expression}`;
    case 'error':
      return `by an error: ${ended.reason}`;
  }
}
