/**
 * What a run is to do: from what was asked for, and what the scenario exports, to a plan; pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LocalPlan } from '../run/loadPlan.ts';
import { type ArrivalCurve, curveEndMs, maxPerSec, type RateStage, stagedCurve, steadyCurve } from '../engine/shared/arrivalCurve.ts';
import { areRates, checkedLoadStages, checkedStages } from '../run/stages.ts';
import { nobodyToRun } from '../run/userSequence.ts';
import type { RunStart } from '../report/runView.ts';
import type { ClassInfo, ScenarioExports, TaskInfo } from '../engine/shared/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';
import type { Threshold } from '../report/thresholds.ts';
import { durationText } from '../util/duration.ts';
import { nearest } from '../util/nearest.ts';
import { ratePerSec, rateText, standsFor } from '../util/rate.ts';
import { isSecret, redacted, redactUrl } from '../util/redaction.ts';
import type { Settings } from '../options/settings.ts';

/** Users for an open model that nobody gave a number of: what two seconds of arrivals need, within reason. */
const fewestOpenUsers = 10;
const mostOpenUsers = 1_000;

/** Throws a BoomerError when the scenario's stages make no sense, or contradict its shape. */
export function localPlan(settings: Settings, scenario: Pick<ScenarioExports, 'stages' | 'hasShape'>): LocalPlan {
  const load = scenarioLoad(settings, scenario) ?? steadyLoad(settings);
  const curve = arrivalCurve(settings);
  return {
    load,
    runTimeMs: settings.runTimeMs,
    iterations: settings.iterations,
    warmUpMs: settings.warmUpMs,
    countsFromSpawned: settings.resetStats,
    isOpen: curve !== null,
    arrivalsMs: curve === null ? null : curveEndMs(curve),
    stopTimeoutMs: settings.stopTimeoutMs,
    host: settings.host,
    parsedOptions: parsedOptionsOf(settings, load),
    equalWeights: settings.equalWeights,
  };
}

/** What all outputs are told before the first user starts; secrets stay here. */
export function runStart(settings: Settings, plan: LocalPlan, classes: readonly ClassInfo[], version: string, startSec: number, changed: string | null = null): RunStart {
  const users = mostUsers(plan);
  return {
    files: [...new Set(settings.files)].map(redactUrl),
    version,
    startSec,
    host: settings.host === null ? null : redactUrl(settings.host),
    classes: classes.map(({ name, weight, fixedCount }) => ({ name, weight, fixedCount })),
    plan: planLine(settings, plan, classes),
    users,
    spawnPerSec: plan.load.kind === 'steady' ? plan.load.spawnPerSec : 0,
    runTimeMs: totalMs(plan),
    iterations: plan.iterations,
    warmUpMs: plan.warmUpMs,
    threadCount: settings.threadCount,
    seed: settings.seed,
    changed,
    labels: Object.fromEntries(Object.entries(settings.labels).map(([name, value]) => [name, isSecret(name) ? redacted : redactUrl(value)])),
  };
}

/** The classes with what `--config-users` and `--equal-weights` change; throws a BoomerError for a class that is not there. */
export function configuredClasses(classes: readonly ClassInfo[], { configUsers, equalWeights }: Settings): readonly ClassInfo[] {
  const configured = new Map(classes.map((info) => [info.name, info]));
  for (const attributes of configUsers) {
    const name = String(attributes['user_class_name']);
    const info = configured.get(name);
    if (info === undefined) throw unknownClass(name, classes);
    configured.set(name, {
      ...info,
      weight: numberOr(attributes['weight'], info.weight),
      fixedCount: numberOr(attributes['fixed_count'] ?? attributes['fixedCount'], info.fixedCount),
    });
  }
  return [...configured.values()].map((info) => (equalWeights && info.weight > 0 ? { ...info, weight: 1 } : info));
}

/**
 * What a scenario finds in `environment.parsedOptions`: the options of the run under the names and in the units of Locust's
 * `environment.parsed_options` (argument_parser.py, `setup_parser_arguments`). Times are in seconds, as Locust has them; null is "not given". Users and spawn rate are those of the plan, unless stages
 * decide. The team's own options win over all.
 */
