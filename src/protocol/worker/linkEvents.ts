/** What happens to connections, and what it shows; see the table in `link.ts`. */
import { log, type Effect } from './effects.ts';
import { sendHeartbeat } from './heartbeats.ts';
import { doubtConnection, openSide, replaceConnection, withLink } from './linkChanges.ts';
import { withGhost } from './masterBack.ts';
import { end } from './quitting.ts';
import { wireState, type AgentState } from './states.ts';
import { andThen, stay, type Step } from './step.ts';

/** A connection is there. */
export function onUp(state: AgentState, connection: number, nowMs: number): Step {
  const { link, phase } = state;
  if (phase.name === 'closed') return stay(state);
  if (connection === link.side?.connection) return askBesides(state, nowMs);
  if (connection !== link.connection || link.standing !== 'opening') return stay(state);
  // The first `client_ready` is due at once; until it has its `ack` there is nothing to ask for.
  if (phase.name === 'connecting') return stay({ ...withLink(state, { standing: 'good' }), phase: { ...phase, tries: Math.max(0, phase.tries - 1), retryAtMs: nowMs } });
  const asked = withLink(state, { standing: 'asking', isAsked: true, owedSinceMs: nowMs });
  return andThen(stay(asked, { kind: 'ask', connection, identity: link.identity }), (next) => sendHeartbeat(next, nowMs));
}

/** A connection is over. */
export function onDown(state: AgentState, connection: number, nowMs: number): Step {
  const { link, phase, movingFrom } = state;
  if (connection === link.side?.connection) return stay(withLink(state, { side: null, owedSinceMs: nowMs }));
  if (connection !== link.connection) return stay(state);
  if (phase.name === 'closed') return stay(state);
  if (phase.name === 'parting' && !link.isReportDue) return end(state, phase.exitCode);
  // An identity that has no `ack` yet may be known or not; the one before says whose master this is.
  const left: AgentState = movingFrom === null ? state : { ...state, movingFrom: null, ghosts: withGhost(state, link.identity, nowMs) };
  const isNews = link.standing === 'good' && phase.name !== 'connecting';
  const lost: readonly Effect[] = isNews ? [log('warning', `the connection to the master at ${state.config.masterAddress} is lost: connecting again`)] : [];
  const { state: next, effects } = replaceConnection(left, movingFrom ?? link.identity, false);
  return stay(next, ...lost, ...effects);
}

/** The master answered on the side connection, as one does that reads. */
export function onSideAnswer(state: AgentState, nowMs: number): Step {
  const { side } = state.link;
  if (side === null || side.answeredAtMs !== null) return stay(state);
  return stay(withLink(state, { side: { ...side, answeredAtMs: nowMs } }));
}

/** When time will bring something about on the link. */
export function linkDueMs(state: AgentState): number | null {
  const { link, config, phase } = state;
  const { timings } = config;
  if (link.owedSinceMs === null || phase.name === 'quitting' || phase.name === 'closed') return null;
  // A last report that was said needs its answer; one that waits needs a connection.
  if (phase.name === 'parting' && !link.isReportDue) return null;
  // Masters before Locust 2.19 answer no heartbeats: from one that never did, nothing is missing.
  const isWatched = state.lastReplyMs !== null || state.movingFrom !== null;
  if (!isWatched) return null;
  switch (link.standing) {
    case 'opening':
      return null;
    case 'good':
      return link.owedSinceMs + (phase.name === 'parting' ? timings.endSilenceMs : timings.silenceMs);
    case 'asking':
    case 'doubted':
    case 'unknown':
      if (link.side === null) return link.owedSinceMs + (link.standing === 'doubted' ? 0 : timings.muteMs);
      return link.side.answeredAtMs === null ? null : link.side.answeredAtMs + timings.sideGraceMs;
  }
}

/** Does what is due on the link. */
export function onLinkDue(state: AgentState, nowMs: number): Step {
  const dueMs = linkDueMs(state);
  if (dueMs === null || nowMs < dueMs) return stay(state);
  const { link } = state;
  if (link.standing === 'good') return doubtConnection(state);
  if (link.side === null) return openSide(state);
  return giveUpConnection(state, nowMs);
}

function askBesides(state: AgentState, nowMs: number): Step {
  const { link, lastReplyMs, config } = state;
  const { side } = link;
  if (side === null) return stay(state);
  const ask: Effect = { kind: 'ask', connection: side.connection, identity: side.identity };
  // Only beside a new connection that stays mute: an old one that is silent has nothing in its way. And not when the master may have
  // missed us already: it would give users again to an identity that hears nothing.
  const isPoking = link.standing === 'asking' && lastReplyMs !== null && nowMs - lastReplyMs < config.timings.missingMs;
  const poke: readonly Effect[] = isPoking ? [{ kind: 'poke', connection: side.connection, state: wireState(state.phase) }] : [];
  const asked = withLink(state, { side: { ...side, isUp: true }, strayAnswers: link.strayAnswers + (isPoking ? 1 : 0) });
  return stay(asked, ...poke, ask);
}

/** The master reads, and not what comes on the connection that counts. */
function giveUpConnection(state: AgentState, nowMs: number): Step {
  const { link } = state;
  const { side } = link;
  if (side === null) return stay(state);
  if (link.standing === 'asking' && (link.muteCount > 0 || link.strayAnswers === 0) && state.movingFrom === null) return move(state, nowMs);
  const muteCount = link.standing === 'asking' ? link.muteCount + 1 : 0;
  const identity = state.movingFrom ?? link.identity;
  const { state: next, effects } = replaceConnection(state, identity, true);
  return stay(withLink({ ...next, movingFrom: null }, { muteCount }), ...effects);
}

/** The side connection becomes the one that counts: the master holds a dead one under our identity, and so is the one that knew us. */
function move(state: AgentState, nowMs: number): Step {
  const { link } = state;
  const { side } = link;
  if (side === null) return stay(state);
  const text = 'the master does not let go of a dead connection under the identity of this worker: it registers under another one';
  const next = withLink({ ...state, unansweredHeartbeats: 0, movingFrom: link.identity }, {
    standing: 'asking',
    connection: side.connection,
    identity: side.identity,
    owedSinceMs: nowMs,
    isAsked: false,
    strayAnswers: 0,
    side: null,
    muteCount: 0,
  });
  return stay(next, { kind: 'drop', connection: link.connection }, log('warning', text), { kind: 'register' });
}
