/** `spawn`: absolute targets for the users, and the options of the run, from the master (Locust runners.py:1374-1414). */
import type { ClassInfo, RunOptions } from '../../engine/shared/messages.ts';
import type { SpawnData, UserClassesCount } from '../wire/messages.ts';
import { countsForMaster, ownNamesPlan, planSpawn } from './classPlan.ts';
import { isTime } from './masterClock.ts';
import { usersGone, usersTold } from './overtakenSpawns.ts';
import type { AgentState, PendingSpawn } from './states.ts';
import { andThen, type Effect, enter, log, send, stay, type Step } from './step.ts';
import { askTest, listsReplays } from './masterPlugIn.ts';

/** More users than any process can hold, by a factor of ten: a typing error, which would take all memory first. */
const maxUsers = 1_000_000;
/**
 * How much older than the last one a spawn may be and yet have been overtaken by it: on one connection it is a matter of moments. One
 * that is older still, and a time at all, comes after a stamp that was wrong, or after the master's clock was set back: it counts.
 */
const overtakenWithinSec = 60;

/** Whether a spawn is older than (or the same as) one that came before. */
export function isStale(timestamp: number, lastTimestamp: number): boolean {
  return timestamp <= lastTimestamp && (timestamp > lastTimestamp - overtakenWithinSec || !isTime(timestamp));
}

/**
 * Answers a `spawn` of a master that knows this worker. Equal and older timestamps are answered with `spawning` only,
 * as Locust's own worker does: a newer target is already being worked on.
 */
export function acceptSpawn(state: AgentState, { spawn, classes }: PendingSpawn): Step {
  const answer = send({ type: 'spawning' });
  if (isStale(spawn.timestamp, state.lastSpawnTimestamp)) {
    return stay(state, answer, log('info', 'a spawn that is not newer than the last one was left out'));
  }
  const asked = Object.values(spawn.user_classes_count).reduce((sum, count) => sum + count, 0);
  if (asked > maxUsers) return refuse(state, asked);
  const isNewRun = state.phase.name === 'ready';
  const options = runOptionsOf(spawn, state.workerIndex);
  const planned = planSpawn(classes, isNewRun ? ownNamesPlan : state.plan, spawn.user_classes_count);
  const generation = state.generation + 1;
  const stopTimeoutMs = stopTimeoutMsOf(spawn, state.config.stopTimeoutMs);
  const begin: readonly Effect[] = isNewRun
    ? [{ kind: 'clearStats' }, { kind: 'startRun', options }]
    : [{ kind: 'updateOptions', options }];
  const next: AgentState = {
    ...state,
    lastSpawnTimestamp: spawn.timestamp,
    generation,
    stopTimeoutMs,
    // A test that goes on is none that was stopped.
    testCheck: { ...state.testCheck, isOvertaken: false },
    overtaken: isNewRun ? usersGone(state.overtaken) : state.overtaken,
    resetsStats: spawn.parsed_options['reset_stats'] === true,
    rebalances: spawn.parsed_options['enable_rebalancing'] === true,
    plan: planned.plan,
    spawnExpectedUntilMs: null,
    waitsForReplays: listsReplays(spawn),
    endWish: isNewRun ? null : state.endWish,
  };
  return enter(
    next,
    { name: 'spawning', generation },
    answer,
    ...begin,
    ...(isNewRun ? describeRun(next, classes) : []),
    ...planned.newUnknownNames.flatMap((name) => reportUnknown(name, classes)),
    { kind: 'setUsers', generation, targets: planned.targets, stopTimeoutMs },
  );
}

/** The users that there are go on; the master learns why its count is not reached. */
function refuse(state: AgentState, asked: number): Step {
  const text = `the master asks for ${asked} users on this worker, which takes ${maxUsers} at most: refused, the users that there are go on`;
  return stay(state, send({ type: 'spawning' }), log('error', text), send({ type: 'exception', data: { msg: text, traceback: `${text}\n` } }));
}

/**
 * The master knows this worker: it is ready, and takes up the spawn that waited, if one did. One that came between `stop` and the `ack`
 * may be the last of the test that was stopped (the master sends to one worker after the other), so it is asked.
 */
