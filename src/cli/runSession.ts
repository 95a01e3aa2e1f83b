/**
 * One run from its first user to its result: looks at it once a second, tells the outputs, and ends it when a threshold
 * says so.
 */
import type { LocalPlan, LocalRun, LocalUsers } from '../local/localRun.ts';
import { startLocalRun } from '../local/startLocalRun.ts';
import type { Outputs } from '../outputs/outputs.ts';
import type { ArrivalCounts, EndReason, RunMoment, RunResult, RunStart, TrustReport } from '../outputs/runView.ts';
import { abortingThreshold, evaluateThresholds, type ThresholdView } from '../thresholds/evaluate.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import type { Logger } from '../util/logger.ts';
import type { RunNumbers } from './runNumbers.ts';
import { verdictOf, type Strictness } from './verdict.ts';

const momentEveryMs = 1_000;

export type SessionParts = {
  readonly start: RunStart;
  readonly plan: LocalPlan;
  readonly users: LocalUsers;
  readonly numbers: RunNumbers;
  readonly thresholds: readonly Threshold[];
  readonly strictness: Strictness;
  readonly outputs: Outputs;
  readonly arrivals: () => ArrivalCounts | null;
  readonly trust: () => TrustReport;
  readonly log: Logger;
};

export type Session = {
  readonly run: LocalRun;
  /** After the last sample: everything but what only the end of the threads can tell. */
  readonly result: Promise<RunResult>;
};

export function startSession(parts: SessionParts): Session {
  const { start, plan, users, numbers, thresholds, strictness, outputs, log } = parts;
  const nowMs = (): number => performance.now();
  const beganMs = nowMs();
  let countedFromSec = start.startSec;
  let finish: (reason: EndReason) => void = () => undefined;
  const ended = new Promise<EndReason>((resolve) => (finish = resolve));
  const run = startLocalRun({
    plan,
    users,
    nowMs,
    after: (delayMs, work) => {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
    log,
    onCounting: () => {
      numbers.begin();
      countedFromSec = Date.now() / 1000;
    },
    onOver: (reason) => finish(reason),
  });

  const view = (): ThresholdView => ({
    stats: numbers.stats,
    fromSchedule: numbers.fromSchedule,
    countedMs: Math.max(1, 1000 * (Date.now() / 1000 - countedFromSec)),
    arrivals: parts.arrivals(),
  });
  const look = (): void => {
    const status = run.status();
    const userCount = Object.values(status.userCounts).reduce((sum, count) => sum + count, 0);
    const delta = numbers.take({ elapsedMs: status.elapsedMs, userCount });
    const moment: RunMoment = {
      ...status,
      atSec: Date.now() / 1000,
      userCount,
      delta,
      stats: numbers.stats,
      history: numbers.history,
      arrivals: parts.arrivals(),
      trust: parts.trust(),
    };
    outputs.onEvent(moment);
    const aborting = abortingThreshold(thresholds, view(), nowMs() - beganMs);
    if (aborting !== null && status.phase !== 'stopping') run.stop({ kind: 'threshold', expression: `${aborting.row}: ${aborting.expression}` });
  };
  const timer = setInterval(look, momentEveryMs);

  const result = ended.then((reason): RunResult => {
    clearInterval(timer);
    look();
    const { stats, fromSchedule, countedMs, arrivals } = view();
    const results = evaluateThresholds(thresholds, view());
    const trust = parts.trust();
    const outcome = { stats, ended: reason, thresholds: results, trust, errorsOutsideTasks: numbers.errorsOutsideTasks };
    return {
      start,
      countedFromSec,
      endSec: countedFromSec + countedMs / 1000,
      countedMs,
      ended: reason,
      stats,
      fromSchedule,
      history: numbers.history,
      thresholds: results,
      trust,
      arrivals,
      ...verdictOf(outcome, strictness),
    };
  });
  return { run, result };
}
