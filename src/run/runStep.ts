/**
 * What a run without a master does next; pure and total. After each event the rules below look at the state once, in order.
 */
import type { CheckedDecision } from '../engine/shared/shape.ts';
import { fullMs, loadPlan, mostFrom, nextChangeMs, withMoreUsers, type LocalPlan } from './loadPlan.ts';
import { startEnd, drain, onStop, onUsersStopped, unhurried } from './runEnd.ts';
import { allClasses, redirected } from './shapeLine.ts';
import { dispatchEveryMs, isAsked, timeLimit, wantedAt, type Now, type RunEffect, type RunEvent, type RunState, type Step } from './runState.ts';

/** The beginning: nobody is there yet, the clock stands at 0. `mostUsers`: see `UserSequence.most`. */
export function firstStep(plan: LocalPlan, mostUsers: number): Step {
  const warmsUp = plan.warmUpMs > 0 || plan.countsFromSpawned;
  const state: RunState = {
    plan,
    load: loadPlan(plan.load),
    mostUsers,
    generation: 0,
    askedUsers: 0,
    askedMs: -dispatchEveryMs,
    askedClasses: null,
    isReached: true,
    liveUsers: 0,
    isFull: false,
    hasBeenFull: false,
    arrivalsSinceMs: null,
    isCounting: !warmsUp,
    lifecycle: { name: 'live' },
  };
  return { state, effects: [{ kind: 'startRun' }, warmsUp ? { kind: 'countNothing' } : { kind: 'count', isFirst: true }, ...rampingLog(state)] };
}

/** Takes one event, then does what is due. */
export function step(state: RunState, event: RunEvent, now: Now): Step {
  if (state.lifecycle.name === 'over') return unchanged(state);
  const taken = onEvent(state, event, now);
  return rules.reduce<Step>((done, rule) => {
    const { state: next, effects } = rule(done.state, now);
    return { state: next, effects: [...done.effects, ...effects] };
  }, taken);
}

type Rule = (state: RunState, now: Now) => Step;

const rules: readonly Rule[] = [endInTime, endOfIterations, endWithoutUsers, dispatch, fill, arrive, count, unhurried];

function onEvent(state: RunState, event: RunEvent, now: Now): Step {
  switch (event.kind) {
    case 'tick':
      return unchanged(state);
    case 'users':
      if (event.generation !== state.generation) return unchanged(state);
      return unchanged({ ...state, liveUsers: event.users, isReached: event.reached });
    case 'usersStopped':
      return onUsersStopped(state, event.generation, now);
    case 'change':
      return onChange(state, event.by, now);
    case 'shape':
      return onDecision(state, event.decision, now);
    case 'stop':
      return onStop(state, event.reason, now);
  }
}

function onDecision(state: RunState, { users, spawnRate }: CheckedDecision, { elapsedMs }: Now): Step {
  if (state.load.kind !== 'shape' || state.lifecycle.name !== 'live') return unchanged(state);
  const line = redirected(state.load.line, typeof users === 'number' ? { [allClasses]: users } : users, spawnRate ?? Infinity, elapsedMs);
  return unchanged({ ...state, load: { kind: 'shape', line } });
}

function onChange(state: RunState, by: number, { elapsedMs }: Now): Step {
  if (state.lifecycle.name !== 'live') return unchanged(state);
  if (state.load.kind === 'shape') return { state, effects: [{ kind: 'log', level: 'warning', text: "the scenario's shape says how many users there are: the key changes nothing" }] };
  const load = withMoreUsers(state.load, by, elapsedMs);
  const changed: RunState = { ...state, load, isFull: state.isFull && load.kind === 'stages' };
  return { state: changed, effects: rampingLog(changed) };
}

/** Run time is counted from the start of the test, as Locust's is (Locust main.py, `spawn_run_time_quit_greenlet`). */
function endInTime(state: RunState, now: Now): Step {
  const limit = timeLimit(state);
  return limit !== null && now.elapsedMs >= limit.atMs ? startEnd(state, limit.reason, now) : unchanged(state);
}

