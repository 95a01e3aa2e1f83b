/**
 * Exit codes, whether a run passed, why not, and the code that says so; pure.
 */
import { shareText } from '../report/numberText.ts';
import type { ArrivalCounts, EndReason, RunStats, ThresholdResult, TrustReport, Verdict } from '../report/runView.ts';
import type { PoolTrouble } from '../engine/main/poolOptions.ts';
import { isDropped } from '../stats/besides.ts';
import { counted } from '../util/counted.ts';

/** Exit codes of all commands; scripts rely on them. */
export const exitCode = {
  ok: 0,
  /** Failed requests or errors in tasks (`--exit-code-on-error`), a regression, a file that could not be written. */
  error: 1,
  /** Wrong flags, a bad configuration, a scenario that cannot be loaded or could never do anything; of `compare`: runs that cannot be compared. */
  usage: 2,
  /** A threshold was not met (k6's number; `--threshold-exit-code`). */
  threshold: 99,
  /** An error of the scenario outside its tasks: in a listener, a callback, a promise that nobody awaited (k6's number). */
  unhandled: 107,
  /** A run ended by SIGHUP: its terminal was closed. */
  hungUp: 129,
  /** A run ended by SIGINT: 128 and the signal's number, as shells say it. */
  interrupted: 130,
  /** A run ended by SIGTERM. */
  terminated: 143,
  /** The master never answered, or stopped answering. */
  noMaster: 255,
} as const;

/** From the code that says most to the one that says least. */
const byMeaning: readonly number[] = [exitCode.noMaster, exitCode.usage, exitCode.unhandled, exitCode.interrupted, exitCode.terminated, exitCode.hungUp, exitCode.threshold];

/**
 * The one code to end with, of all that apply: 255, 2, 107, 130, 143, 129, 99, then any other (those that `--threshold-exit-code`
 * and `--exit-code-on-error` chose; the first given wins), then 1; 0 when nothing else is given.
 */
export function mostSpecific(...codes: readonly number[]): number {
  const known = byMeaning.find((code) => codes.includes(code));
  return known ?? codes.find((code) => code !== exitCode.ok && code !== exitCode.error) ?? Math.max(exitCode.ok, ...codes);
}

/** What a run is judged by. */
export type Outcome = {
  readonly stats: RunStats;
  readonly ended: EndReason;
  readonly thresholds: readonly ThresholdResult[];
  readonly trust: TrustReport;
  /** Null without an open model. */
  readonly arrivals: Pick<ArrivalCounts, 'perSec' | 'started' | 'dropped'> | null;
  /** Errors of listeners, callbacks and promises that nobody awaited. */
  readonly errorsOutsideTasks: number;
  /** Of the generator itself; each is one of the exceptions in `stats`. */
  readonly troubles: readonly PoolTrouble[];
};

/** How strictly. */
export type Strictness = {
  /** For failed requests and errors that escaped tasks. */
  readonly exitCodeOnError: number;
  readonly thresholdExitCode: number;
  readonly failsOnUntrusted: boolean;
};

/**
 * Arrivals that were dropped are among the reasons, and fail no run: a threshold (`dropped: rate<0.01`) says how many are too many, as in k6.
 * The most specific reason decides the exit code (see `mostSpecific`); the reasons are in that order too.
 */
export function verdictOf(outcome: Outcome, strictness: Strictness): { readonly verdict: Verdict; readonly exitCode: number } {
  const found = reasonsFor(outcome, strictness);
  return {
    verdict: { passed: found.every(({ code }) => code === exitCode.ok), reasons: found.map(({ text }) => text) },
    exitCode: mostSpecific(...found.map(({ code }) => code)),
  };
}

const codesOfSignals = { SIGINT: exitCode.interrupted, SIGTERM: exitCode.terminated, SIGHUP: exitCode.hungUp } as const;

type Reason = { readonly code: number; readonly text: string };

