/** `client_ready` to a master that does not know this worker: after `client_stopped`, or because it is another one. */
import { send, type Effect } from './effects.ts';
import { withLink } from './linkChanges.ts';
import { becomeReady } from './spawning.ts';
import type { AgentState, Phase } from './states.ts';
import { enter, stay, type Step } from './step.ts';

type Rejoining = Extract<Phase, { name: 'rejoining' }>;

/** An index can be ours by chance up to this one; the workers of a larger fleet use up enough of them for one another. */
const maxUsedUp = 16;

/** Nobody lives: `client_ready` to the master that does not know us; when it is not there any more, to whoever comes. */
export function register(state: AgentState, nowMs: number): Step {
  const { link, judgement, workerIndex, config, unansweredHeartbeats } = state;
  const waiting = { name: 'rejoining', dueAtMs: nowMs + config.timings.connectRetryMs, answersUntilKnown: unansweredHeartbeats + 1, pendingSpawn: null } as const;
  if (link.standing !== 'unknown') return enter(state, { ...waiting, sentAtMs: null });
  const count = judgement === 'byIndex' ? Math.min(workerIndex + 1, maxUsedUp) : 0;
  const usedUp: readonly Effect[] = count > 0 ? [{ kind: 'useUpIndexes', count }] : [];
  return enter(withLink(state, { owedSinceMs: nowMs }), { ...waiting, sentAtMs: nowMs }, ...usedUp, { kind: 'register' });
}

/**
 * `client_ready` is due: for the first time after a stop, or again because nobody acknowledged it. A master that has
 * answered a later heartbeat knows this worker though, and a second `client_ready` would give it a double share of the
 * users (dispatch.py:217-228).
 */
export function rejoin(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name !== 'rejoining') return stay(state);
  if (phase.answersUntilKnown === 0) return becomeReady(state, phase.pendingSpawn, nowMs);
  const { link, config } = state;
  const again = { ...phase, dueAtMs: nowMs + config.timings.connectRetryMs };
  // What was said on a connection stays said: a paused master would take a second one for a second worker.
  if (link.standing === 'unknown') return phase.sentAtMs === null ? register(state, nowMs) : enter(state, again);
  // Whoever is there is asked first: a second `client_ready` must not reach a master that has taken the first.
  if (link.standing !== 'good') return stay(state);
  return enter(
    phase.sentAtMs === null ? withoutUnknownTime(state, phase, nowMs) : state,
    { ...again, sentAtMs: nowMs },
    send({ type: 'client_ready', data: -1 }),
  );
}

/** The master did not answer heartbeats while it did not know us: its silence counts from the first `client_ready`, and it owes only earlier answers. */
function withoutUnknownTime(state: AgentState, { answersUntilKnown }: Rejoining, nowMs: number): AgentState {
  const known = { ...state, lastReplyMs: state.lastReplyMs === null ? null : nowMs, unansweredHeartbeats: answersUntilKnown - 1 };
  return withLink(known, { owedSinceMs: nowMs });
}