function endOfIterations(state: RunState, { iterationsLeft }: Now): Step {
  return iterationsLeft !== null && iterationsLeft <= 0 ? drain(state) : unchanged(state);
}

/** Users that ended by themselves come back with the next order only (so do Locust's): when there is none to come, that was all. */
function endWithoutUsers(state: RunState, now: Now): Step {
  const { askedUsers, isReached, liveUsers, load, mostUsers, lifecycle } = state;
  const isGone = isReached && liveUsers === 0 && askedUsers > 0 && askedUsers >= Math.min(mostUsers, mostFrom(load, now.elapsedMs));
  return lifecycle.name === 'live' && isGone ? startEnd(state, { kind: 'usersGone' }, now) : unchanged(state);
}

function dispatch(state: RunState, { elapsedMs }: Now): Step {
  const wanted = wantedAt(state, elapsedMs);
  if (state.lifecycle.name !== 'live' || isAsked(state, wanted) || elapsedMs < state.askedMs + dispatchEveryMs) return unchanged(state);
  const generation = state.generation + 1;
  return {
    state: { ...state, generation, askedUsers: wanted.users, askedClasses: wanted.classes, askedMs: elapsedMs, isReached: false },
    effects: [{ kind: 'setUsers', generation, ...wanted }],
  };
}

function fill(state: RunState, { elapsedMs }: Now): Step {
  if (state.lifecycle.name !== 'live' || state.isFull || !isThere(state, elapsedMs)) return unchanged(state);
  return { state: { ...state, isFull: true, hasBeenFull: true }, effects: [{ kind: 'spawningComplete', users: state.liveUsers }] };
}

/**
 * Arrivals begin with the first user, however long the others take: those that find nobody free are counted as dropped. Where all
 * users come within one order or two, they wait for the last, or the very first arrivals would be dropped for nothing.
 */
function arrive(state: RunState, { elapsedMs }: Now): Step {
  const { plan, load, lifecycle, arrivalsSinceMs, hasBeenFull, liveUsers } = state;
  const isDue = hasBeenFull || (liveUsers > 0 && fullMs(load) > dispatchEveryMs);
  if (!plan.isOpen || arrivalsSinceMs !== null || lifecycle.name !== 'live' || !isDue) return unchanged(state);
  return { state: { ...state, arrivalsSinceMs: elapsedMs }, effects: [{ kind: 'startArrivals' }] };
}

function isThere({ load, mostUsers, askedUsers, askedMs, isReached, liveUsers }: RunState, elapsedMs: number): boolean {
  // The first users that the shape asked for; what it asks for later has no such moment.
  if (load.kind === 'shape') return isReached && askedUsers > 0 && nextChangeMs(load, elapsedMs) === null;
  if (load.kind === 'ramp') return isReached && askedUsers === Math.min(mostUsers, load.goal);
  const isAllAsked = askedUsers >= Math.min(mostUsers, mostFrom(load, 0)) || askedMs >= fullMs(load);
  // On a steep way down no order is met before the next one: those who leave would hide that all were there.
  return isAllAsked && (isReached || liveUsers >= askedUsers);
}

function count(state: RunState, { elapsedMs }: Now): Step {
  const { plan, isCounting, hasBeenFull, lifecycle } = state;
  const isDue = elapsedMs >= plan.warmUpMs && (hasBeenFull || !plan.countsFromSpawned);
  if (lifecycle.name !== 'live' || isCounting || !isDue) return unchanged(state);
  return { state: { ...state, isCounting: true }, effects: [{ kind: 'count', isFirst: false }] };
}

/** As Locust says it (runners.py, `LocalRunner._start`). */
function rampingLog({ load }: RunState): readonly RunEffect[] {
  if (load.kind !== 'ramp') return [];
  return [{ kind: 'log', level: 'info', text: `Ramping to ${load.goal} users at a rate of ${load.perSec.toFixed(2)} per second` }];
}

function unchanged(state: RunState): Step {
  return { state, effects: [] };
}
