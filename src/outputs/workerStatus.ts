/**
 * What a person sees of a running worker: one line, redrawn in place on a terminal below the log; plain lines elsewhere,
 * one for each change of state and one every half minute.
 */
import { responseTimeText } from '../report/numberText.ts';

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
    this.#line = this.#lineOf(moment, numbers(), nowMs).slice(0, Math.max(20, this.#screen.columns() - 1));
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
  #lineOf(moment: WorkerMoment, numbers: WorkerNumbers, nowMs: number): string {
    return statusLine({ ...moment, ...numbers }, this.#rate(numbers.requests, nowMs));
  }

  #rate(requests: number, nowMs: number): number {
    const last = this.#last;
    this.#last = { atMs: nowMs, requests };
    if (last === null || requests < last.requests || nowMs <= last.atMs) return 0;
    return ((requests - last.requests) * 1000) / (nowMs - last.atMs);
  }
}

/** `● connected 10.0.0.5:5557 as host_ab12 (index 3) · running · 120 users (Shopper 90, Admin 30) · 842 req/s · …` */
export function statusLine(moment: WorkerMoment & WorkerNumbers, perSec: number): string {
  const { isMasterReached, masterAddress, nodeId, workerIndex, phase, userCounts, requests, failures, p95Ms, cpuPercent } = moment;
  if (!isMasterReached) return `○ ${phase === 'connecting' ? 'waiting for the master at' : 'no master at'} ${masterAddress}`;
  const shortId = nodeId.replace(/_([0-9a-f]{4})[0-9a-f]{28}$/u, '_$1');
  const parts = [`● connected ${masterAddress} as ${shortId}${workerIndex >= 0 ? ` (index ${workerIndex})` : ''}`, phase, usersPart(userCounts)];
  if (requests > 0) {
    parts.push(`${Math.round(perSec)} req/s`, `${requests} requests`, `${((100 * failures) / requests).toFixed(1)} % failed`);
    if (p95Ms !== null) parts.push(`p95 ${responseTimeText(p95Ms)} ms`);
  }
  parts.push(`cpu ${Math.round(cpuPercent)} %`);
  return parts.join(' · ');
}

function usersPart(counts: Readonly<Record<string, number>>): string {
  const live = Object.entries(counts).filter(([, count]) => count > 0);
  const total = live.reduce((sum, [, count]) => sum + count, 0);
  return live.length === 0 ? '0 users' : `${total} users (${live.map(([name, count]) => `${name} ${count}`).join(', ')})`;
}
