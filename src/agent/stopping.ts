/**
 * `stop`, and coming back after it (Locust runners.py:1415-1423).
 *
 * Ours differs from Locust's worker on purpose: what was counted is sent before `client_stopped`, since a master that
 * starts the next run at once would drop it, and `client_ready` follows immediately instead of after the whole stop
 * timeout, which nothing in the master needs. Between `client_stopped` and the next `ack` the master does not know this
 * worker, so nothing about spawning is said in between.
 */
import { log, send } from './effects.ts';
import { becomeReady } from './spawning.ts';
import type { AgentState, Phase } from './states.ts';
import { andThen, enter, stay, type Step } from './step.ts';

type Rejoining = Extract<Phase, { name: 'rejoining' }>;

/** A `stop` from the master, in any phase. */
export function onStop(before: AgentState, nowMs: number): Step {
  const state: AgentState = { ...before, stopTestAtMs: null };
  const { phase } = state;
  switch (phase.name) {
    case 'spawning':
    case 'running': {
      const generation = state.generation + 1;
      const deadlineMs = nowMs + state.stopTimeoutMs + state.config.timings.usersGraceMs;
      return enter(
        { ...state, generation },
        { name: 'stopping', generation, deadlineMs, pendingSpawn: null },
        log('info', 'the master stops the test'),
        { kind: 'stopUsers', generation, stopTimeoutMs: state.stopTimeoutMs },
      );
    }
    case 'ready':
      return leave(state, nowMs);
    // One answer covers every stop that came before it, and a stop is newer than the spawn that waited.
    case 'connecting':
    case 'stopping':
    case 'rejoining':
      return enter(state, { ...phase, pendingSpawn: null });
    case 'quitting':
    case 'closed':
      return stay(state);
  }
}

/** All users are gone and all they did is counted: send it, sign off, and register anew. */
export function leave(state: AgentState, nowMs: number): Step {
  const waitMs = state.config.additionalReadyWaitMs;
  const pendingSpawn = state.phase.name === 'stopping' ? state.phase.pendingSpawn : null;
  const left = enter(
    state,
    { name: 'rejoining', sentAtMs: null, dueAtMs: nowMs + waitMs, answersUntilKnown: state.unansweredHeartbeats + 1, pendingSpawn },
    { kind: 'sendStats', plan: state.plan },
    send({ type: 'client_stopped' }),
  );
  return waitMs > 0 ? left : andThen(left, (next) => rejoin(next, nowMs));
}

/** Users that are past their time and still not reported gone: the master must not wait for them for ever. */
export function giveUpOnUsers(state: AgentState, nowMs: number): Step {
  return andThen(
    stay(state, log('error', 'the users did not end within their stop timeout; the stop is answered without them')),
    (next) => leave(next, nowMs),
  );
}

/**
 * `client_ready` is due: for the first time after a stop, or again because nobody acknowledged it. A master that has
 * answered a later heartbeat knows this worker though, and a second `client_ready` would give it a double share of the
 * users (dispatch.py:217-228).
 */
export function rejoin(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name !== 'rejoining') return stay(state);
  if (phase.answersUntilKnown === 0) return becomeReady(state, phase.pendingSpawn);
  return enter(
    phase.sentAtMs === null ? withoutUnknownTime(state, phase, nowMs) : state,
    { ...phase, sentAtMs: nowMs, dueAtMs: nowMs + state.config.timings.connectRetryMs },
    send({ type: 'client_ready', data: -1 }),
  );
}

/** The master did not answer heartbeats while it did not know us: its silence counts from the first `client_ready`, and it owes only earlier answers. */
function withoutUnknownTime(state: AgentState, { answersUntilKnown }: Rejoining, nowMs: number): AgentState {
  return { ...state, lastReplyMs: state.lastReplyMs === null ? null : nowMs, unansweredHeartbeats: answersUntilKnown - 1 };
}
