/**
 * What a person sees of a running worker: one line, redrawn in place on a terminal below the log; plain lines elsewhere,
 * one for each change of state and one every half minute.
 */
import { perSecText, responseTimeText, shareText } from '../report/numberText.ts';
import { counted } from '../util/counted.ts';
import { cellsOf, cut } from './console/table.ts';

/** The moment as the line tells it. */
export type WorkerMoment = {
  readonly masterAddress: string;
  readonly nodeId: string;
  readonly phase: string;
  readonly isMasterReached: boolean;
  /** −1 until the master gave one. */
  readonly workerIndex: number;
  readonly userCounts: Readonly<Record<string, number>>;
};

/** Its figures: the process's load, and what was recorded in this run so far. */
export type WorkerNumbers = { readonly requests: number; readonly failures: number; readonly p95Ms: number | null; readonly cpuPercent: number };

/** As much of a terminal as the line needs. */
export type Screen = {
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** True while nobody reads: the line waits until somebody does. */
  readonly isBehind?: () => boolean;
};

const clearLine = '\r\u001b[2K';
const plainEveryMs = 30_000;
/** A terminal that does not know its size says 0. */
const minColumns = 20;

/** Owns the last line of the terminal: log lines go through `log`, so that they scroll above it. */
export class WorkerStatus {
  readonly #screen: Screen;
  #line = '';
  #last: { readonly atMs: number; readonly requests: number } | null = null;
  #lastPhase = '';
  #lastPlainMs = Number.NEGATIVE_INFINITY;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Writes log text above the line. */
  log(text: string): void {
    if (this.#line === '') return this.#screen.write(`${text}\n`);
    // The line comes back with the next moment that somebody sees.
    const line = this.#screen.isBehind?.() === true ? '' : this.#line;
    this.#line = line;
    this.#screen.write(`${clearLine}${text}\n${line}`);
  }

  /** Shows the moment; call it about once a second. Returns the plain line that is due off a terminal, or null. `numbers` are read only for a line. */
  show(moment: WorkerMoment, numbers: () => WorkerNumbers, nowMs: number): string | null {
    if (!this.#screen.isTerminal) return this.#plainLine(moment, numbers, nowMs);
    if (this.#screen.isBehind?.() === true) return null;
    this.#line = this.#lineOf(moment, numbers(), nowMs, Math.max(minColumns, this.#screen.columns() - 1));
    this.#screen.write(`${clearLine}${this.#line}`);
    return null;
  }

  /** Takes the line away; the last thing before the process ends. */
  end(): void {
    if (this.#line !== '') this.#screen.write(clearLine);
    this.#line = '';
  }

  #plainLine(moment: WorkerMoment, numbers: () => WorkerNumbers, nowMs: number): string | null {
    const isDue = moment.phase !== this.#lastPhase || nowMs - this.#lastPlainMs >= plainEveryMs;
    if (!isDue) return null;
    this.#lastPhase = moment.phase;
    this.#lastPlainMs = nowMs;
    return this.#lineOf(moment, numbers(), nowMs);
  }

  /** With the rate since the line before. */
  #lineOf(moment: WorkerMoment, numbers: WorkerNumbers, nowMs: number, width?: number): string {
    return statusLine({ ...moment, ...numbers }, this.#rate(numbers.requests, nowMs), width);
  }

  #rate(requests: number, nowMs: number): number {
    const last = this.#last;
    this.#last = { atMs: nowMs, requests };
    if (last === null || requests < last.requests || nowMs <= last.atMs) return 0;
    return ((requests - last.requests) * 1000) / (nowMs - last.atMs);
  }
}

/**
 * `● running · 842 req/s · 0.2 % failed · p95 41 ms · 120 users (Shopper 90, Admin 30) · 10.0.0.5:5557 as host_ab12 (index 3) · cpu 61 % · 1000 requests` in at
 * most `width` cells: what is in brackets goes first where it is too long, then the last part, and so on.
 */
export function statusLine(moment: WorkerMoment & WorkerNumbers, perSec: number, width: number = Infinity): string {
  const { isMasterReached, masterAddress, nodeId, workerIndex, phase, userCounts, requests, failures, p95Ms, cpuPercent } = moment;
  if (phase === 'parting' || phase === 'closed') return cut(phase === 'closed' ? '○ ending' : `○ waiting for the master at ${masterAddress} to have the last report`, width);
  if (!isMasterReached) return cut(`○ ${phase === 'connecting' ? 'waiting for the master at' : 'no master at'} ${masterAddress}`, width);
  const shortId = nodeId.replace(/_([0-9a-f]{4})[0-9a-f]{28}$/u, '_$1');
  const parts: readonly Part[] = [
    [`● ${phase}`],
    ...(requests === 0 ? [] : [[`${perSecText(perSec)} req/s`], [`${shareText(failures, requests)} failed`]] as const),
    ...(p95Ms === null ? [] : [[`p95 ${responseTimeText(p95Ms)} ms`]] as const),
    usersPart(userCounts),
    [masterAddress, ` as ${shortId}${workerIndex >= 0 ? ` (index ${workerIndex})` : ''}`],
    [`cpu ${Math.round(cpuPercent)} %`],
    ...(requests === 0 ? [] : [[`${requests} requests`]] as const),
  ];
  return fitting(parts, width);
}

/** A part of the line, and what follows it where there is room. */
type Part = readonly [text: string, detail?: string];

function usersPart(counts: Readonly<Record<string, number>>): Part {
  const live = Object.entries(counts).filter(([, count]) => count > 0);
  if (live.length === 0) return ['0 users'];
  return [counted(live.reduce((sum, [, count]) => sum + count, 0), 'user'), ` (${live.map(([name, count]) => `${name} ${count}`).join(', ')})`];
}

function fitting(parts: readonly Part[], width: number): string {
  const shown = parts.map(([text, detail = '']) => `${text}${detail}`);
  const isTooLong = (): boolean => cellsOf(shown.join(' · ')) > width;
  for (let last = parts.length - 1; last >= 0 && isTooLong(); last--) shown[last] = parts[last]?.[0] ?? '';
  while (shown.length > 1 && isTooLong()) shown.pop();
  return cut(shown.join(' · '), width);
}
