/**
 * One run from its first user to its result: looks at it once a second, tells the outputs, and ends it when a threshold
 * says so.
 */
import type { Outputs } from '../outputs/outputs.ts';
import type { ArrivalCounts, EndReason, HistoryPoint, RunResult, RunStart, TrustReport } from '../report/runView.ts';
import type { Threshold } from '../report/thresholds.ts';
import { ThresholdJudge } from '../report/thresholdJudge.ts';
import type { ThresholdView } from '../report/thresholdVerdicts.ts';
import type { LocalPlan } from '../run/loadPlan.ts';
import { startLocalRun, type LocalRun, type LocalUsers } from '../run/localRun.ts';
import type { Lateness } from '../engine/shared/pace.ts';
import type { Logger } from '../util/logger.ts';
import type { SteadyClock } from '../util/steadyClock.ts';
import type { RunNumbers } from './runNumbers.ts';
import { momentOf, ShapeQuestions } from '../run/shapeQuestions.ts';
import type { ShapeQuestion } from '../engine/shared/shape.ts';
import { type Strictness, verdictOf } from './verdict.ts';

const momentEveryMs = 1_000;

/** What a run is measured with. */
export type MeasureParts = {
  readonly start: RunStart;
  readonly plan: LocalPlan;
  readonly users: LocalUsers;
  readonly numbers: RunNumbers;
  /** What `numbers` has its moments from. */
  readonly clock: SteadyClock;
  readonly thresholds: readonly Threshold[];
  readonly strictness: Strictness;
  readonly outputs: Outputs;
  readonly arrivals: () => ArrivalCounts | null;
  /** How late arrivals began since the last call; null without an open model. */
  readonly takeLateness: () => Lateness | null;
  readonly trust: () => TrustReport;
  /** Asks the scenario's function, where the plan is its. */
  readonly askShape: (question: ShapeQuestion) => void;
  readonly log: Logger;
};

/** A run that has begun, and what comes of it. */
export type MeasuredRun = {
  readonly run: LocalRun;
  /** Takes what the scenario's function answered. */
  readonly takeShape: (answer: unknown) => void;
  /** After the last sample: everything but what only the end of the threads can tell. */
  readonly result: Promise<RunResult>;
};

/** One look at the run: every number of it is of the same moment. */
type Look = {
  readonly view: ThresholdView;
  readonly history: readonly HistoryPoint[];
  readonly trust: TrustReport;
};

/** Starts the run; orders go down to the users before this returns, so what comes up must be kept until then. */
export function measureRun(parts: MeasureParts): MeasuredRun {
  const { start, plan, users, numbers, clock, thresholds, strictness, outputs, log } = parts;
  const judge = new ThresholdJudge(thresholds);
  let countedFromSec = start.startSec;
  let isCounting = false;
  let finish: (reason: EndReason) => void = () => undefined;
  const ended = new Promise<EndReason>((resolve) => (finish = resolve));
  const run = startLocalRun({
    plan,
    users,
    nowMs: () => clock.nowMs(),
    log,
    onCounting: () => {
      numbers.startCounting();
      judge.startCounting();
      isCounting = true;
      countedFromSec = clock.nowSec();
    },
    onOver: (reason) => finish(reason),
  });

  const shape = new ShapeQuestions({
    send: parts.askShape,
    decided: (decision) => run.decide(decision),
    ended: () => run.stop({ kind: 'shape' }),
    failed: (reason) => run.stop({ kind: 'error', reason }),
    warn: (text) => log('warning', text),
  });
  const askShape = (): void => {
    const status = run.status();
    if (plan.load.kind === 'shape' && status.phase !== 'stopping') shape.ask(momentOf(status, numbers.stats, numbers.history));
  };
  askShape();

  const look = (): Look => {
    const status = run.status();
    const userCount = Object.values(status.userCounts).reduce((sum, count) => sum + count, 0);
    const added = numbers.takeReport({ elapsedMs: status.elapsedMs, userCount });
    const atSec = clock.nowSec();
    const { stats, fromSchedule, history } = numbers;
    const arrivals = parts.arrivals();
    const trust = parts.trust();
    outputs.onEvent({ ...status, atSec, userCount, delta: added.counted, stats, history, arrivals, trust });
    const view: ThresholdView = { stats, fromSchedule, countedMs: Math.max(1, 1000 * (atSec - countedFromSec)), arrivals };
    const isEnding = status.phase === 'stopping';
    // Arrivals of a warm-up are counted until it is over, and judge nothing.
    const aborting = !isCounting ? null : judge.look(view, { ...added, lateness: parts.takeLateness() }, { elapsedMs: status.elapsedMs, isEnding });
    if (aborting !== null && !isEnding) run.stop({ kind: 'threshold', expression: `${aborting.row}: ${aborting.expression}` });
    return { view, history, trust };
  };
  const timer = setInterval(() => {
    look();
    askShape();
  }, momentEveryMs);

  const result = ended.then((reason): RunResult => {
    clearInterval(timer);
    const { view, history, trust } = look();
    const { stats, countedMs } = view;
    const results = judge.results(view);
    const outcome = { stats, ended: reason, thresholds: results, trust, arrivals: view.arrivals, errorsOutsideTasks: numbers.errorsOutsideTasks, troubles: numbers.troubles };
    return {
      start,
      countedFromSec,
      endSec: countedFromSec + countedMs / 1000,
      ...view,
      ended: reason,
      history,
      thresholds: results,
      trust,
      ...verdictOf(outcome, strictness),
    };
  });
  return { run, takeShape: (answer) => shape.take(answer), result };
}
