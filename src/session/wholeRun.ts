/**
 * One run over a pool of load threads, from the scenario that they have loaded to its result: planned, measured, judged, and told to all outputs.
 * Who asked for it, a command or a program (src/load), shows it and ends it in its own way.
 */
import type { ThreadPool } from '../engine/main/threadPool.ts';
import type { ClassInfo, ScenarioExports } from '../engine/shared/messages.ts';
import { shapeMessage } from '../engine/shared/shape.ts';
import { type Output, Outputs } from '../outputs/outputs.ts';
import type { UsersInput } from '../protocol/worker/ports.ts';
import type { RunResult, RunStart } from '../report/runView.ts';
import { parseThresholds, type Threshold } from '../report/thresholds.ts';
import { trustReport } from '../report/trust.ts';
import type { LocalPlan } from '../run/loadPlan.ts';
import { areRates } from '../run/stages.ts';
import type { LocalRun } from '../run/localRun.ts';
import { BoomerError } from '../util/boomerError.ts';
import { measureRun } from './measureRun.ts';
import { withOwnFlags } from '../options/ownFlags.ts';
import type { Settings } from '../options/settings.ts';
import type { RunNumbers } from './runNumbers.ts';
import { isDeepStrictEqual } from 'node:util';
import { arrivalCurve, arrivalLines, assertSomethingBegins, assertWindowsFit, configuredClasses, exportedRates, passedOver, withScenarioRates } from './runPlan.ts';
import { type EndSignal, type Session, usersOf } from './session.ts';
import { exitCode, mostSpecific, verdictOf } from './verdict.ts';

/** What a run is made of. */
export type WholeRun = {
  readonly settings: Settings;
  readonly plan: LocalPlan;
  readonly start: RunStart;
  readonly session: Session;
  readonly pool: ThreadPool;
  readonly numbers: RunNumbers;
  /** Told in this order. */
  readonly outputs: readonly Output[];
  /** Is given what changes and ends the run, once it has begun; returns what takes that back. */
  readonly control: (run: RunControls) => () => void;
};

/** What changes and ends a run. */
export type RunControls = Pick<LocalRun, 'changeUsers' | 'stop'> & {
  readonly signal: (signal: EndSignal) => void;
};

/** Rejects with a BoomerError for what is wrong before the first user begins. The pool is closed at the end. */
export async function wholeRun({ settings, plan, start, session, pool, numbers, outputs: list, control }: WholeRun): Promise<{ readonly ended: RunResult; readonly files: readonly string[] }> {
  const { clock, log } = session;
  const scenario = pool.settings();
  const { classes, thresholds } = whatRuns(settings, plan, pool);
  for (const line of arrivalLines(pool.classes())) log('info', line);
  // What was typed for users goes before what the scenario would do by itself.
  for (const name of passedOver(plan.load, settings, scenario)) log('info', `the scenario's ${name} passed over: the options say how much load there is`);
  if (scenario.thresholds !== null && settings.skipsThresholds) log('info', "the scenario's thresholds are not judged: --no-thresholds");
  const outputs = new Outputs(list, log);
  await outputs.onStart(start);
  for (const { user_class_name: name, ...attributes } of settings.configUsers) pool.updateUserClass(String(name), attributes);
  const { run, takeShape, result } = measureRun({
    start,
    plan,
    users: { ...usersOf(pool), classes: () => classes },
    numbers,
    clock,
    thresholds,
    strictness: settings,
    outputs,
    arrivals: () => pool.arrivals(),
    takeLateness: () => pool.takeLateness(),
    trust: () => trustReport(pool.trust(), numbers.ownFailures),
    askShape: (question) => void pool.deliver(shapeMessage, question),
    log,
  });
  const signal = (name: EndSignal): void => {
    run.stop({ kind: 'signal', signal: name });
    // Of a run that is over already, what is left is to write.
    outputs.hurry();
  };
  session.connect({ input: (input) => (isAnswerOfShape(input) ? takeShape(input.data) : lookAfter(input, numbers, pool) || run.input(input)), signal });
  const release = control({ changeUsers: run.changeUsers, stop: run.stop, signal });
  const measured = await result;
  release();
  // The scenario's `quitting` listeners have the last word on the exit code, as in Locust.
  const wished = await pool.close(measured.exitCode);
  // Those listeners may fail too, and the last lines of the request log be lost.
  const { errorsOutsideTasks, troubles } = numbers;
  const judged: RunResult = { ...measured, ...verdictOf({ ...measured, errorsOutsideTasks, troubles }, settings) };
  const final: RunResult = wished === null ? judged : { ...judged, exitCode: wished };
  const { failed } = await outputs.onStop(final);
  const ended: RunResult = failed.length === 0 ? final : { ...final, exitCode: mostSpecific(final.exitCode, exitCode.error), verdict: { passed: false, reasons: [...final.verdict.reasons, ...failed] } };
  return { ended, files: outputs.files() };
}

