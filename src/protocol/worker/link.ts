/**
 * The way to the master: which connection counts, under which identity, and what on it the master is known to have taken.
 *
 * | standing | up             | answer        | `quit` as an answer ¹ | down        | due                                                     |
 * |----------|----------------|---------------|-----------------------|-------------|---------------------------------------------------------|
 * | opening  | → asking ²     | –             | –                     | –           | –                                                       |
 * | asking   | –              | → good        | → unknown ³           | → opening   | after 1.5 s a side connection; it is answered and this one not → opening, then another identity ⁴ |
 * | good     | –              | –             | –                     | → opening   | an answer is missing for 3 s → doubted                  |
 * | doubted  | –              | → good        | → unknown ³           | → opening   | a side connection; it is answered and this one not → opening |
 * | unknown  | –              | –             | –                     | → opening   | `ack` → good; a side connection, as asking              |
 *
 * ¹ A master answers `spawning` of a worker that it does not know with `quit` (Locust runners.py:1138-1143), and heartbeats of one
 *   that it knows: the two together always get one answer from a master that reads them.
 * ² Straight to good while no master has ever acknowledged this worker: then `client_ready` is the question.
 * ³ Another master, or this one after it has forgotten us: see `masterBack.ts`.
 * ⁴ The master's ROUTER has no handover: while it holds a dead connection of an identity it never hears another one. First the
 *   side connection has the master write on the dead one (an answer to a heartbeat in our name), which breaks it if the network
 *   can; a connection that stays mute after that is given up for one under the identity of the side connection.
 *
 * Only a good connection carries anything but questions. Since a connection keeps the order and a master answers each heartbeat,
 * an answer to a heartbeat proves that what was sent before it was taken. Reports are sent right after an answer and are followed
 * by a heartbeat, so that a connection has to break within one round trip for its fate to be unknown.
 */
import { sendHeartbeat } from './heartbeats.ts';
import { quitNow } from './quitting.ts';
import { firstLink, wireState, withLink, type AgentState, type Link } from './states.ts';
import { andThen, type Effect, log, stay, type Step } from './step.ts';

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
  if (phase.name === 'parting' && !link.isReportDue) return quitNow(state, phase.exitCode);
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

/** Another connection in the place of this one, whose reports have an unknown fate from now on. */
export function replaceConnection(state: AgentState, identity: number, isDropped: boolean): Step {
  const { link } = state;
  const connection = link.lastConnection + 1;
  const next = withLink({ ...state, unansweredHeartbeats: 0 }, {
    ...firstLink,
    connection,
    identity,
    lastConnection: connection,
    lastIdentity: link.lastIdentity,
    muteCount: link.muteCount,
    isReportDue: link.isReportDue,
  });
  return {
    state: next,
    effects: [
      ...(isDropped ? [{ kind: 'drop', connection: link.connection } as const] : []),
      ...dropSide(link),
      ...(link.unconfirmed.length > 0 ? [{ kind: 'reportsInDoubt' } as const] : []),
      { kind: 'open', connection, identity },
    ],
  };
}

/** Ends the side connection, if there is one. */
export function dropSide({ side }: Link): readonly Effect[] {
  return side === null ? [] : [{ kind: 'drop', connection: side.connection }];
}

/** The master is asked, on this connection and on another one. */
function doubtConnection(state: AgentState): Step {
  return andThen(doubt(state), openSide);
}

function doubt(state: AgentState): Step {
  const { link, config, phase } = state;
  const text = `the master at ${config.masterAddress} does not answer heartbeats: what is counted is kept until it does`;
  // Right after `client_stopped` and `client_ready` the missing answer is the `ack`: `spawning` must not be said then.
  const isAsking = phase.name !== 'rejoining';
  const ask: readonly Effect[] = isAsking ? [{ kind: 'ask', connection: link.connection, identity: link.identity }] : [];
  return stay(withLink(state, { standing: 'doubted', isAsked: isAsking }), log('warning', text), ...ask);
}

/** A second connection, under another identity. */
function openSide(state: AgentState): Step {
  const { link } = state;
  const connection = link.lastConnection + 1;
  const identity = link.lastIdentity + 1;
  const side = { connection, identity, isUp: false, answeredAtMs: null };
  return stay(withLink(state, { side, lastConnection: connection, lastIdentity: identity }), { kind: 'open', connection, identity });
}

/** The master will have noticed by then that nobody speaks under that identity. */
export function withGhost({ ghosts, config }: AgentState, identity: number, nowMs: number): AgentState['ghosts'] {
  return [...ghosts, { identity, dueAtMs: nowMs + config.timings.ghostMs }];
}