function parsedOptionsOf(settings: Settings, load: LocalPlan['load']): Readonly<Record<string, unknown>> {
  const { runTimeMs } = settings;
  const [users, spawnPerSec] = load.kind === 'steady' ? [load.users, load.spawnPerSec] : [null, null];
  return {
    locustfile: settings.files.join(','),
    host: settings.host,
    num_users: users,
    spawn_rate: spawnPerSec,
    run_time: runTimeMs === null ? null : runTimeMs / 1_000,
    stop_timeout: settings.stopTimeoutMs / 1_000,
    tags: settings.tags,
    exclude_tags: settings.excludeTags,
    headless: true,
    reset_stats: settings.resetStats,
    equal_weights: settings.equalWeights,
    config_users: settings.configUsers.length === 0 ? null : settings.configUsers.map((attributes) => JSON.stringify(attributes)),
    exit_code_on_error: settings.exitCodeOnError,
    loglevel: settings.logLevel.toUpperCase(),
    logfile: settings.logFile,
    only_summary: settings.isOnlySummary,
    csv_prefix: settings.csvPrefix,
    stats_history_enabled: settings.csvFullHistory,
    html_file: settings.htmlFile,
    json: settings.isJson,
    json_file: settings.jsonFile,
    ...settings.ownOptions,
  };
}

/**
 * Users over time as `--stage` or the scenario has them, null where neither does, or where what was typed for users goes before what the scenario
 * would do by itself. Throws a BoomerError for stages that make no sense, and for a scenario with both stages and a shape.
 */
export function scenarioLoad(settings: Settings, scenario: Pick<ScenarioExports, 'stages' | 'hasShape'>): Exclude<LocalPlan['load'], { kind: 'steady' }> | null {
  if (settings.stages !== null) return areRates(settings.stages) ? null : { kind: 'stages', stages: settings.stages };
  const isTyped = settings.users !== null || settings.spawnPerSec !== null || settings.arrivals !== null || settings.iterations !== null;
  if (isTyped) return null;
  if (scenario.hasShape && scenario.stages !== null) throw bothStagesAndShape();
  if (scenario.hasShape) return { kind: 'shape' };
  return scenario.stages === null || exportedRates(scenario) !== null ? null : { kind: 'stages', stages: checkedStages(scenario.stages, 'the scenario\'s stages') };
}

/**
 * The settings with the stages of rates that the scenario exports, unless what was typed goes before them: users, as with its stages of users, or another
 * pace of tasks. Throws as `scenarioLoad` does.
 */
export function withScenarioRates(settings: Settings, scenario: Pick<ScenarioExports, 'stages' | 'hasShape'>): Settings {
  const { users, spawnPerSec, arrivals, iterations, maxRate, increaseRate } = settings;
  if (settings.stages !== null || [users, spawnPerSec, arrivals, iterations, maxRate, increaseRate].some((typed) => typed !== null)) return settings;
  const rates = exportedRates(scenario);
  if (rates === null) return settings;
  if (scenario.hasShape) throw bothStagesAndShape();
  return { ...settings, stages: rates };
}

/** The stages that a scenario exports where they are of rates, null where they are of users or there are none. Throws a BoomerError for stages that make no sense. */
export function exportedRates({ stages }: Pick<ScenarioExports, 'stages'>): readonly RateStage[] | null {
  const checked = stages === null ? [] : checkedLoadStages(stages, 'the scenario\'s stages');
  return areRates(checked) ? checked : null;
}

/** What the scenario says of the load, and the plan does otherwise: `stages are`. */
export function passedOver(load: LocalPlan['load'] | null, settings: Settings, scenario: Pick<ScenarioExports, 'stages' | 'hasShape'>): readonly string[] {
  const { stages, hasShape } = scenario;
  const areFollowed = settings.stages === null ? load?.kind === 'stages' : areRates(settings.stages) && isDeepStrictEqual(settings.stages, exportedRates(scenario));
  return [...(stages !== null && !areFollowed ? ['stages are'] : []), ...(hasShape && load?.kind !== 'shape' ? ['shape is'] : [])];
}

function bothStagesAndShape(): BoomerError {
  return new BoomerError('bad-export', "the scenario exports both stages and shape, and each says how many users there are: leave one out, or type --stage or --users in their place");
}

/** Load threads for the run. Arrivals are dealt out to the threads in turn, so one that no user is for would drop its share. */
export function threadsFor(settings: Settings): number {
  const { threadCount } = settings;
  const curve = arrivalCurve(settings);
  return curve === null ? threadCount : Math.min(threadCount, Math.max(1, openUsers(settings, curve)));
}

