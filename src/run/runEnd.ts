/**
 * How a run without a master ends; pure (see the table over `Lifecycle`).
 */
import type { EndReason } from '../report/runView.ts';
import type { Now, RunEffect, RunState, Step } from './runState.ts';

/** Users that make room for those of a scenario that was saved may finish what they do, whatever the stop timeout: it is about the end of a test. */
const changeoverMs = 10_000;

/** All users are to leave for this reason, unless they are leaving for another one already. */
export function startEnd(state: RunState, reason: EndReason, { elapsedMs }: Now): Step {
  const { lifecycle, plan } = state;
  const generation = state.generation + 1;
  if (lifecycle.name === 'live') {
    return {
      state: { ...state, generation, lifecycle: { name: 'stopping', firstGeneration: generation, reason, cutAtMs: null } },
      effects: [...endLog(reason), { kind: 'stopUsers', generation, stopTimeoutMs: reason.kind === 'changed' ? Math.max(changeoverMs, plan.stopTimeoutMs) : plan.stopTimeoutMs }],
    };
  }
  if (lifecycle.name !== 'draining') return { state, effects: [] };
  // They are leaving, but were given all the time: what is left of it is watched here.
  const { firstGeneration } = lifecycle;
  return {
    state: { ...state, lifecycle: { name: 'stopping', firstGeneration, reason, cutAtMs: elapsedMs + plan.stopTimeoutMs } },
    effects: endLog(reason),
  };
}

/** The last iteration has begun: idle users leave, the others finish what they do. */
export function drain(state: RunState): Step {
  if (state.lifecycle.name !== 'live') return { state, effects: [] };
  const generation = state.generation + 1;
  return {
    state: { ...state, generation, lifecycle: { name: 'draining', firstGeneration: generation } },
    effects: [...endLog({ kind: 'iterations' }), { kind: 'stopUsers', generation, stopTimeoutMs: Infinity }],
  };
}

/** Begins the end; when it has begun, somebody who asks again does not want to wait any longer. After a change, that was no end. */
export function onStop(state: RunState, reason: EndReason, now: Now): Step {
  const { lifecycle } = state;
  if (lifecycle.name !== 'stopping') return startEnd(state, reason, now);
  const isEnd = lifecycle.reason.kind === 'changed' && reason.kind !== 'changed';
  const known: RunState = isEnd ? { ...state, lifecycle: { ...lifecycle, reason } } : state;
  return isImpatient(reason) ? cut(known) : { state: known, effects: [] };
}

/** The users of a generation are gone: the run is over when that was the last one. */
export function onUsersStopped(state: RunState, generation: number, { elapsedMs }: Now): Step {
  const { lifecycle } = state;
  if (lifecycle.name === 'live' || lifecycle.name === 'over' || generation < lifecycle.firstGeneration) return { state, effects: [] };
  const effects: RunEffect[] = [{ kind: 'over', reason: lifecycle.name === 'stopping' ? lifecycle.reason : { kind: 'iterations' } }];
  if (!state.isCounting) effects.unshift({ kind: 'log', level: 'warning', text: 'the run ended before counting began: none of its samples counts' });
  return { state: { ...state, liveUsers: 0, lifecycle: { name: 'over', atMs: elapsedMs } }, effects };
}

/** The grace of those who were allowed to finish is over. */
export function unhurried(state: RunState, { elapsedMs }: Now): Step {
  const { lifecycle } = state;
  return lifecycle.name === 'stopping' && lifecycle.cutAtMs !== null && elapsedMs >= lifecycle.cutAtMs ? cut(state) : { state, effects: [] };
}

/** No grace any more; once more, and users that still say goodbye in `onStop` are abandoned. */
function cut(state: RunState): Step {
  const { lifecycle } = state;
  if (lifecycle.name !== 'stopping') return { state, effects: [] };
  const generation = state.generation + 1;
  return {
    state: { ...state, generation, lifecycle: { ...lifecycle, cutAtMs: null } },
    effects: [{ kind: 'stopUsers', generation, stopTimeoutMs: 0 }],
  };
}

/** A threshold, or a scenario that says it once for each user, is not somebody who cannot wait. */
function isImpatient({ kind }: EndReason): boolean {
  return kind === 'key' || kind === 'signal' || kind === 'error' || kind === 'aborted';
}

function endLog(reason: EndReason): readonly RunEffect[] {
  return [{ kind: 'log', level: 'info', text: endText(reason) }];
}

function endText(reason: EndReason): string {
  switch (reason.kind) {
    case 'runTime':
      return 'The run time is over: stopping all users';
    case 'stages':
      return 'The last stage is over: stopping all users';
    case 'shape':
      return "The scenario's shape ends the test: stopping all users";
    case 'iterations':
      return 'The last task run has begun: waiting until all have ended';
    case 'usersGone':
      return 'All users have ended by themselves';
    case 'changed':
      return `${reason.files} was saved: users finish what they do, and begin anew`;
    case 'key':
    case 'aborted':
      return 'Stopping all users';
    case 'signal':
      return `Got ${reason.signal}: stopping all users (once more: at once)`;
    case 'stopTest':
      return `The scenario stops the test: ${reason.reason}`;
    case 'replayed':
      return `${reason.reason}: stopping all users`;
    case 'threshold':
      return `Stopping all users: the threshold ${reason.expression} was not met`;
    case 'error':
      return `Stopping all users: ${reason.reason}`;
  }
}
