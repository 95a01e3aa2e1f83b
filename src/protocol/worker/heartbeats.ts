/**
 * Which heartbeats the master has answered, and so which reports it has taken. Its answers carry nothing that tells them apart, but
 * they come in order (one connection each way, Locust runners.py:1111-1135): counting shows which one an answer is for, however
 * late it is read.
 */
import { beatAnswered, beatSent } from './overtakenSpawns.ts';
import { wireState, withLink, type AgentState } from './states.ts';
import { stay, type Effect, type Step } from './step.ts';

/** A master that answers none of so many is not sent more until it answers one: they would only pile up. */
const maxUnanswered = 60;
/** Reports of an unknown fate at one time; only a master that never answers heartbeats (Locust before 2.19) lets them be so many. */
const maxUnconfirmed = 20;

/** One more heartbeat is sent. */
export function sendHeartbeat(state: AgentState, nowMs: number): Step {
  if (state.unansweredHeartbeats >= maxUnanswered) return stay(state);
  return stay(countHeartbeat(state, nowMs), { kind: 'sendHeartbeat', state: wireState(state.phase) });
}

/** One more heartbeat was sent. */
function countHeartbeat(state: AgentState, nowMs: number): AgentState {
  const counted = { ...state, unansweredHeartbeats: state.unansweredHeartbeats + 1, overtaken: beatSent(state.overtaken, nowMs) };
  // A master that was told `client_stopped` answers nothing until it is told `client_ready`.
  if (state.phase.name === 'rejoining' && state.phase.sentAtMs === null) return counted;
  return withLink(counted, { owedSinceMs: state.link.owedSinceMs ?? nowMs });
}

/** One was answered: what was sent before it is taken. */
export function countAnswer(state: AgentState, nowMs: number): Step {
  const { phase, link } = state;
  const unansweredHeartbeats = Math.max(0, state.unansweredHeartbeats - 1);
  const nearer = link.unconfirmed.map(({ answersUntilTaken }) => ({ answersUntilTaken: answersUntilTaken - 1 }));
  const unconfirmed = nearer.filter(({ answersUntilTaken }) => answersUntilTaken > 0);
  const taken = nearer.length - unconfirmed.length;
  const effects: readonly Effect[] = taken > 0 ? [{ kind: 'reportsTaken', count: taken }] : [];
  const answered = withLink(
    { ...state, lastReplyMs: nowMs, unansweredHeartbeats, overtaken: beatAnswered(state.overtaken, link.strayAnswers === 0 ? state.unansweredHeartbeats : null) },
    { unconfirmed, owedSinceMs: unansweredHeartbeats > 0 ? nowMs : null },
  );
  if (phase.name !== 'rejoining') return stay(answered, ...effects);
  // Before `client_ready` no answer can show that it was taken.
  const atLeast = phase.sentAtMs === null ? 1 : 0;
  return stay({ ...answered, phase: { ...phase, answersUntilKnown: Math.max(atLeast, phase.answersUntilKnown - 1) } }, ...effects);
}

/**
 * The report, on a good connection, and the heartbeat whose answer will show that the master took it. On any other it stays due:
 * what was counted stays where it is, merged with what comes.
 */
export function sendReport(state: AgentState, nowMs: number): Step {
  const { link, lastReplyMs, plan } = state;
  if (link.standing !== 'good') return stay(withLink(state, { isReportDue: true }));
  const isAnswering = lastReplyMs !== null;
  const counted = isAnswering ? countHeartbeat(state, nowMs) : state;
  // Without a heartbeat of its own the next regular one does it.
  const answersUntilTaken = counted.unansweredHeartbeats + link.strayAnswers + (isAnswering ? 0 : 1);
  const isFull = link.unconfirmed.length >= maxUnconfirmed;
  const unconfirmed = [...(isFull ? [] : link.unconfirmed), { answersUntilTaken }];
  return stay(
    withLink(counted, { unconfirmed, isReportDue: false }),
    ...(isFull ? [{ kind: 'reportsInDoubt' } as const] : []),
    { kind: 'sendStats', plan },
    ...(isAnswering ? [{ kind: 'sendHeartbeat', state: wireState(state.phase) } as const] : []),
  );
}