/** Of the open model that is asked for, by a rate or stages of rates; null: users go on by themselves. */
export function arrivalCurve({ arrivals, stages }: Pick<Settings, 'arrivals' | 'stages'>): ArrivalCurve | null {
  if (arrivals !== null) return steadyCurve(ratePerSec(arrivals));
  return stages !== null && areRates(stages) ? stagedCurve(stages) : null;
}

/** Throws a BoomerError where nobody could ever begin a task: no class with users has one that the tags leave, or there are no users. `classes` are the configured ones. */
export function assertSomethingBegins({ load }: LocalPlan, classes: readonly ClassInfo[], { arrivals, stages, tags, excludeTags }: Settings): void {
  const curve = arrivalCurve({ arrivals, stages });
  if (curve !== null && maxPerSec(curve) === 0) throw new BoomerError('bad-stage', 'no stage has a rate above 0: nothing would ever arrive. Let one go to more, as 30s:10/s does');
  if (load.kind === 'stages' && load.stages.every(({ users }) => users === 0)) throw new BoomerError('bad-stage', 'no stage has a user: there is nobody to run. Let one go to 1 or more, as 30s:10 does');
  const inUse = classes.filter(({ weight, fixedCount }) => weight > 0 || fixedCount > 0);
  if (inUse.length === 0) throw nobodyToRun();
  if (inUse.some(({ tasks }) => hasTask(tasks, tags, excludeTags))) return;
  const names = inUse.map(({ name }) => name).join(', ');
  const said = [...(tags === null ? [] : [`--tags ${tags.join(' ')}`]), ...(excludeTags === null ? [] : [`--exclude-tags ${excludeTags.join(' ')}`])].join(' and ');
  if (said === '') throw new BoomerError('no-user', `no task of ${names} can run: give one a weight above 0`);
  const known = [...new Set(inUse.flatMap(({ tasks }) => tagsOf(tasks)))].sort();
  const meant = (tags ?? []).filter((tag) => !known.includes(tag)).map((tag) => nearest(tag, known)).find((tag) => tag !== null);
  throw new BoomerError('no-user', `${said} leave${said.includes(' and ') ? '' : 's'} no task of ${names}${meant === undefined ? '.' : `: did you mean ${meant}?`} ${known.length === 0 ? 'No task has tags' : `There are the tags ${known.join(', ')}`}`);
}

/** As load threads choose: a set is in when one of its own is, a Markov chain whole (see TaskPlan). */
function hasTask(tasks: readonly TaskInfo[], tags: readonly string[] | null, excludeTags: readonly string[] | null): boolean {
  return tasks.some(({ weight, tags: own, set, transitions }) => {
    if (weight <= 0) return false;
    if (transitions !== null) return true;
    if (set !== null) return hasTask(set.tasks, tags, excludeTags);
    const isWanted = tags === null || tags.length === 0 || tags.some((tag) => own.includes(tag));
    return isWanted && !(excludeTags ?? []).some((tag) => own.includes(tag));
  });
}

function tagsOf(tasks: readonly TaskInfo[]): readonly string[] {
  return tasks.flatMap(({ tags, set }) => [...tags, ...tagsOf(set?.tasks ?? [])]);
}

/** Throws a BoomerError for a threshold over a window that the run, as far as its end is known, cannot fill. */
export function assertWindowsFit(thresholds: readonly Threshold[], plan: LocalPlan): void {
  const lastsMs = totalMs(plan);
  const tooLong = lastsMs === null ? undefined : thresholds.find(({ condition }) => (condition.overMs ?? 0) > lastsMs - plan.warmUpMs);
  if (lastsMs === null || tooLong === undefined) return;
  const counted = plan.warmUpMs === 0 ? `lasts ${durationText(lastsMs)}` : `is counted for ${durationText(Math.max(0, lastsMs - plan.warmUpMs))} after its warm-up`;
  throw new BoomerError('usage', `the threshold ${tooLong.row}: ${tooLong.expression} could never be judged: the run ${counted}, so no window would be full. Let it last longer, or choose a shorter window`);
}

