/** The top of the report: verdict, the numbers that everybody asks for first, and what ran. */
import { perSecOfRun } from '../../stats/report.ts';
import { classText, endText, type ArrivalCounts, type RunResult } from '../../report/runView.ts';
import { durationText } from '../../util/duration.ts';
import { markup, type Markup } from './markup.ts';
import { formatMs, formatTwo, perSecText, responseTimeText, shareText } from '../../report/numberText.ts';

/** The heading with the verdict and why. */
export function verdictMarkup({ verdict: { passed, reasons } }: RunResult): Markup {
  return markup`<strong class="verdict ${passed ? 'passed' : 'failed'}">${passed ? 'PASS' : 'FAIL'}</strong>
<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`;
}

/** Totals as large numbers. */
export function tilesMarkup({ stats, fromSchedule, history, start }: RunResult): Markup {
  const { total } = stats;
  const maxUsers = Math.max(0, ...history.map(({ userCount }) => userCount));
  const tiles: [value: string, label: string][] = [
    [String(total.numRequests), 'requests'],
    [String(total.numFailures), `failed (${shareText(total.numFailures, total.numRequests)})`],
    [formatTwo(perSecOfRun(total.numRequests, total)), 'requests/s'],
    ...[50, 95, 99].map((percent): [string, string] => [`${formatMs(stats.percentileMs(total, percent))} ms`, `${percent}th percentile`]),
    ...(fromSchedule === null ? [] : [[`${formatMs(fromSchedule.percentileMs(fromSchedule.total, 99))} ms`, '99th from schedule'] satisfies [string, string]]),
    // A run of less than a second may never have been looked at.
    [String(maxUsers === 0 ? (start.users ?? 0) : maxUsers), 'users at most'],
  ];
  return markup`<div class="tiles">${tiles.map(([value, label]) => markup`<div class="tile"><b>${value}</b><span>${label}</span></div>`)}</div>`;
}

/** What ran, when, how long and why it ended. */
export function factsMarkup(result: RunResult): Markup {
  const { start, arrivals } = result;
  const facts: [name: string, value: string | Markup][] = [
    ['During', markup`${stamp(start.startSec)} – ${stamp(result.endSec)}`],
    ['Counted', `${durationText(Math.round(result.countedMs / 100) * 100)}${start.warmUpMs > 0 ? `, after a warm-up of ${durationText(start.warmUpMs)}` : ''}`],
    ['End', `${endText(result.ended)}; exit code ${result.exitCode}`],
    ['Target host', start.host ?? 'that of each user class'],
    ['Script', start.files.join(', ')],
    ['Plan', start.plan],
    ['User classes', start.classes.map(classText).join(', ')],
    ...(arrivals === null ? [] : [arrivalsFact(arrivals)]),
    ['Load threads', String(start.threadCount)],
    ['Seed', start.seed],
    ...Object.entries(start.labels).map(([key, value]): [string, string] => [`Label ${key}`, value]),
    ['boomer-node', start.version],
  ];
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function arrivalsFact({ perSec, started, dropped, latestMs, lateP99Ms }: ArrivalCounts): [string, string] {
  const late = `99 % at most ${responseTimeText(lateP99Ms)} ms after their moment, the latest ${responseTimeText(latestMs)} ms`;
  if (perSec === null) return ['Replayed', `${started} sent, ${late}${dropped === 0 ? '' : `; ${dropped} not sent, though due`}`];
  return ['Arrivals', `${perSecText(perSec)} a second: ${started} started, ${late}; ${dropped} dropped because no user was free`];
}

/** UTC as text; the page's script turns it into the reader's time zone. */
function stamp(atSec: number): Markup {
  const iso = new Date(atSec * 1000).toISOString();
  return markup`<time datetime="${iso}" data-sec="${atSec}">${iso.replace('T', ' ').replace(/\.\d+Z$/u, ' UTC')}</time>`;
}
