/**
 * Which heartbeats the master has answered. Its answers carry nothing that tells them apart, but they come in order (one connection
 * each way, Locust runners.py:1111-1135): counting shows which one an answer is for, however late it is read.
 */
import type { AgentState } from './states.ts';

/** One more heartbeat was sent. */
export function countHeartbeat(state: AgentState): AgentState {
  return { ...state, unansweredHeartbeats: state.unansweredHeartbeats + 1 };
}

/** One was answered. */
export function countAnswer(state: AgentState, nowMs: number): AgentState {
  const { phase } = state;
  const answered: AgentState = { ...state, lastReplyMs: nowMs, unansweredHeartbeats: Math.max(0, state.unansweredHeartbeats - 1) };
  if (phase.name !== 'rejoining') return answered;
  // Before `client_ready` no answer can show that it was taken.
  const atLeast = phase.sentAtMs === null ? 1 : 0;
  return { ...answered, phase: { ...phase, answersUntilKnown: Math.max(atLeast, phase.answersUntilKnown - 1) } };
}