function steadyLoad(settings: Settings): LocalPlan['load'] {
  const { users, spawnPerSec } = settings;
  const curve = arrivalCurve(settings);
  if (curve === null) return { kind: 'steady', users: users ?? 1, spawnPerSec: spawnPerSec ?? 1 };
  const wanted = openUsers(settings, curve);
  // They only wait for arrivals: unless somebody says so, all are there at once, and arrivals begin.
  return { kind: 'steady', users: wanted, spawnPerSec: spawnPerSec ?? 20 * wanted };
}

/** Of a scenario that says it itself, the threads are there already: each has a user for its share. */
function openUsers({ users, threadCount }: Settings, curve: ArrivalCurve): number {
  return users ?? Math.max(threadCount, Math.min(mostOpenUsers, Math.max(fewestOpenUsers, Math.ceil(2 * maxPerSec(curve)))));
}

function mostUsers({ load }: LocalPlan): number | null {
  if (load.kind === 'shape') return null;
  return load.kind === 'steady' ? load.users : Math.max(0, ...load.stages.map(({ users }) => users));
}

function totalMs({ load, runTimeMs, arrivalsMs }: LocalPlan): number | null {
  if (load.kind !== 'stages') return arrivalsMs === null || runTimeMs === null ? (runTimeMs ?? arrivalsMs) : Math.min(arrivalsMs, runTimeMs);
  const stagesMs = load.stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return runTimeMs === null ? stagesMs : Math.min(stagesMs, runTimeMs);
}

/** `50 users, 10 a second, for 1m` */
function planLine({ arrivals, stages, maxRate, increaseRate }: Settings, { load, arrivalsMs, runTimeMs, iterations, warmUpMs, countsFromSpawned }: LocalPlan, classes: readonly ClassInfo[]): string {
  const replayed = classes.flatMap(({ replay }) => replay ?? []);
  const parts: string[] = replayed.map((capture) => `the visitors of ${capture}`);
  // Of a scenario that only replays, users come as these visitors do, until nothing is left.
  if (replayed.length > 0 && replayed.length === classes.length) return [...parts, ...(runTimeMs === null ? [] : [`for ${durationText(runTimeMs)} at most`])].join(', ');
  if (load.kind === 'stages') parts.push(`stages ${load.stages.map(({ durationMs, users }) => `${durationText(durationMs)}:${users}`).join(' ')}`);
  else if (load.kind === 'shape') parts.push("users as the scenario's shape says");
  else if (stages !== null && areRates(stages)) parts.push(`arrivals in stages ${stages.map(({ durationMs, perSec }) => `${durationText(durationMs)}:${rateText(perSec)}/s`).join(' ')}, at most ${load.users} users`);
  else if (arrivals !== null) parts.push(`${rateText(ratePerSec(arrivals))} arrivals a second, at most ${load.users} users`);
  else parts.push(`${counted(load.users, 'user')}, ${rateText(load.spawnPerSec)} a second`);
  if (maxRate !== null) parts.push(`at most ${rateText(ratePerSec(maxRate))} tasks a second`);
  if (increaseRate !== null) parts.push(`${maxRate === null ? 'tasks a second ' : ''}growing by ${rateText(ratePerSec(increaseRate))} a second`);
  if (iterations !== null) parts.push(counted(iterations, 'task run'));
  if (runTimeMs !== null) parts.push(`for ${durationText(runTimeMs)}`);
  else if (load.kind === 'steady' && iterations === null && arrivalsMs === null) parts.push('until stopped');
  if (warmUpMs > 0) parts.push(`the first ${durationText(warmUpMs)} not counted`);
  if (countsFromSpawned) parts.push('counted once all users are there');
  return parts.join(', ');
}

function numberOr(value: unknown, orElse: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : orElse;
}

function unknownClass(name: string, classes: readonly ClassInfo[]): BoomerError {
  const names = classes.map((info) => info.name);
  const meant = nearest(name, names);
  return new BoomerError('usage', `--config-users names the user class "${name}", which the scenario does not have${meant === null ? '.' : `: did you mean "${meant}"?`} It has ${names.join(', ')}`);
}

/** What users of classes with arrivals stand for, in words. */
export function arrivalLines(classes: readonly ClassInfo[]): readonly string[] {
  return classes.flatMap(({ name, arrivals }) => (arrivals === null ? [] : [`each user of ${name} ${standsFor(arrivals)}`]));
}