/**
 * Their numbers have plain digits, unlike those of the console's own sentences (`4 973`): reasons also stand in JUnit, JSON and
 * HTML, beside tables that write them so, and are searched for there.
 */
function reasonsFor({ stats, ended, thresholds, trust, arrivals, errorsOutsideTasks, troubles }: Outcome, strictness: Strictness): readonly Reason[] {
  const reasons: Reason[] = [];
  if (errorsOutsideTasks > 0) reasons.push({ code: exitCode.unhandled, text: `${counted(errorsOutsideTasks, 'error')} outside tasks` });
  if (ended.kind === 'signal') reasons.push({ code: codesOfSignals[ended.signal], text: `ended by ${ended.signal}` });
  const missed = thresholds.filter(({ passed }) => !passed);
  if (missed.length > 0) reasons.push({ code: strictness.thresholdExitCode, text: `${counted(missed.length, 'threshold')} not met` });
  if (ended.kind === 'error') reasons.push({ code: exitCode.error, text: ended.reason });
  if (strictness.failsOnUntrusted && !trust.isTrusted) reasons.push({ code: exitCode.error, text: trust.ownFailures.length > 0 ? 'the generator itself ran out of what it needs: the numbers cannot be trusted' : 'the generator itself was too late for the numbers to be trusted' });
  const lost = troubles.filter(({ kind }) => kind === 'threadLost');
  if (troubles.some(({ kind }) => kind === 'requestLogCut')) reasons.push({ code: exitCode.error, text: 'the request log is not whole' });
  if (lost.length > 0) reasons.push({ code: exitCode.error, text: lossText(lost) });
  const { numRequests, numFailures } = stats.total;
  if (numFailures > 0) reasons.push({ code: strictness.exitCodeOnError, text: `${numFailures} of ${counted(numRequests, 'request')} failed${ownFailuresText(trust)}` });
  const exceptions = stats.exceptions.reduce((sum, { occurrences }) => sum + occurrences, 0) - errorsOutsideTasks - troubles.length;
  if (exceptions > 0) reasons.push({ code: strictness.exitCodeOnError, text: `${counted(exceptions, 'error')} escaped tasks` });
  // A run that did nothing must not be green, whatever else it is forgiven: of a target that answered nobody in time. One that checks, or measures in its own way, did something.
  if (stats.rows.every(isDropped) && stats.checks.length + stats.metrics.length === 0) reasons.push({ code: exitCode.error, text: 'no request was recorded' });
  if (arrivals !== null && arrivals.dropped > 0) reasons.push({ code: exitCode.ok, text: droppedText(arrivals) });
  return reasons;
}

/** The load was less than what was asked for, and its response times are those of the requests that could begin. */
function droppedText({ perSec, started, dropped }: Pick<ArrivalCounts, 'perSec' | 'started' | 'dropped'>): string {
  if (perSec === null) return `${dropped} of ${counted(started + dropped, 'recorded request')} not sent (${shareText(dropped, started + dropped)}), though due`;
  return `${dropped} of ${counted(started + dropped, 'arrival')} dropped (${shareText(dropped, started + dropped)}): less load than was asked for`;
}

/** What the threads had counted is in the numbers; what was under way in them is not. */
function lossText(lost: readonly PoolTrouble[]): string {
  const requests = lost.reduce((sum, trouble) => sum + (trouble.kind === 'threadLost' ? trouble.requests : 0), 0);
  const text = `${counted(lost.length, 'load thread')} lost`;
  return requests === 0 ? text : `${text}, with ${counted(requests, 'request')} under way that ${requests === 1 ? 'is' : 'are'} not counted`;
}

/** Whoever looks for the fault at the target looks in vain. */
function ownFailuresText({ ownFailures }: TrustReport): string {
  if (ownFailures.length === 0) return '';
  return `, ${ownFailures.reduce((sum, { count }) => sum + count, 0)} of them for want of the generator's own (${ownFailures.map(({ code }) => code).join(', ')})`;
}
