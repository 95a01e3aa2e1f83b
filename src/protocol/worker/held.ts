/**
 * After a report that took its time: events waited until it had left (see `src/util/machineRunner.ts`). What was waited for meanwhile may have come, and
 * stands behind: nobody is late by the time in which nobody was heard.
 */
import { withLink, type AgentState, type Phase } from './states.ts';

/** The state after `ms` milliseconds in which no event was handled: whatever is waited for has so much more time. What is due by a clock of its own, beats and flushes, has not. */
export function afterHold(state: AgentState, ms: number): AgentState {
  const later = (atMs: number | null): number | null => (atMs === null ? null : atMs + ms);
  const { link, testCheck } = state;
  const waiting: AgentState = {
    ...state,
    phase: phaseAfterHold(state.phase, ms),
    lastReplyMs: later(state.lastReplyMs),
    spawnExpectedUntilMs: later(state.spawnExpectedUntilMs),
    endWish: state.endWish === null ? null : { ...state.endWish, toldAtMs: later(state.endWish.toldAtMs) },
    testCheck: { ...testCheck, askedAtMs: later(testCheck.askedAtMs) },
  };
  const side = link.side === null ? null : { ...link.side, answeredAtMs: later(link.side.answeredAtMs) };
  return withLink(waiting, { owedSinceMs: later(link.owedSinceMs), side });
}

function phaseAfterHold(phase: Phase, ms: number): Phase {
  switch (phase.name) {
    case 'connecting':
      return { ...phase, retryAtMs: phase.retryAtMs + ms };
    case 'stopping':
    case 'quitting':
      return { ...phase, deadlineMs: phase.deadlineMs + ms };
    case 'rejoining':
      return { ...phase, dueAtMs: phase.dueAtMs + ms };
    case 'parting':
      return { ...phase, untilMs: phase.untilMs + ms, atLatestMs: phase.atLatestMs + ms };
    case 'ready':
    case 'spawning':
    case 'running':
    case 'closed':
      return phase;
  }
}
