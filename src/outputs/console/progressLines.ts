/** Where a run stands, on one line, and how far it is; pure. */
import type { RunMoment } from '../../report/runView.ts';
import { clockText, countOf, countText, perSecText, responseTimeText, shareText } from '../../report/numberText.ts';
import { recentPerSec } from '../../stats/report.ts';
import { cellsOf, type Colours, cut } from './table.ts';

/** `running (0m05.0s), 10/10 users, 842 req/s (10 s), 4 210 requests, 0.2 % failed, p95 41 ms` */
export function statusText(moment: RunMoment): string {
  return statusParts(moment).join(', ');
}

/** The same in at most `width` cells, with what went wrong in red; the table's last row knows the number of requests too. */
export function statusLine(moment: RunMoment, width: number, { bad }: Colours): string {
  const parts = statusParts(moment);
  const isTooLong = cellsOf(parts.join(', ')) > width;
  const line = cut(parts.filter((part) => !isTooLong || !/ requests?$/u.test(part)).join(', '), width);
  return moment.stats.total.numFailures === 0 ? line : line.replace(/[^,]+(?= failed)/u, bad);
}

/** The rate is that of the table below, of the last ten seconds (`recentPerSec`): two on one screen that differ would make each look wrong. */
function statusParts({ phase, isCounting, atSec, elapsedMs, userCount, targetUserCount, stats, arrivals }: RunMoment): string[] {
  const { total } = stats;
  const parts = [`${phase} (${clockText(elapsedMs)})`, `${countText(userCount)}/${countText(targetUserCount)} users`];
  if (!isCounting) return [...parts, phase === 'stopping' ? 'nothing counted' : 'not counted yet'];
  parts.push(`${perSecText(recentPerSec(total.requestsPerSec, total.startTimeSec, atSec))} req/s (10 s)`, countOf(total.numRequests, 'request'));
  if (total.numRequests > 0) parts.push(`${shareText(total.numFailures, total.numRequests)} failed`);
  const p95Ms = stats.percentileMs(total, 95);
  if (p95Ms !== null) parts.push(`p95 ${responseTimeText(p95Ms)} ms`);
  if (arrivals !== null && arrivals.dropped > 0) parts.push(arrivals.perSec === null ? `${countText(arrivals.dropped)} not sent` : `${countOf(arrivals.dropped, 'arrival')} dropped`);
  return parts;
}

const maxBar = 40;

/** `[==========>-----------------------------]  25 %  0m15.0s/1m00.0s`; without a bar where there is no room for one. */
export function progressBar(progress: number, elapsedMs: number, runTimeMs: number | null, width: number, { measured }: Colours): string {
  const share = Math.min(1, Math.max(0, progress));
  const time = runTimeMs === null ? clockText(elapsedMs) : `${clockText(elapsedMs)}/${clockText(runTimeMs)}`;
  const text = `${String(Math.floor(share * 100)).padStart(3)} %  ${time}`;
  const barCells = Math.min(maxBar, width - cellsOf(text) - 3);
  if (barCells < 5) return cut(text.trimStart(), width);
  const done = Math.floor(share * barCells);
  const bar = share >= 1 ? '='.repeat(barCells) : `${'='.repeat(done)}>`.padEnd(barCells, '-');
  return `[${measured(bar)}] ${text}`;
}

const everyMs = 10_000;

/** Progress where nothing can be redrawn: a line for each change of phase, where counting begins, and every ten seconds. */
export class PlainLines {
  #lastPhase = '';
  #wasCounting = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The line that is due, or null. */
  due(moment: RunMoment, nowMs: number): string | null {
    const isNews = moment.phase !== this.#lastPhase || moment.isCounting !== this.#wasCounting;
    if (!isNews && nowMs - this.#lastMs < everyMs) return null;
    this.#lastPhase = moment.phase;
    this.#wasCounting = moment.isCounting;
    this.#lastMs = nowMs;
    return statusText(moment);
  }
}