/** What was asked for, with what the scenario adds once it is loaded: options of its own, and an open model, of which its threads are told. Throws a BoomerError for what it does not know. */
export function withScenario(settings: Settings, ownFlags: ReadonlyMap<string, string>, pool: Pick<ThreadPool, 'settings' | 'setArrivals'>): Settings {
  const scenario = pool.settings();
  const whole = withScenarioRates(withOwnFlags(settings, ownFlags, scenario.options), scenario);
  const curve = arrivalCurve(whole);
  if (curve !== null && arrivalCurve(settings) === null) pool.setArrivals(curve);
  return whole;
}

/** The classes as they are configured, and what they are judged by. Throws a BoomerError for what contradicts itself, or could never do anything. */
export function whatRuns(settings: Settings, plan: LocalPlan, pool: Pick<ThreadPool, 'classes' | 'settings'>): { readonly classes: readonly ClassInfo[]; readonly thresholds: readonly Threshold[] } {
  const arriving = pool.classes().find(({ arrivals }) => arrivals !== null);
  if (arrivalCurve(settings) !== null && arriving !== undefined) throw new BoomerError('usage', `${settings.arrivals === null ? 'stages of rates' : '--rate'} and the static arrivals of ${arriving.name} contradict each other: both set the pace of tasks`);
  const replaying = pool.classes().find(({ replay }) => replay !== null);
  if (replaying !== undefined) refuseLoad(settings, pool.settings(), replaying.name, pool.classes().every(({ replay }) => replay !== null));
  const classes = configuredClasses(pool.classes(), settings);
  assertSomethingBegins(plan, classes, settings);
  const thresholds = settings.skipsThresholds ? [] : parseThresholds({ typed: settings.thresholds, exported: pool.settings().thresholds, fromFile: settings.thresholdsFromFile });
  assertWindowsFit(thresholds, plan);
  return { classes, thresholds };
}

/** A capture says when its requests are sent, and how many visitors there are. `isAll`: no class of the scenario has users of another kind. */
function refuseLoad({ users, arrivals, stages, maxRate, increaseRate, iterations }: Settings, scenario: ScenarioExports, className: string, isAll: boolean): void {
  const paces = Object.entries({ rate: arrivals, 'max-rps': maxRate, 'request-increase-rate': increaseRate, iterations, ...(isAll ? { users: users === 1 ? null : users } : {}), ...(isAll || (stages !== null && areRates(stages)) ? { stage: stages } : {}) });
  const [flag] = paces.find(([, value]) => value !== null) ?? [];
  const where = flag === 'stage' && isDeepStrictEqual(stages, exportedRates(scenario)) ? "the scenario's stages" : `--${flag}`;
  if (flag !== undefined) throw new BoomerError('usage', `${where} and the static replay of ${className} contradict each other: the capture says when its requests are sent, and whose they are`);
}

/** What concerns no run: true when that was all. */
export function lookAfter(input: UsersInput, numbers: RunNumbers, pool: ThreadPool): boolean {
  if (input.kind === 'exception') numbers.exception(input);
  // Alone, a runner is its own master (Locust runners.py, LocalRunner.send_message).
  else if (input.kind === 'customFromUser') pool.deliver(input.type, input.data);
  else return false;
  return true;
}

function isAnswerOfShape(input: UsersInput): input is Extract<UsersInput, { readonly kind: 'customFromUser' }> {
  return input.kind === 'customFromUser' && input.type === shapeMessage;
}
