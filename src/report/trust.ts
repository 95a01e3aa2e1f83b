/**
 * Can the numbers be trusted, or was the generator itself the bottleneck?
 */
import type { ErrorRow } from '../stats/report.ts';
import { counted } from '../util/counted.ts';
import { responseTimeText } from './numberText.ts';
import type { GeneratorFailure, ThreadTrust, TrustReport } from './runView.ts';

/** More samples than this share, taken while their thread was late, make response times doubtful. */
export const maxLateShare = 0.05;
/** A thread busier than this had no time left to be on time. */
export const maxUtilisation = 0.95;
/** Fewer say nothing: a thread that has just begun is always busy, and late for its first ones. */
export const minSamples = 200;
/** Unless most of them were late, and not by what a beginning costs. */
const minMostlyLate = 20;
const beginningMs = 100;
/** One look at the loop in a hundred that is so late: it stood still for a fifth of the time, whatever was counted. */
const stillMs = 500;
const remedy = 'use fewer users a thread, more threads or cheaper tasks';

/**
 * Judges a run by its threads, and by the requests that failed for want of what the generator's own machine has; pure. Without
 * threads, or without samples, there is nothing to distrust.
 */
export function trustReport(threads: readonly ThreadTrust[], ownFailures: readonly GeneratorFailure[] = []): TrustReport {
  const samples = sum(threads, ({ samples: own }) => own);
  const lateShare = samples === 0 ? 0 : sum(threads, ({ lateSamples }) => lateSamples) / samples;
  const busiest = max(threads, ({ utilisation }) => utilisation);
  const delayMs = max(threads, ({ loopDelayP99Ms }) => loopDelayP99Ms);
  const isMostlyLate = lateShare > 0.5 && delayMs > beginningMs && samples >= minMostlyLate;
  const doubts: string[] = [];
  if (isMostlyLate || (lateShare > maxLateShare && samples >= minSamples)) doubts.push(`${percent(lateShare)} of the samples were taken while it was late`);
  if (busiest > maxUtilisation && samples >= minSamples) doubts.push(`a thread was busy for ${percent(busiest)} of the time`);
  if (delayMs > stillMs) doubts.push(`its event loop was ${ms(delayMs)} late at times`);
  const late = doubts.length === 0 ? [] : [`${doubts.join(', ')}; ${remedy}`];
  const judgement = [...ownFailures.map(generatorFailureText), ...late];
  // Not enough to distrust the run by; but nobody was on time.
  const beginning = lateShare > maxLateShare ? `${percent(lateShare)} of ${counted(samples, 'sample')} were taken while it was late, too few to judge it by; a longer run tells more` : 'on time';
  return {
    threads,
    lateShare,
    ownFailures,
    isTrusted: judgement.length === 0,
    line: `generator: ${judgement.length === 0 ? beginning : judgement.join('; ')} (${figures(threads, lateShare, busiest)})`,
  };
}

function figures(threads: readonly ThreadTrust[], lateShare: number, busiest: number): string {
  const delayMs = max(threads, ({ loopDelayP99Ms }) => loopDelayP99Ms);
  const maxDelayMs = max(threads, ({ loopDelayMaxMs }) => loopDelayMaxMs);
  const pauseMs = max(threads, ({ gcPauseMaxMs }) => gcPauseMaxMs);
  return `event loop p99 ${ms(delayMs)}, longest ${ms(maxDelayMs)}; busy ${percent(busiest)}; longest GC pause ${ms(pauseMs)}; late samples ${percent(lateShare)}`;
}

function sum(threads: readonly ThreadTrust[], of: (thread: ThreadTrust) => number): number {
  return threads.reduce((total, thread) => total + of(thread), 0);
}

function max(threads: readonly ThreadTrust[], of: (thread: ThreadTrust) => number): number {
  return threads.reduce((most, thread) => Math.max(most, of(thread)), 0);
}

function ms(value: number): string {
  return `${responseTimeText(value)} ms`;
}

/** `0 %`, `0.04 %`, `7 %`. */
function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 1 ? value.toFixed(0) : Number(value.toPrecision(1))} %`;
}

/*
 * Failed requests that say nothing of the target: the machine that generates the load has run out of descriptors, ports or
 * buffers. They stay failures, and are counted apart, by the code of the system error in their text, whichever client met it.
 */

const remedies: Readonly<Record<string, string>> = {
  EMFILE: 'the process has no file descriptors left: raise the limit (ulimit -n), or use fewer users a worker',
  ENFILE: 'the machine has no file descriptors left: raise fs.file-max, or use fewer users',
  EADDRNOTAVAIL: 'no local port (or no local address) is left to connect from: keep connections open, widen net.ipv4.ip_local_port_range, or use more machines',
  ENOBUFS: 'the machine has no memory left for sockets: use fewer users, or raise net.core.wmem_max and its kin',
};
const anyCode = new RegExp(`\\b(?:${Object.keys(remedies).join('|')})\\b`, 'u');

/** What a target or a check said, whatever words are in it (see http/response/errorText.ts). */
const verdict = /^(?:HTTPError|CatchResponseError)\(/u;

/** The code that a failure is the generator's own by; null: it is the target's. */
export function generatorCodeOf(error: string): string | null {
  return verdict.test(error) ? null : (anyCode.exec(error)?.[0] ?? null);
}

/** A sentence for a person: how many, and what to do. */
export function generatorFailureText({ code, count }: GeneratorFailure): string {
  return `${counted(count, 'request')} failed with ${code}, ${remedies[code] ?? 'for want of something that this machine has too little of'}`;
}

/** Counts them over the reports of a run. */
export class GeneratorFailures {
  readonly #counts = new Map<string, number>();

  /** Returns the codes that came for the first time. */
  add(errors: readonly ErrorRow[]): readonly GeneratorFailure[] {
    const known = new Set(this.#counts.keys());
    for (const { error, occurrences } of errors) {
      const code = generatorCodeOf(error);
      if (code !== null) this.#counts.set(code, (this.#counts.get(code) ?? 0) + occurrences);
    }
    return this.all.filter(({ code }) => !known.has(code));
  }

  /** In the order in which they first came. */
  get all(): readonly GeneratorFailure[] {
    return Array.from(this.#counts, ([code, count]) => ({ code, count }));
  }

  /** A new run. */
  clear(): void {
    this.#counts.clear();
  }
}