export function becomeReady(state: AgentState, pendingSpawn: PendingSpawn | null, nowMs: number): Step {
  const ready = enter(state, { name: 'ready' });
  if (pendingSpawn === null) return ready;
  const { isOvertaken } = pendingSpawn;
  if (isOvertaken && state.testCheck.plugIn === 'missing') return andThen(ready, (next) => stay(next, log('info', 'a spawn of the test that was stopped came after its end: it is left out')));
  const spawned = acceptSpawn(ready.state, pendingSpawn);
  return state.phase.name === 'rejoining' ? andThen(spawned, (next) => askTest(next, nowMs, isOvertaken)) : spawned;
}

/** The users have reached the targets: say so, once per spawn, with what is alive. */
export function completeSpawn(state: AgentState, ownCounts: UserClassesCount, nowMs: number): Step {
  const counts = countsForMaster(state.plan, ownCounts);
  const userCount = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return enter(
    { ...state, overtaken: userCount === 0 ? usersGone(state.overtaken) : usersTold(state.overtaken, nowMs) },
    { name: 'running' },
    send({ type: 'spawning_complete', data: { user_classes_count: counts, user_count: userCount } }),
    log('debug', `${userCount} users are running`),
  );
}

function describeRun(state: AgentState, classes: readonly ClassInfo[]): readonly Effect[] {
  if (state.plan.mode !== 'byTotal') return [log('info', 'a test run begins')];
  const theirs = Object.keys(state.plan.masterTargets).join(', ');
  const ours = classes.map((info) => info.name).join(', ');
  return [log('info', `a test run begins: the master's ${theirs} stand for the scenario's ${ours}, split by weight`)];
}

/** Known classes are run all the same; the master learns why its count is not reached. */
function reportUnknown(name: string, classes: readonly ClassInfo[]): readonly Effect[] {
  const ours = classes.map((info) => info.name).join(', ') || 'none';
  const text = `the master asks for users of class ${name}, which this worker's scenario does not have (it has: ${ours})`;
  const hint = 'Name the class in the master\'s locustfile as the scenario does, or export a class of that name.';
  return [
    log('error', `${text}. ${hint}`),
    send({ type: 'exception', data: { msg: text, traceback: `${text}\n${hint}\n` } }),
  ];
}

/**
 * Locust's own command-line options: a worker must not take them over from its master, which sends all it has
 * (argument_parser.py `default_args_dict` of Locust 2.47, read in runners.py `handle_message` of `spawn`).
 */
const locustsOwn: ReadonlySet<string> = new Set(
  `locustfile config host num_users spawn_rate run_time list_commands config_users web_host web_host_display_name
  web_port headless autostart autoquit headful web_auth web_login tls_cert tls_key class_picker build_path legacy_ui
  master master_bind_host master_bind_port expect_workers_max_wait enable_rebalancing expect_slaves worker processes
  slave master_host master_port web_base_path csv_prefix stats_history_enabled print_stats only_summary reset_stats
  html_file json json_file skip_log_setup loglevel logfile show_task_ratio show_task_ratio_json exit_code_on_error
  stop_timeout equal_weights profile otel user_classes`.split(/\s+/u),
);

/** The options of the run that this spawn belongs to: the team's own ones, and the few of Locust's that workers need. */
export function runOptionsOf(spawn: SpawnData, workerIndex: number): RunOptions {
  const entries = Object.entries(spawn.parsed_options).filter(([name]) => !locustsOwn.has(name));
  return {
    host: spawn.host === null || spawn.host === '' ? null : spawn.host,
    parsedOptions: Object.fromEntries(entries),
    tags: textList(spawn.parsed_options['tags']),
    excludeTags: textList(spawn.parsed_options['exclude_tags']),
    workerIndex,
  };
}

/** The stop timeout of a spawn, in milliseconds; the worker's own when an old master sends none. */
function stopTimeoutMsOf(spawn: SpawnData, ownMs: number): number {
  return Math.max(0, spawn.stop_timeout === null ? ownMs : spawn.stop_timeout * 1_000);
}

/** `tags` are a list of texts or nil; one text alone is taken as a list of one, anything else as nil. */
function textList(value: unknown): readonly string[] | null {
  if (typeof value === 'string' && value !== '') return [value];
  if (!Array.isArray(value)) return null;
  const texts = value.filter((item): item is string => typeof item === 'string');
  return texts.length === 0 ? null : texts;
}
