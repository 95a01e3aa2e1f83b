/** Small changes of the link that several events bring about. */
import { log, send, type Effect } from './effects.ts';
import { firstLink, type Link } from './link.ts';
import type { AgentState } from './states.ts';
import { andThen, stay, type Step } from './step.ts';

/** Changes the link and nothing else. */
export function withLink(state: AgentState, changes: Partial<Link>): AgentState {
  return { ...state, link: { ...state.link, ...changes } };
}

/** Another connection in the place of this one, whose reports have an unknown fate from now on. */
export function replaceConnection(state: AgentState, identity: number, isDropped: boolean): { readonly state: AgentState; readonly effects: readonly Effect[] } {
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

/** What was held back is said now. */
export function sendHeld(state: AgentState): { readonly state: AgentState; readonly effects: readonly Effect[] } {
  return { state: { ...state, held: [] }, effects: state.held.map((message) => send(message)) };
}

/** The master is asked, on this connection and on another one. */
export function doubtConnection(state: AgentState): Step {
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
export function openSide(state: AgentState): Step {
  const { link } = state;
  const connection = link.lastConnection + 1;
  const identity = link.lastIdentity + 1;
  const side = { connection, identity, isUp: false, answeredAtMs: null };
  return stay(withLink(state, { side, lastConnection: connection, lastIdentity: identity }), { kind: 'open', connection, identity });
}
